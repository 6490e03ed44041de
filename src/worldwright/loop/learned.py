"""What a World learned, on one screen: a line a column in the order of drawing, then the rest.

It reads the plain data of `World.explain()` alone, so a learner of anybody's is shown: what it
calls `order`, `told as`, `strongest earlier columns` and the like stands in the table, whatever
else it says stands below by its own name. Long lists end in how many more there are; all of it is
in `--json`.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..data.reporting.words import count, flat

MOST_COLUMNS = 24
MOST_LINES = 3
BAR = 5
_EIGHTHS = " ▏▎▍▌▋▊▉█"
_NAME, _WIDEST_NAME, _WIDEST_TOLD = 18, 20, 22
_IN_TABLE = ("learner", "rows", "order", "codes", "told as", "strongest earlier columns",
             "told by the strongest alone", "settings", "settings chosen by", "dependencies",
             "merged", "not learned")  # fmt: skip
_LEGEND = (
    "bar: how much the first column named tells of it alone (full: all);",
    "shares: of what all splits on earlier columns gained",
)


def learned_lines(world: Mapping[str, Any], width: int) -> list[str]:
    """Return what `World.explain()` says as lines of text."""
    part = world["part"]
    lines = [f"  {_headline(world, part)}", "", *_column_lines(world["columns"], part, width)]
    for name, says in [*_of_world(world), *_of_part(part)]:
        lines += _labelled(name, says, width)
    return lines


def _headline(world: Mapping[str, Any], part: Mapping[str, Any]) -> str:
    rows = part.get("rows")
    said = [world["maker"]]
    said += [] if rows is None else [f"{_plain(rows)} rows taught"]
    said += [f"target {world['target']}"] if world["target"] else []
    return ", ".join(said)


def _column_lines(kinds: Mapping[str, str], part: Mapping[str, Any], width: int) -> list[str]:
    drawn = list(part.get("order", ()))
    order = [*drawn, *(name for name in kinds if name not in drawn)]
    shown = _most_telling(order, part)
    rows = [
        (_cut(name, _WIDEST_NAME), kinds.get(name, ""), _cut(_told(name, part), _WIDEST_TOLD))
        for name in shown
    ]
    heads = ("column", "kind", "told as")
    wide = [max(len(row[at]) for row in [heads, *rows]) for at in range(3)]
    has_found = bool(part.get("strongest earlier columns"))
    lines = [_row("#", heads, wide, "depends on" if has_found else "").rstrip()]
    for name, row in zip(shown, rows, strict=True):
        place = str(drawn.index(name) + 1) if name in drawn else "-"
        start = _row(place, row, wide, "")
        lines.append(f"{start}{_earlier(name, part, width - len(start))}".rstrip())
    if more := len(order) - len(shown):
        lines.append(f"       … and {count(more, 'column')} that depend less on others (--json)")
    lines += [f"       {line}" for line in _LEGEND] if has_found else []
    return [*lines, "", *(_labelled("order", drawn, width) if more else [])]


def _row(place: str, cells: Sequence[str], wide: Sequence[int], last: str) -> str:
    middle = "  ".join(cell.ljust(size) for cell, size in zip(cells, wide, strict=True))
    return f"  {place:>3}  {middle}  {last}"


def _most_telling(order: Sequence[str], part: Mapping[str, Any]) -> list[str]:
    """Return the columns that are shown: of many, the first and those that depend most."""
    alone = part.get("told by the strongest alone", {})
    ranked = sorted(order[1:], key=lambda name: -alone.get(name, 0.0))[: MOST_COLUMNS - 1]
    return [name for name in order if name in {order[0], *ranked}]


def _told(name: str, part: Mapping[str, Any]) -> str:
    """Return how a column's values are told, as in "60 bins, 4 atoms"."""
    if name in part.get("not learned", {}):
        return "not learned"
    told = dict(part.get("told as", {}).get(name, {}))
    told.pop("missing", None)
    return ", ".join(count(many, noun.removesuffix("s")) for noun, many in told.items() if many)


