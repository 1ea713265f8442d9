"""The part of `operator` that keeps what it is to do, or asks an object: the rest is the host's."""


class attrgetter:
    """Return a callable object that fetches the given attribute(s) from its operand."""

    __waymark_named_in_full__ = True
    __slots__ = ("_attrgetter__attrs",)

    def __init__(self, /, *attrs):
        if not attrs:
            raise TypeError("attrgetter expected 1 argument, got 0")
        for each in attrs:
            if not isinstance(each, str):
                raise TypeError("attribute name must be a string")
        self.__attrs = attrs

    def __call__(self, obj, /):
        if len(self.__attrs) == 1:
            return _reached(obj, self.__attrs[0])
        return tuple([_reached(obj, each) for each in self.__attrs])

    def __repr__(self):
        return f"operator.{type(self).__name__}({', '.join([repr(each) for each in self.__attrs])})"

    def __reduce__(self):
        return type(self), self.__attrs


def _reached(obj, dotted):
    for name in dotted.split("."):
        obj = getattr(obj, name)
    return obj


class itemgetter:
    """Return a callable object that fetches the given item(s) from its operand."""

    __waymark_named_in_full__ = True
    __slots__ = ("_itemgetter__items",)

    def __init__(self, /, *items):
        if not items:
            raise TypeError("itemgetter expected 1 argument, got 0")
        self.__items = items

    def __call__(self, obj, /):
        if len(self.__items) == 1:
            return obj[self.__items[0]]
        return tuple([obj[each] for each in self.__items])

    def __repr__(self):
        return f"operator.{type(self).__name__}({', '.join([repr(each) for each in self.__items])})"

    def __reduce__(self):
        return type(self), self.__items


class methodcaller:
    """Return a callable object that calls the given method on its operand."""

    __waymark_named_in_full__ = True
    __slots__ = ("_methodcaller__args", "_methodcaller__keywords", "_methodcaller__name")

    def __init__(self, /, *args, **kwargs):
        if not args:
            raise TypeError("methodcaller needs at least one argument, the method name")
        name, *args = args
        if not isinstance(name, str):
            raise TypeError("method name must be a string")
        self.__name = name
        self.__args = tuple(args)
        self.__keywords = kwargs

    def __call__(self, obj, /):
        return getattr(obj, self.__name)(*self.__args, **self.__keywords)

    def __repr__(self):
        parts = [repr(self.__name), *[repr(each) for each in self.__args]]
        parts += [f"{name}={value!r}" for name, value in self.__keywords.items()]
        return f"operator.{type(self).__name__}({', '.join(parts)})"


def length_hint(obj, default=0, /):
    """Return an estimate of the number of items in obj."""
    if not isinstance(default, int):
        raise TypeError(f"'{type(default).__name__}' object cannot be interpreted as an integer")
    kind = type(obj)
    if hasattr(kind, "__len__"):
        try:
            return len(obj)
        except TypeError:
            pass
    if not hasattr(kind, "__length_hint__"):
        return default
    try:
        found = obj.__length_hint__()
    except TypeError:
        return default
    if found is NotImplemented:
        return default
    if not isinstance(found, int):
        raise TypeError(f"__length_hint__ must be an integer, not {type(found).__name__}")
    if found < 0:
        raise ValueError("__length_hint__() should return >= 0")
    return found


def call(obj, /, *args, **kwargs):
    """Same as obj(*args, **kwargs)."""
    return obj(*args, **kwargs)


def is_(a, b, /):
    """Same as a is b."""
    return a is b


def is_not(a, b, /):
    """Same as a is not b."""
    return a is not b
