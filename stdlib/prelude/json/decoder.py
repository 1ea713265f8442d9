"""`JSONDecoder` in workflow Python: C reads the text, and the program's hooks are called by frames, in C's order."""

from _json import decode
from json import JSONDecodeError

_SPACE = " \t\n\r"


class JSONDecoder:
    """Simple JSON decoder."""

    def __init__(
        self,
        *,
        object_hook=None,
        parse_float=None,
        parse_int=None,
        parse_constant=None,
        strict=True,
        object_pairs_hook=None,
    ):
        self.object_hook = object_hook
        self.parse_float = parse_float or float
        self.parse_int = parse_int or int
        self.parse_constant = parse_constant
        self.strict = strict
        self.object_pairs_hook = object_pairs_hook
        self.memo = {}

    def decode(self, s):
        obj, end = self.raw_decode(s, _behind_space(s, 0))
        end = _behind_space(s, end)
        if end != len(s):
            raise JSONDecodeError("Extra data", s, end)
        return obj

    def raw_decode(self, s, idx=0):
        hooks = {}
        if self.object_pairs_hook is not None:
            hooks["object_pairs_hook"] = self.object_pairs_hook
        elif self.object_hook is not None:
            hooks["object_hook"] = self.object_hook
        if self.parse_float is not float:
            hooks["parse_float"] = self.parse_float
        if self.parse_int is not int:
            hooks["parse_int"] = self.parse_int
        if self.parse_constant is not None:
            hooks["parse_constant"] = self.parse_constant
        root, end, steps, problem = decode(s, idx, self.strict, tuple(hooks))
        results = []
        for name, given in steps:
            results.append(hooks[name](_filled(given, results)))
        if problem is not None:
            message, place = problem
            if message is None:
                _expecting(s, place)
            raise JSONDecodeError(message, s, place)
        return _filled(root, results), end


def _expecting(s, place):
    try:
        raise StopIteration(place)
    except StopIteration:
        raise JSONDecodeError("Expecting value", s, place) from None


def _behind_space(s, place):
    while place < len(s) and s[place] in _SPACE:
        place += 1
    return place


def _filled(part, results):
    kind, given = part
    if kind == "v":
        return given
    if kind == "r":
        return results[given]
    if kind == "d":
        return {key: _filled(each, results) for key, each in given}
    made = [_filled(each, results) for each in given]
    return made if kind == "l" else tuple(made)
