"""`difflib.ndiff` in workflow Python."""

from difflib import IS_CHARACTER_JUNK, Differ

_DEFAULT = "IS_CHARACTER_JUNK"  # nothing at the top of a module of the prelude is left to run


def ndiff(a, b, linejunk=None, charjunk=_DEFAULT):
    return Differ(linejunk, IS_CHARACTER_JUNK if charjunk is _DEFAULT else charjunk).compare(a, b)
