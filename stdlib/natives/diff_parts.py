"""What `difflib` in the prelude (`stdlib/prelude/difflib.py`) leaves to C: every comparison of two sequences.

Comparing takes the product of two lengths and more, so what is long is done apart, where it can be ended.
"""

from __future__ import annotations

import difflib
import marshal
from collections import Counter
from collections.abc import Iterable, Sized
from typing import Any

from ..values.sets import OrderedSet
from .apart import run_apart
from .model import Native
from .services import Refusal

PAIRS_MAX = 400_000  # of equal elements that this process compares
_LINES_MAX = 40  # of a diff by `Differ` that this process makes
_POPULAR_MIN = 200  # from this length on, frequent elements are left out


def junk_candidates(b: Any) -> list[Any]:
    return list(dict.fromkeys(b))


def popular_of(b: Any, junk: Any, autojunk: Any) -> OrderedSet:
    matcher: Any = _matcher((), b, junk, autojunk)
    return OrderedSet(list(matcher.bpopular))


def positions(b: Any, junk: Any, popular: Any) -> dict[Any, list[int]]:
    found: dict[Any, list[int]] = {}
    for place, element in enumerate(b):
        if element not in junk and element not in popular:
            found.setdefault(element, []).append(place)
    return found


def _matcher(a: Any, b: Any, junk: Any, autojunk: Any) -> difflib.SequenceMatcher[Any]:
    return difflib.SequenceMatcher(junk.__contains__ if junk else None, a, b, bool(autojunk))


def _is_soon(a: Any, b: Any, autojunk: Any) -> bool:
    if len(a) * len(b) <= PAIRS_MAX:
        return True
    counts, limit = Counter(b), len(b) // 100 + 1 if autojunk and len(b) >= _POPULAR_MIN else len(b)
    return sum(each for each in (counts[item] for item in a) if each <= limit) <= PAIRS_MAX


def longest(a: Any, b: Any, junk: Any, autojunk: Any, *places: Any) -> tuple[int, ...]:
    if _is_soon(a, b, autojunk):
        return tuple(_matcher(a, b, junk, autojunk).find_longest_match(*places))
    found: Any = _apart("longest", a, b, list(junk), bool(autojunk), *places)
    return tuple(found)


def blocks_of(a: Any, b: Any, junk: Any, autojunk: Any) -> list[tuple[int, ...]]:
    if _is_soon(a, b, autojunk):
        return [tuple(each) for each in _matcher(a, b, junk, autojunk).get_matching_blocks()]
    found: list[tuple[int, ...]] = _apart("blocks", a, b, list(junk), bool(autojunk))
    return found


def _apart(work: str, *arguments: Any) -> Any:
    try:
        marshal.dumps(arguments)
    except ValueError:
        raise Refusal("a workflow cannot compare such long sequences of its own objects: compare their texts") from None
    return run_apart("difflib", work, *arguments)


def codes_of(blocks: Iterable[Any]) -> list[tuple[str, int, int, int, int]]:
    i = j = 0
    found = []
    for ai, bj, size in blocks:
        name = "replace" if i < ai and j < bj else "delete" if i < ai else "insert" if j < bj else ""
        if name:
            found.append((name, i, ai, j, bj))
        i, j = ai + size, bj + size
        if size:
            found.append(("equal", ai, i, bj, j))
    return found


def quick(a: Any, b: Any) -> int:
    """How many elements the two have in common, in any order."""
    left = Counter(b)
    matches = 0
    for element in a:
        if left[element] > 0:
            matches += 1
        left[element] -= 1
    return matches


def compared(a: Any, b: Any, linejunk: Any, charjunk: Any) -> list[str]:
    a, b = list(a), list(b)
    size = max((len(line) for line in (*a, *b) if isinstance(line, str)), default=0)
    if len(a) * len(b) * (size // 80 + 1) <= _LINES_MAX * _LINES_MAX or not _names_junk(linejunk, charjunk):
        return list(difflib.Differ(linejunk, charjunk).compare(a, b))
    found: list[str] = _apart("compared", a, b, _JUNK[linejunk], _JUNK[charjunk])
    return found


_JUNK: dict[Any, str] = {
    None: "",
    difflib.IS_LINE_JUNK: "IS_LINE_JUNK",
    difflib.IS_CHARACTER_JUNK: "IS_CHARACTER_JUNK",
}


def _names_junk(*functions: Any) -> bool:
    return all(any(each is known for known in _JUNK) for each in functions)


def unified_lines(a: Any, b: Any, *more: Any) -> list[str]:
    return _lines("unified_diff", a, b, more)


def context_lines(a: Any, b: Any, *more: Any) -> list[str]:
    return _lines("context_diff", a, b, more)


def _lines(name: str, a: Any, b: Any, more: tuple[Any, ...]) -> list[str]:
    if _is_soon(a, b, True):
        return list(getattr(difflib, name)(a, b, *more))
    found: list[str] = _apart(name, list(a), list(b), *more)
    return found


def restored(delta: list[str], which: Any) -> list[str]:
    return list(difflib.restore(delta, which))


def get_close_matches(word: Any, possibilities: Any, n: Any = 3, cutoff: Any = 0.6) -> list[Any]:
    """Use SequenceMatcher to return list of the best "good enough" matches."""
    given = list(possibilities) if n > 0 and 0.0 <= cutoff <= 1.0 else []
    if all(_is_soon(each, word, True) for each in given if _is_sized(each) and _is_sized(word)):
        return difflib.get_close_matches(word, given, n, cutoff)
    found: list[Any] = _apart("close", word, given, n, cutoff)
    return found


def _is_sized(value: object) -> bool:
    """What is not is an error at once."""
    return isinstance(value, Sized)


def natives() -> list[Native]:
    functions = (
        *(junk_candidates, popular_of, positions, longest, blocks_of, codes_of, quick, compared, unified_lines),
        *(context_lines, restored),
    )
    names = ("IS_LINE_JUNK", "IS_CHARACTER_JUNK")
    return [
        *(Native(f"_diff_parts.{each.__name__}/1", each, nested=True) for each in functions),
        *(Native(f"difflib.{name}/1", getattr(difflib, name)) for name in names),
        Native("difflib.get_close_matches/1", get_close_matches, nested=True),
    ]
