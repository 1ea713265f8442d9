"""`difflib` in workflow Python: what compares keeps its sequences, and C does the comparing.

`SequenceMatcher` asks the program's `isjunk` by frames; the lines of a diff come from generators, as in CPython.
"""

from typing import NamedTuple

from _diff_parts import (
    blocks_of,
    codes_of,
    compared,
    context_lines,
    junk_candidates,
    longest,
    popular_of,
    positions,
    quick,
    restored,
    unified_lines,
)
from _text_parts import check_own


class Match(NamedTuple):
    a: int
    b: int
    size: int


class SequenceMatcher:
    """A flexible class for comparing pairs of sequences of any type, so long as the elements are hashable."""

    def __init__(self, isjunk=None, a="", b="", autojunk=True):
        self.isjunk = isjunk
        self.a = self.b = None
        self.autojunk = autojunk
        self.set_seqs(a, b)

    def set_seqs(self, a, b):
        self.set_seq1(a)
        self.set_seq2(b)

    def set_seq1(self, a):
        if a is self.a:
            return
        self.a = a
        self.matching_blocks = self.opcodes = None

    def set_seq2(self, b):
        if b is self.b:
            return
        self.b = b
        self.matching_blocks = self.opcodes = None
        self.fullbcount = None
        self.bjunk = set()
        if self.isjunk:
            for element in junk_candidates(b):
                if self.isjunk(element):
                    self.bjunk.add(element)
        self.bpopular = popular_of(b, self.bjunk, self.autojunk)

    @property
    def b2j(self):
        return positions(self.b, self.bjunk, self.bpopular)

    def find_longest_match(self, alo=0, ahi=None, blo=0, bhi=None):
        found = longest(self.a, self.b, self.bjunk, self.autojunk, alo, ahi, blo, bhi)
        return Match(*found)

    def get_matching_blocks(self):
        if self.matching_blocks is None:
            self.matching_blocks = [Match(*each) for each in blocks_of(self.a, self.b, self.bjunk, self.autojunk)]
        return self.matching_blocks

    def get_opcodes(self):
        if self.opcodes is None:
            self.opcodes = codes_of(self.get_matching_blocks())
        return self.opcodes

    def get_grouped_opcodes(self, n=3):
        codes = self.get_opcodes()
        if not codes:
            codes = [("equal", 0, 1, 0, 1)]
        if codes[0][0] == "equal":
            tag, i1, i2, j1, j2 = codes[0]
            codes[0] = tag, max(i1, i2 - n), i2, max(j1, j2 - n), j2
        if codes[-1][0] == "equal":
            tag, i1, i2, j1, j2 = codes[-1]
            codes[-1] = tag, i1, min(i2, i1 + n), j1, min(j2, j1 + n)
        group = []
        for tag, i1, i2, j1, j2 in codes:
            if tag == "equal" and i2 - i1 > n + n:
                group.append((tag, i1, min(i2, i1 + n), j1, min(j2, j1 + n)))
                yield group
                group = []
                i1, j1 = max(i1, i2 - n), max(j1, j2 - n)
            group.append((tag, i1, i2, j1, j2))
        if group and not (len(group) == 1 and group[0][0] == "equal"):
            yield group

    def ratio(self):
        return _ratio(sum([each.size for each in self.get_matching_blocks()]), len(self.a) + len(self.b))

    def quick_ratio(self):
        return _ratio(quick(self.a, self.b), len(self.a) + len(self.b))

    def real_quick_ratio(self):
        return _ratio(min(len(self.a), len(self.b)), len(self.a) + len(self.b))


def _ratio(matches, length):
    return 2.0 * matches / length if length else 1.0


class Differ:
    """Differ is a class for comparing sequences of lines of text."""

    def __init__(self, linejunk=None, charjunk=None):
        self.linejunk = linejunk
        self.charjunk = charjunk

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        check_own(cls, "difflib.Differ", "_dump _plain_replace _fancy_replace _fancy_helper _qformat")

    def compare(self, a, b):
        yield from compared(a, b, self.linejunk, self.charjunk)


def unified_diff(a, b, fromfile="", tofile="", fromfiledate="", tofiledate="", n=3, lineterm="\n"):
    yield from unified_lines(a, b, fromfile, tofile, fromfiledate, tofiledate, n, lineterm)


def context_diff(a, b, fromfile="", tofile="", fromfiledate="", tofiledate="", n=3, lineterm="\n"):
    yield from context_lines(a, b, fromfile, tofile, fromfiledate, tofiledate, n, lineterm)


def diff_bytes(dfunc, a, b, fromfile=b"", tofile=b"", fromfiledate=b"", tofiledate=b"", n=3, lineterm=b"\n"):
    a = [_text(line) for line in a]
    b = [_text(line) for line in b]
    given = [_text(each) for each in (fromfile, tofile, fromfiledate, tofiledate)]
    lines = dfunc(a, b, *given, n, _text(lineterm))
    for line in lines:
        yield line.encode("ascii", "surrogateescape")


def _text(s):
    try:
        return s.decode("ascii", "surrogateescape")
    except AttributeError as err:
        raise TypeError(f"all arguments must be bytes, not {type(s).__name__} ({s!r})") from err


def restore(delta, which):
    yield from restored([*delta], which)
