"""`decimal.localcontext` in workflow Python: the context is the run's, and C calculates in it."""

from decimal import Context, getcontext, setcontext

_NAMES = ("prec", "rounding", "Emin", "Emax", "capitals", "clamp", "flags", "traps")


class ContextManager:
    """What `localcontext` gives: inside of `with`, a copy of the context that it was made of."""

    __slots__ = ("_global", "_local")

    def __enter__(self):
        setcontext(self._local)
        return self._local

    def __exit__(self, *exception):
        setcontext(self._global)
        return False


def localcontext(ctx=None, **kwargs):
    """A context manager that sets the current context to a copy of `ctx`, and back at the end."""
    for name in kwargs:
        if name not in _NAMES:
            raise TypeError(f"{name!r} is an invalid keyword argument for this function")
    made = ContextManager()
    made._global = getcontext()
    if ctx is None:
        ctx = made._global
    elif not isinstance(ctx, Context):
        raise TypeError("optional argument must be a context")
    made._local = ctx.copy()
    for name in _NAMES:
        value = kwargs.get(name)
        if value is None:
            continue
        if name in ("flags", "traps") and isinstance(value, list):
            signals = made._local.flags if name == "flags" else made._local.traps
            for signal in [*signals]:
                signals[signal] = signal in value
        else:
            setattr(made._local, name, value)
    return made
