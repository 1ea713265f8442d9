"""`functools` in workflow Python: functions made of functions, caches, and what completes a class.

Texts and the order of effects are CPython 3.11's. `__annotations__` of a workflow's functions are never evaluated, so
`update_wrapper` leaves them out, and `singledispatch` is told the type.
"""

from typing import NamedTuple

WRAPPER_ASSIGNMENTS = ("__module__", "__name__", "__qualname__", "__doc__", "__annotations__")
WRAPPER_UPDATES = ("__dict__",)


def _inner(function):
    """What has the names: of a class method or a static method, the function in it."""
    return function.__func__ if isinstance(function, (classmethod, staticmethod)) else function


def update_wrapper(wrapper, wrapped, assigned=WRAPPER_ASSIGNMENTS, updated=WRAPPER_UPDATES):
    named = _inner(wrapped)
    for name in assigned:
        if name == "__annotations__":
            continue
        try:
            value = getattr(named, name)
        except AttributeError:
            pass
        else:
            setattr(wrapper, name, value)
    for name in updated:
        getattr(wrapper, name).update(getattr(named, name, {}))
    wrapper.__wrapped__ = wrapped
    return wrapper


def wraps(wrapped, assigned=WRAPPER_ASSIGNMENTS, updated=WRAPPER_UPDATES):
    def decorate(wrapper):
        return update_wrapper(wrapper, wrapped, assigned, updated)

    return decorate


def reduce(*args, **kwargs):
    if kwargs:
        raise TypeError("reduce() takes no keyword arguments")
    if not 2 <= len(args) <= 3:
        bound, number = ("least", 2) if len(args) < 2 else ("most", 3)
        raise TypeError(f"reduce expected at {bound} {number} arguments, got {len(args)}")
    function, iterable, *initial = args
    source = None
    try:
        source = iter(iterable)
    except TypeError:
        pass
    if source is None:
        raise TypeError("reduce() arg 2 must support iteration")
    if initial:
        (result,) = initial
    else:
        for first in source:
            result = first
            break
        else:
            raise TypeError("reduce() of empty iterable with no initial value")
    for item in source:
        result = function(result, item)
    return result


# --- arguments given before the call ---


def _shown():
    """Those whose `repr` is under way."""
    global _SHOWN
    try:
        return _SHOWN
    except NameError:
        _SHOWN = []
        return _SHOWN


class partial:
    """New function with partial application of the given arguments and keywords."""

    __waymark_named_in_full__ = True

    def __new__(cls, /, *args, **keywords):
        if not args:
            raise TypeError("type 'partial' takes at least one argument")
        func, *given = args
        if not callable(func):
            raise TypeError("the first argument must be callable")
        if type(func) is partial and cls is partial and len(func.__dict__) == 3:
            given = [*func.args, *given]
            keywords = {**func.keywords, **keywords}
            func = func.func
        made = super().__new__(cls)
        made.func = func
        made.args = tuple(given)
        made.keywords = keywords
        return made

    def __call__(self, /, *args, **keywords):
        return self.func(*self.args, *args, **{**self.keywords, **keywords})

    def __repr__(self):
        shown = _shown()
        if any(each is self for each in shown):
            return "..."
        shown.append(self)
        try:
            parts = [repr(self.func), *(repr(arg) for arg in self.args)]
            parts += [f"{name}={value!r}" for name, value in self.keywords.items()]
        finally:
            shown.pop()
        kind = type(self)
        name = "functools.partial" if kind is partial else kind.__name__
        return f"{name}({', '.join(parts)})"


def _check_descriptor(func):
    if not (isinstance(func, (classmethod, staticmethod)) or callable(func) or hasattr(func, "__get__")):
        raise TypeError(f"{func!r} is not callable or a descriptor")


def _bound(func, obj, cls):
    """`func.__get__(obj, cls)`; what has no `__get__` as it is."""
    if isinstance(func, staticmethod):
        return func.__func__
    if isinstance(func, classmethod):
        inner = _bound(func.__func__, cls, cls)
        return partial(inner, cls) if inner is func.__func__ else inner
    get = getattr(func, "__get__", None)
    return func if get is None else get(obj, cls)


class partialmethod:
    """Method descriptor with partial application of the given arguments and keywords."""

    def __init__(self, func, /, *args, **keywords):
        _check_descriptor(func)
        if isinstance(func, partialmethod):
            args = func.args + args
            keywords = {**func.keywords, **keywords}
            func = func.func
        self.func = func
        self.args = args
        self.keywords = keywords

    @property
    def __isabstractmethod__(self):
        return getattr(self.func, "__isabstractmethod__", False)

    def __get__(self, obj, cls=None):
        bound = _bound(self.func, obj, cls)
        if bound is not self.func:
            made = partial(bound, *self.args, **self.keywords)
            if hasattr(bound, "__self__"):
                made.__self__ = bound.__self__
            return made
        if obj is None:
            return self._unbound()
        return self._unbound().__get__(obj, cls)

    def _unbound(self):
        func, args, keywords = self.func, self.args, self.keywords

        def _method(cls_or_self, /, *more, **named):
            return func(cls_or_self, *args, *more, **{**keywords, **named})

        return _method


