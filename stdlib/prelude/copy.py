"""`copy` in workflow Python: the steps of CPython 3.11's, in its order, with the program's methods called by frames.

What was copied is known by identity, which a program cannot see: `memo` holds a list of originals and copies.
"""

from _copy import copy_value, find, form, is_own, method, new_arguments, note, state

_COPIED = "copied"


def copy(x):
    """A shallow copy of any object that has one."""
    cls = type(x)
    kind = form(x)
    if kind == "same":
        return x
    if kind == "exact":
        if cls is tuple:
            return x
        return frozenset([*x]) if cls is frozenset else x.copy()
    if kind == "value":
        return copy_value(x)
    if kind == "method":
        return cls(x.__func__, x.__self__)
    copier = getattr(cls, "__copy__", None)
    if copier is not None:
        return copier(x)
    reduced = _reduced(x, cls)
    if isinstance(reduced, str):
        return x
    return _reconstruct(x, None, *reduced)


def deepcopy(x, memo=None):
    """A copy of an object and of all that it holds."""
    if memo is None:
        memo = {}
    copied = memo.setdefault(_COPIED, [])
    known = find(copied, x)
    if known is not None:
        return known[0]
    cls = type(x)
    kind = form(x)
    if kind == "same":
        return x
    if kind == "exact":
        if cls is list:
            y = _deepcopy_list(x, memo)
        elif cls is dict:
            y = _deepcopy_dict(x, memo)
        elif cls is tuple:
            y = _deepcopy_tuple(x, memo)
        else:
            y = x.copy() if cls is bytearray else cls(deepcopy([*x], memo))
    elif cls is slice:
        y = slice(deepcopy(x.start, memo), deepcopy(x.stop, memo), deepcopy(x.step, memo))
    elif kind == "value":
        y = copy_value(x)
    elif kind == "method":
        y = cls(x.__func__, deepcopy(x.__self__, memo))
    else:
        copier = getattr(x, "__deepcopy__", None)
        if copier is not None:
            y = copier(memo)
        else:
            reduced = _reduced(x, cls)
            y = x if isinstance(reduced, str) else _reconstruct(x, memo, *reduced)
    if y is not x:
        note(copied, x, y)
    return y


def _deepcopy_list(x, memo):
    y = []
    note(memo[_COPIED], x, y)
    for each in x:
        y.append(deepcopy(each, memo))
    return y


def _deepcopy_tuple(x, memo):
    y = [deepcopy(each, memo) for each in x]
    known = find(memo[_COPIED], x)
    if known is not None:
        return known[0]
    for mine, theirs in zip(x, y, strict=True):
        if mine is not theirs:
            return tuple(y)
    return x


def _deepcopy_dict(x, memo):
    y = {}
    note(memo[_COPIED], x, y)
    for key, value in x.items():
        y[deepcopy(key, memo)] = deepcopy(value, memo)
    return y


def _reduced(x, cls):
    """What `x.__reduce_ex__(4)` gives: function, arguments, state, items of a list, those of a dict."""
    if is_own(cls, "__reduce_ex__"):
        return method(x, "__reduce_ex__")(4)
    if is_own(cls, "__reduce__"):
        return method(x, "__reduce__")()
    keywords = {}
    called = False
    if is_own(cls, "__getnewargs_ex__"):
        arguments, keywords = method(x, "__getnewargs_ex__")()
    elif is_own(cls, "__getnewargs__"):
        arguments = method(x, "__getnewargs__")()
    else:
        called, arguments = new_arguments(x)
    held = method(x, "__getstate__")() if is_own(cls, "__getstate__") else state(x)
    if called:
        return cls, arguments, held
    items = iter(x) if isinstance(x, list) else None
    pairs = iter(x.items()) if isinstance(x, dict) else None
    if keywords:
        return _made_by_name, (cls, arguments, keywords), held, items, pairs
    return _made, (cls, *arguments), held, items, pairs


def _made(cls, /, *arguments):
    return cls.__new__(cls, *arguments)


def _made_by_name(cls, arguments, keywords):
    return cls.__new__(cls, *arguments, **keywords)


def _reconstruct(x, memo, func, args, state=None, listiter=None, dictiter=None):
    deep = memo is not None
    if deep and args:
        args = [deepcopy(each, memo) for each in args]
    y = func(*args)
    if deep:
        note(memo[_COPIED], x, y)
    if state is not None:
        if deep:
            state = deepcopy(state, memo)
        if isinstance(y, BaseException):
            for key, value in state.items():
                setattr(y, key, value)
        elif hasattr(y, "__setstate__"):
            y.__setstate__(state)
        else:
            slots = None
            if isinstance(state, tuple) and len(state) == 2:
                state, slots = state
            if state is not None:
                y.__dict__.update(state)
            if slots is not None:
                for key, value in slots.items():
                    setattr(y, key, value)
    if listiter is not None:
        for item in listiter:
            y.append(deepcopy(item, memo) if deep else item)
    if dictiter is not None:
        for key, value in dictiter:
            if deep:
                key = deepcopy(key, memo)
                value = deepcopy(value, memo)
            y[key] = value
    return y
