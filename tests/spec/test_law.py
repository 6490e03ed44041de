"""Laws that a person names: read, refused with a mend, and as scipy has them."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from worldwright.errors import SpecError
from worldwright.spec.law import LAWS, Law
from worldwright.spec.saying import parse
from worldwright.spec.statement import LooksLike

X = np.array([-1.0, 0.0, 0.5, 1.0, 2.0, 7.0])
EXPECTED = {
    Law("normal", (1, 2)): stats.norm(1, 2), Law("uniform", (0, 2)): stats.uniform(0, 2),
    Law("lognormal", (0.5, 1.5)): stats.lognorm(1.5, scale=np.exp(0.5)),
    Law("exponential", (2,)): stats.expon(scale=2), Law("gamma", (2, 3)): stats.gamma(2, scale=3),
    Law("poisson", (2,)): stats.poisson(2),
}  # fmt: skip


@pytest.mark.parametrize("law", EXPECTED, ids=str)
def test_a_law_is_the_one_of_its_name(law):
    assert law.cumulative(X) == pytest.approx(EXPECTED[law].cdf(X))


def test_every_law_is_tested():
    assert {law.name for law in EXPECTED} == set(LAWS)


@pytest.mark.parametrize("law", EXPECTED, ids=str)
def test_a_claim_reads_back_as_itself(law):
    said = parse(f"amount given fraud = 1 looks like {law}")
    assert isinstance(said, LooksLike)
    assert said.law == law
    assert parse(str(said)) == said


@pytest.mark.parametrize(
    ("said", "mend"),
    [
        ("logormal(7, 1)", "did you mean 'lognormal'"),
        ("normal(7)", r"write normal\(mean, spread\)"),
        ("normal(7, 0)", "with spread > 0"),
        ("exponential(-1)", "with mean > 0"),
        ("uniform(3, 3)", "write the lower end first"),
        ("exponential(1, 2)", r"write exponential\(mean\)"),
    ],
)
def test_a_law_that_is_none_is_told(said, mend):
    with pytest.raises(SpecError, match=mend):
        parse(f"amount given fraud = 1 looks like {said}")
