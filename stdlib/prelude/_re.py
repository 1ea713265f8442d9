"""The functions of `re` in workflow Python, and the cache of what `re.compile` has compiled."""

from re import Pattern

_MAXCACHE = 512


def _cache():
    """Compiled patterns of this run, so that the same text is the same pattern."""
    global _CACHE
    try:
        return _CACHE
    except NameError:
        _CACHE = {}
        return _CACHE


def _compiled(pattern, flags):
    """The pattern for one use: one that the program has, or one that nobody keeps."""
    if type(pattern) is Pattern:
        if flags:
            raise ValueError("cannot process flags argument with a compiled pattern")
        return pattern
    return Pattern(pattern, flags)


def compile(pattern, flags=0):
    if type(pattern) is Pattern:
        return _compiled(pattern, flags)
    held = _cache()
    key = (type(pattern), pattern, flags)
    found = held.get(key)
    if found is None:
        found = Pattern(pattern, flags)
        if len(held) >= _MAXCACHE:
            del held[next(iter(held))]
        held[key] = found
    return found


def purge():
    _cache().clear()


def match(pattern, string, flags=0):
    return _compiled(pattern, flags).match(string)


def fullmatch(pattern, string, flags=0):
    return _compiled(pattern, flags).fullmatch(string)


def search(pattern, string, flags=0):
    return _compiled(pattern, flags).search(string)


def sub(pattern, repl, string, count=0, flags=0):
    return _compiled(pattern, flags).sub(repl, string, count)


def subn(pattern, repl, string, count=0, flags=0):
    return _compiled(pattern, flags).subn(repl, string, count)


def split(pattern, string, maxsplit=0, flags=0):
    return _compiled(pattern, flags).split(string, maxsplit)


def findall(pattern, string, flags=0):
    return _compiled(pattern, flags).findall(string)


def finditer(pattern, string, flags=0):
    return _compiled(pattern, flags).finditer(string)