def _earlier(name: str, part: Mapping[str, Any], room: int) -> str:
    """Return a bar and the earlier columns with their shares, as many as there is room for."""
    decided = [says for says in part.get("dependencies", ()) if says.endswith(f" -> {name}")]
    earlier = part.get("strongest earlier columns", {}).get(name, {})
    if not earlier:
        return _cut(f"decided by {decided[0].removesuffix(f' -> {name}')}" if decided else "", room)
    text = _bar(part.get("told by the strongest alone", {}).get(name, 0.0))
    for at, (one, share) in enumerate(earlier.items()):
        tail = f" {100 * share:.0f} %"
        left = room - len(text) - len(tail) - (2 if at else 1)
        if at and len(one) > left:
            break
        text += f"{', ' if at else ' '}{_cut(one, left)}{tail}"
    return text


def _bar(share: float) -> str:
    eighths = round(share * BAR * 8)
    return f"{'█' * (eighths // 8)}{_EIGHTHS[eighths % 8].strip()}".ljust(BAR)


def _of_world(world: Mapping[str, Any]) -> Iterator[tuple[str, Sequence[str]]]:
    yield "in every row", world["constraints"]
    said = world["assumptions"].items()
    yield "assumed", [f"{says} ({who.split(' · ')[0]})" for says, who in said]
    yield "evidence", [key if len(key) <= 12 else f"{key[:12]}…" for key in world["learned from"]]


def _of_part(part: Mapping[str, Any]) -> Iterator[tuple[str, Sequence[str]]]:
    yield "kept", part.get("dependencies", ())
    merged = part.get("merged", {}).items()
    yield (
        "merged",
        [
            f"{name}: {count(few['values'], 'value')} of {_plain(few['rows'])} rows"
            for name, few in merged
        ],
    )
    reasons: dict[str, list[str]] = {}
    for name, why in part.get("not learned", {}).items():
        reasons.setdefault(why, []).append(name)
    yield "not learned", [f"{', '.join(names)}: {why}" for why, names in reasons.items()]
    yield "settings", _settings(part)
    for name, says in part.items():
        if name not in _IN_TABLE:
            yield name, _items(says)


def _settings(part: Mapping[str, Any]) -> list[str]:
    """Return the settings by who chose them, those of a person first."""
    groups: dict[str, list[str]] = {}
    chosen = part.get("settings chosen by", {})
    for name, value in part.get("settings", {}).items():
        groups.setdefault(chosen.get(name, ""), []).append(f"{name} {_plain(value)}")
    ranked = sorted(groups.items(), key=lambda group: group[0] == "default")
    return [f"{f'{who}: ' if who else ''}{', '.join(values)}" for who, values in ranked]


def _items(says: Any) -> list[str]:
    """Return what was said as short texts."""
    match says:
        case Mapping():
            return [f"{name}: {text}" for name, text in flat(says)]
        case list() | tuple():
            return [_plain(one) for one in says]
        case _:
            return [] if says in (None, "", 0) else [_plain(says)]


def _plain(says: Any) -> str:
    match says:
        case bool():
            return "yes" if says else "no"
        case int():
            return f"{says:,}"
        case float():
            return f"{says:.4g}"
        case _:
            return str(says)


def _labelled(name: str, items: Sequence[str], width: int) -> list[str]:
    """Return a fact as a few lines under its name, whole items only; nothing for nothing."""
    if not items:
        return []
    lines = _few_lines(items, max(width - _NAME - 4, 20))
    beside = name if len(name) <= _NAME else ""
    told = [f"  {'' if at else beside:<{_NAME}}  {line}" for at, line in enumerate(lines)]
    return told if beside else [f"  {name}", *told]


def _few_lines(items: Sequence[str], width: int) -> list[str]:
    """Return as many items as fit in MOST_LINES lines, and how many more there are."""
    between = ", " if all(" " not in item for item in items) else "; "
    for kept in range(min(len(items), MOST_LINES * width // 3), 0, -1):
        more = len(items) - kept
        end = f"{between}… and {more:,} more (--json)" if more else ""
        lines = textwrap.wrap(between.join(items[:kept]) + end, width)
        if len(lines) <= MOST_LINES:
            return lines
    return [*lines[: MOST_LINES - 1], _cut(lines[MOST_LINES - 1], width - 11) + " … (--json)"]


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: max(most - 1, 0)]}…"
