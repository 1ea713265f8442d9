"""The classes of `re` in workflow Python: patterns and matches are objects of the run, each look at a text is C's.

What is called back (a function that replaces) is called by frames, and `finditer` is an iterator that is stored where
it stands. Texts and the order of effects are CPython 3.11's.
"""

from _regex import (
    all_texts,
    bounds,
    examine,
    find,
    find_all,
    following,
    group_names,
    group_texts,
    joined,
    last_name,
    named_texts,
    piece,
    pieces,
    replaced,
    shown,
    span,
    template,
    texts,
)
from _text_parts import refuse

_END = 9223372036854775807


class Pattern:
    """A compiled regular expression."""

    __slots__ = ("flags", "groups", "pattern")

    def __init__(self, *made):  # by this module alone: the pattern and its flags
        if len(made) != 2:
            raise TypeError("cannot create 're.Pattern' instances")
        self.pattern, flags = made
        self.flags, self.groups = examine(self.pattern, flags)

    def __init_subclass__(cls, **kwargs):
        raise TypeError("type 're.Pattern' is not an acceptable base type")

    @property
    def groupindex(self):
        return group_names(self.pattern, self.flags)

    def match(self, string, pos=0, endpos=_END):
        found = find(self.pattern, self.flags, "match", string, pos, endpos)
        return None if found is None else Match(self, string, found)

    def fullmatch(self, string, pos=0, endpos=_END):
        found = find(self.pattern, self.flags, "fullmatch", string, pos, endpos)
        return None if found is None else Match(self, string, found)

    def search(self, string, pos=0, endpos=_END):
        found = find(self.pattern, self.flags, "search", string, pos, endpos)
        return None if found is None else Match(self, string, found)

    def findall(self, string, pos=0, endpos=_END):
        return texts(self.pattern, self.flags, string, pos, endpos)

    def finditer(self, string, pos=0, endpos=_END):
        return callable_iterator._made(self, string, pos, endpos)

    def split(self, string, maxsplit=0):
        return pieces(self.pattern, self.flags, string, maxsplit)

    def sub(self, repl, string, count=0):
        return _replaced(self, repl, string, count)[0]

    def subn(self, repl, string, count=0):
        return _replaced(self, repl, string, count)

    def scanner(self, string, pos=0, endpos=_END):
        refuse("a workflow cannot use `scanner` of a pattern: use `finditer`")

    def __copy__(self):
        return self

    def __deepcopy__(self, memo, /):
        return self

    def __eq__(self, other):
        if type(other) is not Pattern:
            return NotImplemented
        if self is other:
            return True
        same = type(self.pattern) is type(other.pattern) and self.pattern == other.pattern
        return same and self.flags == other.flags

    def __hash__(self):
        return hash((self.pattern, self.flags))

    def __repr__(self):
        return shown(self.pattern, self.flags)


class Match:
    """The result of re.match() and re.search()."""

    __slots__ = ("_found", "re", "string")

    def __init__(self, *made):  # by this module alone: pattern, string, what was found
        if len(made) != 3:
            raise TypeError("cannot create 're.Match' instances")
        self.re, self.string, self._found = made

    def __init_subclass__(cls, **kwargs):
        raise TypeError("type 're.Match' is not an acceptable base type")

    @property
    def regs(self):
        return self._found[0]

    @property
    def lastindex(self):
        return self._found[1]

    @property
    def pos(self):
        return self._found[2]

    @property
    def endpos(self):
        return self._found[3]

    @property
    def lastgroup(self):
        return last_name(self.re.pattern, self.re.flags, self._found)

    def group(self, /, *groups):
        return group_texts(self.re.pattern, self.re.flags, self.string, self._found, groups)

    def __getitem__(self, group, /):
        return group_texts(self.re.pattern, self.re.flags, self.string, self._found, (group,))

    def groups(self, default=None):
        return all_texts(self.string, self._found, default)

    def groupdict(self, default=None):
        return named_texts(self.re.pattern, self.re.flags, self.string, self._found, default)

    def start(self, group=0, /):
        return span(self.re.pattern, self.re.flags, self._found, group)[0]

    def end(self, group=0, /):
        return span(self.re.pattern, self.re.flags, self._found, group)[1]

    def span(self, group=0, /):
        return span(self.re.pattern, self.re.flags, self._found, group)

    def expand(self, template):
        return _expanded(self, _parsed(self.re, template))

    def __copy__(self):
        return self

    def __deepcopy__(self, memo, /):
        return self

    def __repr__(self):
        return f"<re.Match object; span={self.span()!r}, match={self.group()!r}>"


class callable_iterator:
    """What `finditer` gives: the place that the next look begins at."""

    __slots__ = ("_after", "_endpos", "_first", "_pattern", "_pos", "_string")

    def __init__(self):
        raise TypeError("cannot create 'callable_iterator' instances")

    @classmethod
    def _made(cls, pattern, string, pos, endpos):
        made = cls.__new__(cls)
        made._pattern, made._string, made._after = pattern, string, False
        made._first, made._endpos = bounds(pattern.pattern, pattern.flags, string, pos, endpos)
        made._pos = made._first
        return made

    def __iter__(self):
        return self

    def __next__(self):
        if self._pos < 0:
            raise StopIteration
        pattern = self._pattern
        found = following(pattern.pattern, pattern.flags, self._string, self._pos, self._endpos, self._after)
        if found is None:
            self._pos = -1
            raise StopIteration
        spans, last, _, endpos = found
        start, end = spans[0]
        self._pos, self._after = end, start == end
        return Match(pattern, self._string, (spans, last, self._first, endpos))


def _parsed(pattern, repl):
    return template(pattern.pattern, pattern.flags, repl)


def _expanded(match, parts):
    string = match.string
    empty = piece(string, 0, 0)
    given = []
    for part in parts:
        if type(part) is int:
            start, end = match.regs[part]
            given.append(empty if start < 0 else piece(string, start, end))
        else:
            given.append(part)
    return empty.join(given)


def _replaced(pattern, repl, string, count):
    if not callable(repl):
        return replaced(pattern.pattern, pattern.flags, repl, string, count)
    if count < 0:
        return string, 0
    spans = []
    given = []
    for found in find_all(pattern.pattern, pattern.flags, string, 0, _END, count):
        given.append(repl(Match(pattern, string, found)))
        spans.append(found[0][0])
    return joined(string, spans, given), len(spans)
