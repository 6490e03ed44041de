"""From real ids to their pattern: what at least `rare` of them share, and no more.

Ids of one length with the same marks (all but ASCII letters and digits) at the same places are a
shape. Each run of letters and digits is cut where the class of its places changes; a piece whose
values are few and each held by `rare` rows is told (the year, the branch), any other varies. Rows
that break the class of a place are passed over, and shapes of fewer than `rare` rows are not told.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .patterns import MOST_ROOM, Part, Pattern, Template

LONGEST = 64
MOST_SHAPES = 32
MOST_TOLD = 64
MOST_BEGINS = 256
MOST_PREFIXES = 1 << 20
ENOUGH_ROOM = 10**12
AMPLE = 100  # rows of room a real row, before leading digits are told apart from a counter
MOST_ODD = 0.02  # of the rows may break the class of a place
SAMPLED = 200_000
LEADING = 30  # rows without a leading zero, before none is made
_CLASSES = ("0123456789", "abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ")


def learn_pattern(texts: pa.Array, *, rare: int) -> Pattern | None:
    """Return the pattern of the texts; None where no shapes of `rare` rows cover half of them."""
    sample = _matrix(texts.take(pa.array(np.arange(0, len(texts), 1 + len(texts) // SAMPLED))))
    if sample is None:
        return None
    templates: list[Template] = []
    held: list[int] = []
    for rows in _shapes(sample, rare):
        found = _template(sample[rows], rare)
        if found is None:
            continue
        template, many = found
        if not any(template.meets(other) for other in templates):
            templates.append(replace(template, begins=_begins(template, _chunks(texts), rare)))
            held.append(many)
    if sum(held) * 2 < len(sample):
        return None
    shares = tuple(round(many / sum(held), 3) + 1e-3 for many in held)
    return Pattern(tuple(templates), shares, tuple(_wider(templates, texts, rare)))


def _chunks(texts: pa.Array) -> Iterator[np.ndarray]:
    """Yield all texts as code points, some at a time; those too long for a pattern are left out."""
    for start in range(0, len(texts), SAMPLED):
        part = texts.slice(start, SAMPLED)
        seen = _matrix(part.filter(pc.less_equal(pc.utf8_length(part), LONGEST)))
        if seen is not None:
            yield seen


def _matrix(texts: pa.Array) -> np.ndarray | None:
    """Return the texts as code points, (texts, longest); zeros after their end."""
    if not len(texts) or not 0 < (pc.max(pc.utf8_length(texts)).as_py() or 0) <= LONGEST:
        return None
    words = texts.to_numpy(zero_copy_only=False).astype(str)
    return words.view(np.uint32).reshape(len(words), words.dtype.itemsize // 4)


def _class_of(seen: np.ndarray) -> np.ndarray:
    """Return 0, 1, 2 for digits, small and capital letters; 3 and more: a mark, or the end."""
    table = np.arange(3, 131)
    for number, letters in enumerate(_CLASSES):
        table[[ord(letter) for letter in letters]] = number
    return np.where(seen < 128, table[np.minimum(seen, 127)], seen.astype(np.int64) + 3)


def _shapes(seen: np.ndarray, rare: int) -> Iterator[np.ndarray]:
    """Yield the rows of each shape, the largest first."""
    form = np.maximum(_class_of(seen), 2).astype(np.uint64)
    powers = np.cumprod(np.full(form.shape[1], 0x9E3779B97F4A7C15, np.uint64))
    _, shape, counts = np.unique(form @ powers, return_inverse=True, return_counts=True)
    for largest in np.argsort(-counts, kind="stable")[:MOST_SHAPES]:
        if counts[largest] >= rare:
            yield np.flatnonzero(shape == largest)


def _template(seen: np.ndarray, rare: int) -> tuple[Template, int] | None:
    """Return the template of one shape and how many rows follow it, without its beginnings."""
    classes = _class_of(seen)
    length = int((seen[0] != 0).sum())
    kinds = _kinds(classes[:, :length], rare)
    fits = np.ones(len(seen), bool)
    for at, kind in enumerate(kinds):
        fits &= np.isin(classes[:, at], kind)
    if fits.sum() < rare:
        return None
    is_mark = classes[0] >= 3
    seen = seen[fits]
    parts: list[Part] = []
    for start, stop in _runs(kinds):
        if is_mark[start]:
            parts.append(Part(("".join(map(chr, seen[0, start:stop])),), (1.0,)))
        else:
            parts += _pieces(seen[:, start:stop], kinds[start], rare)
    return (_counting(Template(tuple(parts)), seen), len(seen)) if length else None


def _kinds(classes: np.ndarray, rare: int) -> list[tuple[int, ...]]:
    """Return the classes that may stand at each place.

    A place is of one class where nearly all rows agree. The others of a field, such as those of a
    hex number, share the classes that `rare` rows have at any of them.
    """
    kinds: list[tuple[int, ...]] = [(int(c),) for c in classes[0]]
    is_mark = classes[0] >= 3
    mixed: list[int] = []
    for at in range(classes.shape[1] + 1):
        if at == classes.shape[1] or is_mark[at]:
            inside = [(classes[:, mixed] == c).any(axis=1).sum() for c in range(3)]
            union = tuple(c for c in range(3) if mixed and inside[c] >= rare)
            for place in mixed:
                kinds[place] = union or kinds[place]
            mixed = []
            continue
        counts = np.bincount(classes[:, at], minlength=3)
        kinds[at] = (int(counts.argmax()),)
        if len(classes) - counts.max() > MOST_ODD * len(classes):
            mixed.append(at)
    return kinds


def _runs(kinds: list[tuple[int, ...]]) -> Iterator[tuple[int, int]]:
    start = 0
    for at in range(1, len(kinds) + 1):
        if at == len(kinds) or kinds[at] != kinds[start]:
            yield start, at
            start = at


def _pieces(seen: np.ndarray, kinds: tuple[int, ...], rare: int) -> list[Part]:
    """Return a told part, a told beginning and a counter, or a varying part."""
    if (told := _told(seen, rare)) is not None:
        return [told]
    varying = Part(alphabets=_alphabets(seen, kinds, rare))
    need = max(AMPLE * len(seen), 100_000)
    for cut in range(seen.shape[1] - 4, 0, -1):
        begin, rest = _told(seen[:, :cut], rare), Part(alphabets=varying.alphabets[cut:])
        if kinds == (0,) and begin is not None and not any(t[0] == "0" for t in begin.texts):
            counter = Template((rest,))
            begins = _begins(counter, [seen[:, cut:]], rare)
            if replace(counter, begins=begins).room >= need:
                return [begin, rest]
    return [varying]


def _told(seen: np.ndarray, rare: int) -> Part | None:
    """Return the values that `rare` rows hold, where they are few and hold nearly every row."""
    words = np.ascontiguousarray(seen).view(f"<U{seen.shape[1]}")[:, 0]
    values, counts = np.unique(words, return_counts=True)
    often = counts >= rare
    missed = counts[~often].sum()
    if not often.any() or often.sum() > MOST_TOLD or missed >= max(rare, len(seen) / 100):
        return None
    shares = tuple(round(float(share), 3) + 1e-3 for share in counts[often] / len(seen))
    return Part(tuple(values[often].tolist()), shares)


def _alphabets(seen: np.ndarray, kinds: tuple[int, ...], rare: int) -> tuple[str, ...]:
    letters = "".join(_CLASSES[kind] for kind in kinds)
    if 0 in kinds and len(kinds) > 1:
        beyond = ((seen > ord("f")) | ((seen > ord("F")) & (seen < ord("a")))).any(axis=1)
        if beyond.sum() < rare:
            letters = "".join(c for c in letters if c.lower() in "0123456789abcdef")
    first = letters
    if kinds == (0,) and len(seen) >= LEADING and seen.shape[1] > 1:
        first = letters if (seen[:, 0] == ord("0")).any() else letters[1:]
    return (first, *(letters,) * (seen.shape[1] - 1))


def _counting(template: Template, seen: np.ndarray) -> Template:
    """Return a template with a counter: where every part is told, its last piece varies."""
    if template.counter:
        return template
    parts, stop = list(template.parts), seen.shape[1]
    classes = _class_of(seen)
    ends = np.cumsum([len(part.places) for part in parts])
    for at in range(len(parts) - 1, -1, -1):
        start, stop = int(ends[at]) - len(parts[at].places), int(ends[at])
        if (classes[:, start:stop] < 3).all():
            kinds = tuple(np.unique(classes[:, start:stop]).tolist())
            parts[at] = Part(alphabets=_alphabets(seen[:, start:stop], kinds, 1))
            return Template(tuple(parts))
    return Template((*parts, Part(alphabets=(_CLASSES[0],) * 6)))


def _begins(template: Template, seen: Iterable[np.ndarray], rare: int) -> tuple[str, ...]:
    """Return beginnings of the counter that no text has, so many that the room is largest.

    Where a beginning is had by fewer than `rare` texts, half of the free ones stay unsaid: so what
    is not listed need not be somebody's.
    """
    places = template.counter
    held = _held(places, (_counters(template, texts) for texts in seen))
    if not held or not held[0].any():
        return ("",)
    best: tuple[int, tuple[str, ...]] = (0, ())
    for first, counts in enumerate(held, start=1):
        free = np.flatnonzero(counts == 0)
        if counts[counts > 0].min() < rare:
            free = free[len(free) // 2 % 2 :: 2]
        free = free[:: max(1, math.ceil(len(free) / MOST_BEGINS))]
        room = len(free) * math.prod(len(place) for place in places[first:])
        if min(room, MOST_ROOM) > best[0]:
            best = min(room, MOST_ROOM), tuple(_written(int(n), places[:first]) for n in free)
    return best[1]


def _held(places: tuple[str, ...], counters: Iterable[np.ndarray]) -> list[np.ndarray]:
    """Return how many counters have each beginning of one place, of two, and so on."""
    sizes = np.cumprod([float(len(place)) for place in places])
    held = [np.zeros(int(size), np.int64) for size in sizes[sizes <= MOST_PREFIXES]]
    for digits in counters:
        taken = np.zeros(len(digits), np.int64)
        for at, counts in enumerate(held):
            taken = taken * len(places[at]) + digits[:, at]
            counts += np.bincount(taken, minlength=len(counts))
    return held


def _counters(template: Template, seen: np.ndarray) -> np.ndarray:
    """Return the counters, as places in their alphabets, of the texts that may be its ids."""
    places = template.places
    if seen.shape[1] < len(places):
        return np.empty((0, len(template.counter)), np.int64)
    ends = (seen[:, : len(places)] != 0).all(axis=1) & (seen[:, len(places) :] == 0).all(axis=1)
    rows = seen[ends]
    varies = [bool(part.alphabets) for part in template.parts for _ in part.places]
    digits = np.empty((len(rows), len(template.counter)), np.int64)
    for nth, at in enumerate(np.flatnonzero(varies)):
        table = np.full(128, -1)
        table[[ord(letter) for letter in places[at]]] = np.arange(len(places[at]))
        digits[:, nth] = np.where(rows[:, at] < 128, table[np.minimum(rows[:, at], 127)], -1)
    return digits[(digits >= 0).all(axis=1)]


def _written(number: int, places: tuple[str, ...]) -> str:
    letters = []
    for place in reversed(places):
        letters.append(place[number % len(place)])
        number //= len(place)
    return "".join(reversed(letters))


def _wider(templates: list[Template], texts: pa.Array, rare: int) -> Iterator[Template]:
    """Yield templates with longer counters, till there is room for all rows ever asked for."""
    main = max(templates, key=lambda template: template.room)
    numbered = [at for at, part in enumerate(main.parts) if part.alphabets]
    plain = [at for at in numbered if len(main.parts[at].alphabets[-1]) == 10]
    at = (plain or numbered)[-1]
    alphabets, room, more = main.parts[at].alphabets, 0, 0
    while room < ENOUGH_ROOM:
        more += 1
        longer = Part(alphabets=(*alphabets, *(alphabets[-1],) * more))
        wide = Template((*main.parts[:at], longer, *main.parts[at + 1 :]))
        if not any(wide.meets(other) for other in templates):
            wide = replace(wide, begins=_begins(wide, _chunks(texts), rare))
            room += wide.room
            yield wide
