"""The part of `types` that a program can make: a namespace with attributes."""


def _shown():
    """Those whose `repr` is under way."""
    global _SHOWN
    try:
        return _SHOWN
    except NameError:
        _SHOWN = []
        return _SHOWN


class SimpleNamespace:
    """A simple attribute-based namespace."""

    __waymark_named_in_full__ = True
    __hash__ = None

    def __init__(self, /, *args, **kwargs):
        if args:
            raise TypeError("no positional arguments expected")
        self.__dict__.update(kwargs)

    def __repr__(self):
        name = "namespace" if type(self) is SimpleNamespace else type(self).__name__
        shown = _shown()
        if any(each is self for each in shown):
            return f"{name}(...)"
        shown.append(self)
        try:
            parts = [f"{key}={value!r}" for key, value in self.__dict__.items() if isinstance(key, str) and key]
        finally:
            shown.pop()
        return f"{name}({', '.join(parts)})"

    def __eq__(self, other, /):
        if not isinstance(self, SimpleNamespace) or not isinstance(other, SimpleNamespace):
            return NotImplemented
        return self.__dict__ == other.__dict__

    def __ne__(self, other, /):
        if not isinstance(self, SimpleNamespace) or not isinstance(other, SimpleNamespace):
            return NotImplemented
        return self.__dict__ != other.__dict__

    def __lt__(self, other, /):
        if not isinstance(self, SimpleNamespace) or not isinstance(other, SimpleNamespace):
            return NotImplemented
        return self.__dict__ < other.__dict__

    def __le__(self, other, /):
        if not isinstance(self, SimpleNamespace) or not isinstance(other, SimpleNamespace):
            return NotImplemented
        return self.__dict__ <= other.__dict__

    def __gt__(self, other, /):
        if not isinstance(self, SimpleNamespace) or not isinstance(other, SimpleNamespace):
            return NotImplemented
        return self.__dict__ > other.__dict__

    def __ge__(self, other, /):
        if not isinstance(self, SimpleNamespace) or not isinstance(other, SimpleNamespace):
            return NotImplemented
        return self.__dict__ >= other.__dict__
