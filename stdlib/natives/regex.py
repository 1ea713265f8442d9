"""What `re` in the prelude (`stdlib/prelude/re.py`) leaves to C: one look at a text, by the host's own expressions.

_regex.examine(pattern, flags)               flags and count of groups; the host's error for what is no pattern
_regex.group_names(pattern, flags)           names of groups, as a mapping
_regex.shown(pattern, flags)                 `repr` of the pattern
_regex.find(pattern, flags, how, string, pos, endpos)
                                             (spans, last group, pos, endpos) of one match; None if there is none
_regex.following(pattern, flags, string, pos, endpos, after)
                                             the same for the next of many; `after`: the last one was empty, at `pos`
_regex.bounds(pattern, flags, string, pos, endpos)   pos and endpos as `finditer` clips them
_regex.find_all(pattern, flags, string, pos, endpos, count)
                                             (spans, last group, pos, endpos) of all, of `count` at most if not 0
_regex.texts(pattern, flags, string, pos, endpos)    what `findall` gives
_regex.pieces(pattern, flags, string, maxsplit)      what `split` gives
_regex.replaced(pattern, flags, repl, string, count) what `subn` gives, if `repl` is no function
_regex.joined(string, spans, texts)          the string with texts in the place of spans
_regex.template(pattern, flags, repl)        a template taken apart: texts, and numbers of groups
_regex.piece(string, start, end)             what a group matched
_regex.span(pattern, flags, found, group)   where a group matched
_regex.group_texts(pattern, flags, string, found, groups)
                                            what groups matched: a text, or a tuple of several
_regex.all_texts(string, found, default)    what all groups matched; `named_texts`: those with names
_regex.last_name(pattern, flags, found)     the name of the last group

Expressions are kept compiled in the process, so a run holds their texts alone. What may take too long is done apart.
"""

from __future__ import annotations

import re
import sys
from functools import lru_cache
from importlib import import_module
from typing import Any

from ..values.views import MappingProxy
from . import amounts
from .amounts import check_looked_at, check_made
from .apart import run_apart
from .apart_work import found
from .model import Native
from .regex_cost import STEPS_MAX, steps_max
from .services import Refusal

_PARSER: Any = import_module("re._parser")
_TEXTS = (str, bytes, bytearray)
_WHAT = "a regular expression"

Row = tuple[Any, int | None, int, int]


def _compiled(pattern: Any, flags: int) -> re.Pattern[Any]:
    return (
        _kept(type(pattern).__name__, pattern, flags) if type(pattern) in (str, bytes) else re.compile(pattern, flags)
    )


@lru_cache(1024)
def _kept(kind: str, pattern: Any, flags: int) -> re.Pattern[Any]:
    return re.compile(pattern, flags)


def examine(pattern: Any, flags: Any) -> tuple[int, int]:
    if isinstance(flags, int) and flags & re.DEBUG:
        raise Refusal("a workflow cannot compile with re.DEBUG: it prints to the engine's own output")
    made = re.compile(_exact(pattern), flags)
    if made.flags & re.LOCALE:
        raise Refusal("a workflow cannot compile with re.LOCALE: it depends on the engine's machine; use re.ASCII")
    return made.flags, made.groups


def group_names(pattern: Any, flags: int) -> MappingProxy:
    return MappingProxy(dict(_compiled(pattern, flags).groupindex))


def shown(pattern: Any, flags: int) -> str:
    return repr(_compiled(pattern, flags))


def _exact(text: Any) -> Any:
    """The text itself: of an instance of a program's class, what C sees of it."""
    kind = type(text)
    if kind in _TEXTS:
        return text
    base: Any = next((each for each in _TEXTS if isinstance(text, each)), None)
    return text if base is None else base.__getitem__(text, slice(None))


def _is_soon(pattern: Any, flags: int, text: Any, everywhere: bool) -> bool:
    """Whether this process may do it. What is no text is C's to refuse."""
    if type(text) not in _TEXTS or isinstance(pattern, str) is not (type(text) is str):
        return True
    return steps_max(pattern, flags, len(text), everywhere) <= STEPS_MAX