# --- caches ---


class CacheInfo(NamedTuple):
    hits: int
    misses: int
    maxsize: object
    currsize: int


class _MARK:
    """Stands for what is not there, and between what is."""


def _key(args, kwds, typed):
    """What calls with equal arguments have in common."""
    key = args
    if kwds:
        key += (_MARK,)
        for item in kwds.items():
            key += item
    if typed:
        key += tuple(type(value) for value in args)
        if kwds:
            key += tuple(type(value) for value in kwds.values())
    elif len(key) == 1 and type(key[0]) in (int, str):
        return key[0]
    return key


def lru_cache(maxsize=128, typed=False):
    """Least-recently-used cache decorator. The cache is part of the run."""
    if isinstance(maxsize, int):
        maxsize = max(maxsize, 0)
    elif callable(maxsize) and isinstance(typed, bool):
        return _cached(maxsize, 128, typed)
    elif maxsize is not None:
        raise TypeError("Expected first argument to be an integer, a callable, or None")

    def decorate(function):
        return _cached(function, maxsize, typed)

    return decorate


def cache(user_function, /):
    """Simple unbounded cache: `lru_cache(maxsize=None)`."""
    return _cached(user_function, None, False)


def _cached(function, maxsize, typed):
    if not callable(function):
        raise TypeError("the first argument must be callable")
    held = {}
    hits = misses = 0

    def wrapper(*args, **kwds):
        nonlocal hits, misses
        if maxsize == 0:
            misses += 1
            return function(*args, **kwds)
        key = _key(args, kwds, typed)
        found = held.get(key, _MARK)
        if found is not _MARK:
            hits += 1
            if maxsize is not None:
                del held[key]
                held[key] = found
            return found
        misses += 1
        result = function(*args, **kwds)
        if maxsize is None:
            held[key] = result
        elif key not in held:  # the function itself may have been called with these arguments meanwhile
            if len(held) >= maxsize:
                del held[next(iter(held))]
            held[key] = result
        return result

    def cache_info():
        return CacheInfo(hits, misses, maxsize, len(held))

    def cache_clear():
        nonlocal hits, misses
        held.clear()
        hits = misses = 0

    def cache_parameters():
        return {"maxsize": maxsize, "typed": typed}

    wrapper.cache_info = cache_info
    wrapper.cache_clear = cache_clear
    wrapper.cache_parameters = cache_parameters
    return update_wrapper(wrapper, function)


class cached_property:
    """A property whose value is kept in the instance."""

    def __init__(self, func):
        self.func = func
        self.attrname = None
        self.__doc__ = func.__doc__

    def __set_name__(self, owner, name):
        if self.attrname is None:
            self.attrname = name
        elif name != self.attrname:
            raise TypeError(
                f"Cannot assign the same cached_property to two different names ({self.attrname!r} and {name!r})."
            )

    def __get__(self, instance, owner=None):
        if instance is None:
            return self
        if self.attrname is None:
            raise TypeError("Cannot use cached_property instance without calling __set_name__ on it.")
        try:
            held = instance.__dict__
        except AttributeError:
            raise TypeError(
                f"No '__dict__' attribute on {type(instance).__name__!r} instance to cache {self.attrname!r} property."
            ) from None
        value = held.get(self.attrname, _MARK)
        if value is _MARK:
            value = self.func(instance)
            held[self.attrname] = value
        return value


# --- comparison ---


def cmp_to_key(mycmp):
    """Convert a cmp= function into a key= function."""

    class K:
        __slots__ = ("obj",)

        def __init__(self, obj):
            self.obj = obj

        def __lt__(self, other):
            return mycmp(self.obj, _compared(K, other)) < 0

        def __gt__(self, other):
            return mycmp(self.obj, _compared(K, other)) > 0

        def __eq__(self, other):
            return mycmp(self.obj, _compared(K, other)) == 0

        def __le__(self, other):
            return mycmp(self.obj, _compared(K, other)) <= 0

        def __ge__(self, other):
            return mycmp(self.obj, _compared(K, other)) >= 0

        __hash__ = None

    return K


def _compared(kind, other):
    if not isinstance(other, kind):
        raise TypeError("other argument must be K instance")
    return other.obj


def _gt_from_lt(self, other):
    result = type(self).__lt__(self, other)
    return result if result is NotImplemented else not result and self != other


def _le_from_lt(self, other):
    result = type(self).__lt__(self, other)
    return result if result is NotImplemented else result or self == other


def _ge_from_lt(self, other):
    result = type(self).__lt__(self, other)
    return result if result is NotImplemented else not result


def _ge_from_le(self, other):
    result = type(self).__le__(self, other)
    return result if result is NotImplemented else not result or self == other


