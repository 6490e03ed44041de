"""Options of the command line → Wish.

--share attack=r2l:0.2        the column, its value, the share; once for each value
--cover protocol,flag:2       the columns, and how many of them at a time
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import typer

import worldwright as ww


def parse_shares(texts: Sequence[str]) -> Mapping[str, Mapping[str, float]] | None:
    """Return the shares by column and value, or None where there are none."""
    shares: dict[str, dict[str, float]] = {}
    for text in texts:
        named, colon, share = text.rpartition(":")
        column, equals, value = named.partition("=")
        try:
            shares.setdefault(column.strip(), {})[value.strip()] = float(share)
        except ValueError:
            equals = ""
        if not (colon and equals and column.strip()):
            raise typer.BadParameter(f"{text!r} is not of the form COLUMN=VALUE:SHARE")
    return shares or None


def parse_cover(text: str | None) -> ww.Cover | None:
    """Return the covering, or None where none is asked for. The strength is 2 unless said."""
    if text is None:
        return None
    names, colon, strength = text.rpartition(":")
    if not colon:
        names, strength = text, "2"
    if not strength.isdigit():
        raise typer.BadParameter(f"{text!r} is not of the form COLUMN,COLUMN:STRENGTH")
    return ww.Cover([name.strip() for name in names.split(",")], strength=int(strength))


def parse_gates(texts: Sequence[str]) -> Mapping[str, str]:
    """Return the gates by name, as in `rules=same` and `membership_auc<=0.55`.

    A name or a rule that no report could decide is an error before anything runs.
    """
    gates: dict[str, str] = {}
    for text in texts:
        for sign in ("<=", ">=", "<", ">", "="):
            name, found, rule = text.partition(sign)
            if found:
                gates[name.strip()] = rule.strip() if sign == "=" else f"{sign} {rule.strip()}"
                break
        else:
            raise typer.BadParameter(f"{text!r} is not of the form NAME=same or NAME<=NUMBER")
    if gates:
        ww.list_plugins().check_gates(gates)
    return gates
