"""`attrs` in workflow Python: what every attrs class of a program extends, and what programs call.

The host makes the objects, with converters and validators (`vm/hosting.py`), and says which methods attrs has added.
"""

import _hosted


class FrozenError(AttributeError):
    __module__ = "attr.exceptions"

    def __init__(self, *args):
        super().__init__("can't set attribute")


class FrozenInstanceError(FrozenError):
    __module__ = "attr.exceptions"


class FrozenAttributeError(FrozenError):
    __module__ = "attr.exceptions"


class Instance:
    def __new__(cls, /, *args, **kwargs):
        return _hosted.known("make", cls, args, kwargs)

    def __init__(self, /, *args, **kwargs):
        pass

    def __setattr__(self, name, value):
        about = _hosted.known("describe", type(self), (), {})
        if about["frozen"]:
            raise FrozenInstanceError()
        if name in about["fields"] and not about["plain"]:
            for field, held in _hosted.known("change", type(self), ("__setattr__", self, name, value), {})[0].items():
                _hosted.put(self, field, held)
        elif about["slots"] and name not in about["fields"] and not hasattr(type(self), name):
            raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'")
        else:
            super().__setattr__(name, value)

    def __delattr__(self, name):
        if _hosted.known("describe", type(self), (), {})["frozen"]:
            raise FrozenInstanceError()
        super().__delattr__(name)

    def __eq__(self, other):
        about = _hosted.known("describe", type(self), (), {})
        if not about["eq"] or type(self) is not type(other):
            return NotImplemented
        if about["keys"]:
            return _hosted.known("call", type(self), ("__eq__", self, other), {})
        return _values(self, about["compared"]) == _values(other, about["compared"])

    def __lt__(self, other):
        names = _ordered(self, other)
        return NotImplemented if names is None else _values(self, names) < _values(other, names)

    def __le__(self, other):
        names = _ordered(self, other)
        return NotImplemented if names is None else _values(self, names) <= _values(other, names)

    def __gt__(self, other):
        names = _ordered(self, other)
        return NotImplemented if names is None else _values(self, names) > _values(other, names)

    def __ge__(self, other):
        names = _ordered(self, other)
        return NotImplemented if names is None else _values(self, names) >= _values(other, names)

    def __hash__(self):
        about = _hosted.known("describe", type(self), (), {})
        if not about["hashable"]:
            raise TypeError(f"unhashable type: '{type(self).__name__}'")
        if not about["hash"]:
            return super().__hash__()
        return hash(_values(self, about["hashed"]))

    def __repr__(self):
        if not _hosted.known("describe", type(self), (), {})["repr"]:
            return super().__repr__()
        return _hosted.known("call", type(self), ("__repr__", self), {})


def _values(instance, names):
    return tuple([getattr(instance, name) for name in names])


def _ordered(one, other):
    if type(one) is not type(other):
        return None
    about = _hosted.known("describe", type(one), (), {})
    if about["keys"] and about["order"]:
        _hosted.refuse("a workflow compares attrs objects without `order=` or `eq=` functions: remove them")
    return about["ordered"] if about["order"] else None


def asdict(inst, *args, **options):
    return _hosted.known("function", None, ("attrs.asdict", inst, *args), options)


def astuple(inst, *args, **options):
    return _hosted.known("function", None, ("attrs.astuple", inst, *args), options)


def evolve(inst, /, **changes):
    return _hosted.known("function", None, ("attrs.evolve", inst), changes)


def validate(inst):
    return _hosted.known("function", None, ("attrs.validate", inst), {})


def has(cls):
    return isinstance(cls, type) and issubclass(cls, Instance)
