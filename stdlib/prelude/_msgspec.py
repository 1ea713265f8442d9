"""`msgspec` in workflow Python: Structs, which the host makes (`vm/hosting.py`), and conversions between values."""

from copy import deepcopy

import _hosted


class Struct:
    def __new__(cls, /, *args, **kwargs):
        return _hosted.known("make", cls, args, kwargs)

    def __init__(self, /, *args, **kwargs):
        pass

    def __setattr__(self, name, value):
        about = _hosted.known("describe", type(self), (), {})
        if about["frozen"]:
            raise AttributeError(f"immutable type: '{type(self).__name__}'")
        if name not in about["fields"] and not about["dict"] and not hasattr(type(self), name):
            raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'")
        super().__setattr__(name, value)

    def __delattr__(self, name):
        if _hosted.known("describe", type(self), (), {})["frozen"]:
            raise AttributeError(f"immutable type: '{type(self).__name__}'")
        super().__delattr__(name)

    def __eq__(self, other):
        if type(self) is not type(other):
            return NotImplemented
        if not _hosted.known("describe", type(self), (), {})["eq"]:
            return NotImplemented
        return _values(self) == _values(other)

    def __lt__(self, other):
        return _values(self) < _values(other) if _ordered(self, other) else NotImplemented

    def __le__(self, other):
        return _values(self) <= _values(other) if _ordered(self, other) else NotImplemented

    def __gt__(self, other):
        return _values(self) > _values(other) if _ordered(self, other) else NotImplemented

    def __ge__(self, other):
        return _values(self) >= _values(other) if _ordered(self, other) else NotImplemented

    def __hash__(self):
        about = _hosted.known("describe", type(self), (), {})
        if not about["eq"]:
            return super().__hash__()
        if not about["frozen"]:
            raise TypeError(f"unhashable type: '{type(self).__name__}'")
        return hash(_values(self))

    def __repr__(self):
        return _hosted.known("call", type(self), ("__repr__", self), {})

    def __copy__(self):
        made = _hosted.bare(type(self))
        for name, value in self.__dict__.items():
            _hosted.put(made, name, value)
        return made

    def __deepcopy__(self, memo):
        fields = {name: deepcopy(getattr(self, name), memo) for name in self.__struct_fields__}
        return _hosted.known("make", type(self), (), fields)

    def __replace__(self, /, **changes):
        return _hosted.known("call", type(self), ("__replace__", self), changes)


def _values(instance):
    return tuple([getattr(instance, name) for name in instance.__struct_fields__])


def _ordered(one, other):
    return type(one) is type(other) and _hosted.known("describe", type(one), (), {})["order"]


def to_builtins(obj, **options):
    return _hosted.known("function", None, ("msgspec.to_builtins", obj), options)


def convert(obj, type, **options):
    return _hosted.known("function", None, ("msgspec.convert", obj, type), options)