def _look(pattern: Any, flags: int, how: str, text: Any, start: int, end: int, count: int = 0) -> Any:
    made = _compiled(pattern, flags)
    if _is_soon(pattern, flags, text, how in ("all", "search")):
        return found(made, how, text, start, end, count)
    return run_apart(_WHAT, "match", pattern, flags, how, bytes(text) if how and type(text) is bytearray else text,
                     max(start, 0), max(end, 0), count)  # fmt: skip


def _clipped(text: Any, start: Any, end: Any) -> tuple[int, int]:
    """As C clips `pos` and `endpos`."""
    size = len(text)
    start, end = (max(0, min(each.__index__(), size)) for each in (start, end))
    return start, max(start, end)


def find(pattern: Any, flags: int, how: str, text: Any, start: Any, end: Any) -> Row | None:
    text = _exact(text)
    _check(pattern, flags, text, start, end)
    start, end = _clipped(text, start, end)
    row = _look(pattern, flags, how, text, start, end)
    return None if row is None else (*row, start, end)


def following(pattern: Any, flags: int, text: Any, start: int, end: int, after: bool) -> Row | None:
    text = _exact(text)
    rows = _look(pattern, flags, "all", text, start, end, 2 if after else 1)
    if after and rows and rows[0][0][0] == (start, start):
        del rows[0]  # the one that was found before
    return (*rows[0], start, end) if rows else None


def bounds(pattern: Any, flags: int, text: Any, start: Any, end: Any) -> tuple[int, int]:
    text = _exact(text)
    _check(pattern, flags, text, start, end)
    return _clipped(text, start, end)


def find_all(pattern: Any, flags: int, text: Any, start: Any, end: Any, count: int) -> list[Row]:
    text = _exact(text)
    _check(pattern, flags, text, start, end)
    start, end = _clipped(text, start, end)
    return [(*row, start, end) for row in _look(pattern, flags, "all", text, start, end, max(count, 0))]


def _check(pattern: Any, flags: int, text: Any, start: Any = 0, end: Any = 0) -> None:
    """Let C refuse what is no text for this pattern, in its own words."""
    if type(text) not in _TEXTS or isinstance(pattern, str) is not (type(text) is str):
        _compiled(pattern, flags).match(text)
    if type(start) is not int or type(end) is not int:
        _compiled(pattern, flags).match("" if isinstance(pattern, str) else b"", start, end)


def texts(pattern: Any, flags: int, text: Any, start: Any, end: Any) -> list[Any]:
    made, exact = _compiled(pattern, flags), _exact(text)
    if _is_soon(pattern, flags, exact, True):
        return made.findall(exact, start, end)
    empty = exact[:0] if type(exact) is str else b""
    rows = [row[0] for row in find_all(pattern, flags, exact, start, end, 0)]
    picked = [spans if made.groups == 0 else spans[1:] for spans in rows]
    groups = [[empty if first < 0 else piece(exact, first, last) for first, last in spans] for spans in picked]
    return [each[0] for each in groups] if made.groups < 2 else [tuple(each) for each in groups]


def pieces(pattern: Any, flags: int, text: Any, most: Any) -> list[Any]:
    made, exact = _compiled(pattern, flags), _exact(text)
    if _is_soon(pattern, flags, exact, True) or not isinstance(most, int) or most < 0:
        return made.split(exact, most)
    given: list[Any] = []
    last = 0
    for spans, *_ in find_all(pattern, flags, exact, 0, sys.maxsize, most):
        (start, end), *groups = spans
        given += [piece(exact, last, start), *(None if each[0] < 0 else piece(exact, *each) for each in groups)]
        last = end
    return [*given, piece(exact, last, len(exact))]


