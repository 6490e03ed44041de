"""Worth: the gain of a task's score on unseen real rows from adding the made rows to the real ones.

Separate from likeness: data may be useful and unlike, or alike and worthless, so worth is never a
fault. All made rows count, each once; all holdout rows judge, as they are. What a gain means is
said in `worth/`: against which controls, with which interval, and as how many more real rows.
"""

from __future__ import annotations

from ... import plugins
from ...data.report import Answer, Figure
from ..case import Case, metric


@plugins.metrics("worth")
@metric(figures=("worth",), can_fault=False)
def worth(case: Case) -> Answer:
    """Measure what the made rows add to the task, against the best simple way without them."""
    from ..worth.task import capped_note, task_of

    if case.quick:
        return Answer(notes=("worth was not measured: a quick verdict leaves it out",))
    if case.all_holdout is None:
        return Answer(notes=("worth was not measured: it needs a holdout that did not teach",))
    task = task_of(case, case.all_holdout)
    if isinstance(task, str):
        return Answer(notes=(task,))
    from ..worth import trial as trials
    from ..worth.equivalent import equivalent_rows
    from ..worth.score import NAMES
    from ..worth.wording import advice_of, pictures_of, worth_of

    trial = trials.run(task, case)
    value, low, high, draws = trials.gain(trial.made, trial.against, seed=case.seed)
    means = f"gain in {NAMES[task.kind]} for {task.name} against {trial.against.name}"
    value, low, high = (float(f"{end:.6g}") for end in (value, low, high))
    figure = Figure(value, low, high, "higher", means)
    found: Figure | str = "the gain may be nothing"
    if low > 0:
        found = equivalent_rows(trial, draws, seed=case.seed)
    sizes = {"real": len(task.real.target), "made": len(task.made.target)}
    return Answer(
        figures={"worth": figure},
        pictures=pictures_of(task, trial),
        worth=worth_of(task, trial, figure, found),
        advice=advice_of(task, trial, figure, seed=case.seed),
        notes=capped_note(task),
        settings={
            "worth": {
                **sizes, "test": len(task.test.target), "seeds": trials.SEEDS,
                "draws": trials.DRAWS, "curve": sorted(trial.curve),
            }
        },
    )  # fmt: skip