def _lt_from_le(self, other):
    result = type(self).__le__(self, other)
    return result if result is NotImplemented else result and self != other


def _gt_from_le(self, other):
    result = type(self).__le__(self, other)
    return result if result is NotImplemented else not result


def _lt_from_gt(self, other):
    result = type(self).__gt__(self, other)
    return result if result is NotImplemented else not (result or self == other)


def _ge_from_gt(self, other):
    result = type(self).__gt__(self, other)
    return result if result is NotImplemented else result or self == other


def _le_from_gt(self, other):
    result = type(self).__gt__(self, other)
    return result if result is NotImplemented else not result


def _le_from_ge(self, other):
    result = type(self).__ge__(self, other)
    return result if result is NotImplemented else not result or self == other


def _gt_from_ge(self, other):
    result = type(self).__ge__(self, other)
    return result if result is NotImplemented else result and self != other


def _lt_from_ge(self, other):
    result = type(self).__ge__(self, other)
    return result if result is NotImplemented else not result


def _made_from(root):
    if root == "__lt__":
        return {"__gt__": _gt_from_lt, "__le__": _le_from_lt, "__ge__": _ge_from_lt}
    if root == "__le__":
        return {"__ge__": _ge_from_le, "__lt__": _lt_from_le, "__gt__": _gt_from_le}
    if root == "__gt__":
        return {"__lt__": _lt_from_gt, "__ge__": _ge_from_gt, "__le__": _le_from_gt}
    return {"__le__": _le_from_ge, "__gt__": _gt_from_ge, "__lt__": _lt_from_ge}


def _defines(cls, name):
    return getattr(cls, name, None) != getattr(object, name, None)


def total_ordering(cls):
    """Class decorator that fills in missing ordering methods."""
    roots = [name for name in ("__lt__", "__le__", "__gt__", "__ge__") if _defines(cls, name)]
    if not roots:
        raise ValueError("must define at least one ordering operation: < > <= >=")
    for name, method in _made_from(roots[0]).items():
        if name not in roots:
            setattr(cls, name, _renamed(method, name))
    return cls


def _renamed(method, name):
    def ordering(self, other):
        return method(self, other)

    ordering.__name__ = name
    return ordering


# --- dispatch by the type of the first argument ---


def _implied(cls, registry):
    """The abstract classes that the class is of without extending them; of two that are related, the narrower one."""
    found = [kind for kind in registry if kind not in cls.__mro__ and issubclass(cls, kind)]
    return [kind for kind in found if not any(kind is not other and issubclass(other, kind) for other in found)]


def _introduces(base, kind):
    """Whether the class is of the abstract class, and none of its bases is."""
    return issubclass(base, kind) and not any(issubclass(each, kind) for each in base.__mro__[1:])


def singledispatch(func):
    """Single-dispatch generic function decorator. The type is given to `register`: annotations are not evaluated."""
    registry = {object: func}
    called = getattr(_inner(func), "__name__", "singledispatch function")

    def dispatch(cls):
        implied = _implied(cls, registry)
        for base in cls.__mro__:
            if base in registry:
                return registry[base]
            introduced = [kind for kind in implied if _introduces(base, kind)]
            if len(introduced) > 1:
                raise RuntimeError(f"Ambiguous dispatch: {introduced[0]} or {introduced[1]}")
            if introduced:
                return registry[introduced[0]]
        return None

    def register(cls, func=None):
        if isinstance(cls, type):
            if func is None:
                return lambda f: register(cls, f)
        elif func is not None:
            raise TypeError(f"Invalid first argument to `register()`. {cls!r} is not a class or union type.")
        elif not hasattr(cls, "__annotations__"):  # which of a function of a workflow ends the run, and says why
            raise TypeError(
                f"Invalid first argument to `register()`: {cls!r}. "
                "Use either `@register(some_class)` or plain `@register` on an annotated function."
            )
        registry[cls] = func
        return func

    def wrapper(*args, **kw):
        if not args:
            raise TypeError(f"{called} requires at least 1 positional argument")
        return dispatch(args[0].__class__)(*args, **kw)

    wrapper.register = register
    wrapper.dispatch = dispatch
    wrapper.registry = registry
    return update_wrapper(wrapper, func)


class singledispatchmethod:
    """Single-dispatch generic method descriptor."""

    def __init__(self, func):
        _check_descriptor(func)
        self.dispatcher = singledispatch(func)
        self.func = func

    def register(self, cls, method=None):
        return self.dispatcher.register(cls, func=method)

    def __get__(self, obj, cls=None):
        def _method(*args, **kwargs):
            method = self.dispatcher.dispatch(args[0].__class__)
            return _bound(method, obj, cls)(*args, **kwargs)

        _method.register = self.register
        return update_wrapper(_method, self.func)

    @property
    def __isabstractmethod__(self):
        return getattr(self.func, "__isabstractmethod__", False)