def replaced(pattern: Any, flags: int, repl: Any, text: Any, count: Any) -> tuple[Any, int]:
    exact, repl = _exact(text), _exact(repl)
    made = _compiled(pattern, flags)
    sized = type(repl) in _TEXTS and type(exact) in _TEXTS and type(count) is int
    allowed = amounts.limits()
    few = not sized or len(repl) * (len(exact) + 1) <= allowed.value_bytes
    if few and (not sized or _is_soon(pattern, flags, exact, True)):
        return made.subn(repl, exact, count)
    if count < 0:
        return text, 0
    parts = template(pattern, flags, repl)
    size = sum(len(each) for each in parts if type(each) is not int)
    # Of more matches than that, nobody has to know.
    most = min(allowed.value_bytes // max(size, 1), allowed.native_items // max(len(parts), 1)) + 1
    rows = find_all(pattern, flags, exact, 0, sys.maxsize, min(count, most) if count else most)
    check_made(size * len(rows))
    check_looked_at(len(parts) * len(rows))
    empty = exact[:0] if type(exact) is str else b""
    texts = [empty.join([_group(exact, row, each, empty) if type(each) is int else each for each in parts])
             for row in rows]  # fmt: skip
    return joined(exact, [row[0][0] for row in rows], texts), len(rows)


def joined(text: Any, spans: list[tuple[int, int]], texts: list[Any]) -> Any:
    """The string with these texts in the place of its spans. What is None there is left out."""
    exact = _exact(text)
    given: list[Any] = []
    size = last = 0
    for (start, end), new in zip(spans, texts, strict=True):
        if last < start:
            given.append(piece(exact, last, start))
        if new is not None:
            given.append(new)
            size += len(new) if hasattr(type(new), "__len__") else 0
        last = end
    check_made(size)
    if last < len(exact):
        given.append(piece(exact, last, len(exact)))
    return ("" if type(exact) is str else b"").join(given)


def template(pattern: Any, flags: int, repl: Any) -> list[Any]:
    parsed = _PARSER.parse_template(_exact(repl), _compiled(pattern, flags))
    if not isinstance(parsed, tuple):  # from Python 3.12 on
        return [each for each in parsed if each is not None and each != "" and each != b""]
    groups, literals = parsed
    at = dict(groups)
    found = [at.get(place, literal) for place, literal in enumerate(literals)]
    return [each for each in found if each is not None]


def piece(text: Any, start: int, end: int) -> Any:
    exact = _exact(text)
    return bytes(exact[start:end]) if type(exact) is bytearray else exact[start:end]


def _index(pattern: Any, flags: int, group: Any) -> int:
    """The number of a group."""
    made, number = _compiled(pattern, flags), -1
    if isinstance(group, int) or hasattr(type(group), "__index__"):
        number = group.__index__()
    else:
        try:
            number = made.groupindex.get(group, -1)
        except TypeError:
            pass
    if not 0 <= number <= made.groups:
        raise IndexError("no such group")
    return number


def span(pattern: Any, flags: int, found: Row, group: Any) -> tuple[int, int]:
    start, end = found[0][group if group == 0 and type(group) is int else _index(pattern, flags, group)]
    return start, end


def group_texts(pattern: Any, flags: int, text: Any, found: Row, groups: tuple[Any, ...]) -> Any:
    texts = [_group(text, found, _index(pattern, flags, group)) for group in groups or (0,)]
    return texts[0] if len(texts) == 1 else tuple(texts)


def _group(text: Any, found: Row, number: int, default: Any = None) -> Any:
    start, end = found[0][number]
    return default if start < 0 else piece(text, start, end)


def all_texts(text: Any, found: Row, default: Any) -> tuple[Any, ...]:
    return tuple([_group(text, found, number, default) for number in range(1, len(found[0]))])


def named_texts(pattern: Any, flags: int, text: Any, found: Row, default: Any) -> dict[str, Any]:
    names = _compiled(pattern, flags).groupindex
    return {name: _group(text, found, number, default) for name, number in names.items()}


def last_name(pattern: Any, flags: int, found: Row) -> str | None:
    names = _compiled(pattern, flags).groupindex
    return next((name for name, place in names.items() if place == found[1]), None)


_FLAGS = "NOFLAG A ASCII I IGNORECASE M MULTILINE S DOTALL U UNICODE X VERBOSE L LOCALE".split()


def natives() -> list[Native]:
    functions = (
        *(
            examine,
            group_names,
            shown,
            find,
            following,
            bounds,
            find_all,
            texts,
            pieces,
            replaced,
            joined,
            template,
            piece,
        ),
        *(span, group_texts, all_texts, named_texts, last_name),
    )
    return [
        *(Native(f"_regex.{each.__name__}/1", each) for each in functions),
        *(Native(f"re.{name}/1", getattr(re, name)) for name in _FLAGS),
        Native("re.RegexFlag/1", re.RegexFlag),
    ]


# Every combination of flags, by the name that a snapshot has for it.
FLAGS: dict[str, Any] = {f"re flags {value}": re.RegexFlag(value) for value in range(512)}
