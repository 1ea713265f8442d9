"""`contextvars` in workflow Python. A context is part of the run: tasks and callbacks go on in theirs after a restart.

What a context holds is never changed in place, so that a copy shares it. Texts are CPython 3.11's, but for addresses.
"""

from waymark import machine


class ContextVar:
    """A variable with a value of its own in each context."""

    __slots__ = ("_default", "_name")

    def __init__(self, /, *names, **options):
        if len(names) != 1:
            bound = "exactly" if not names else "at most"
            raise TypeError(f"ContextVar() takes {bound} 1 positional argument ({len(names)} given)")
        (name,) = names
        if type(name) is not str:
            raise TypeError("context variable name must be a str")
        for option in options:
            if option != "default":
                raise TypeError(f"'{option}' is an invalid keyword argument for ContextVar()")
        self._name = name
        self._default = options["default"] if options else Token.MISSING

    def __init_subclass__(cls, **kwargs):
        raise TypeError("type '_contextvars.ContextVar' is not an acceptable base type")

    @property
    def name(self):
        return self._name

    @name.setter
    def name(self, value):
        raise AttributeError("readonly attribute")

    def __repr__(self):
        default = "" if self._default is Token.MISSING else f" default={self._default!r}"
        return f"<ContextVar name={self._name!r}{default}>"

    def get(self, /, *default):
        if len(default) > 1:
            raise TypeError(f"get expected at most 1 argument, got {len(default)}")
        context = machine.context()
        if context is not None and self in context._values:
            return context._values[self]
        if default:
            return default[0]
        if self._default is not Token.MISSING:
            return self._default
        raise LookupError(self)

    def set(self, value, /):
        context = machine.context()
        if context is None:
            context = Context()
            machine.set_context(context)
        token = Token._made(context, self, context._values.get(self, Token.MISSING))
        context._values = {**context._values, self: value}
        return token

    def reset(self, token, /):
        if type(token) is not Token:
            raise TypeError(f"expected an instance of Token, got {token!r}")
        if token._used:
            raise RuntimeError(f"{token!r} has already been used once")
        if token._var is not self:
            raise ValueError(f"{token!r} was created by a different ContextVar")
        if token._context is not machine.context():
            raise ValueError(f"{token!r} was created in a different Context")
        token._used = True
        values = dict(token._context._values)
        if token._old_value is Token.MISSING:
            values.pop(self, None)
        else:
            values[self] = token._old_value
        token._context._values = values


class _Missing:
    """The type of `Token.MISSING`."""

    __slots__ = ()

    def __repr__(self):
        return "<Token.MISSING>"


class Token:
    """What `ContextVar.set` gives, for `ContextVar.reset`."""

    __slots__ = ("_context", "_old_value", "_used", "_var")

    MISSING = _Missing()

    def __init__(self):
        raise RuntimeError("Tokens can only be created by ContextVars")

    def __init_subclass__(cls, **kwargs):
        raise TypeError("type '_contextvars.Token' is not an acceptable base type")

    @classmethod
    def _made(cls, context, var, old_value):
        token = cls.__new__(cls)
        token._context, token._var, token._old_value, token._used = context, var, old_value, False
        return token

    @property
    def var(self):
        return self._var

    @property
    def old_value(self):
        return self._old_value

    def __repr__(self):
        return f"<Token{' used' if self._used else ''} var={self._var!r}>"


class Context:
    """A mapping of variables to values, in which code can be run."""

    def __init__(self, /, *args, **kwargs):
        if args or kwargs:
            raise TypeError("Context() does not accept any arguments")
        self._values = {}
        self._entered = False
        self._decimal = None

    def __init_subclass__(cls, **kwargs):
        raise TypeError("type '_contextvars.Context' is not an acceptable base type")

    def run(self, /, *args, **kwargs):
        if not args:
            raise TypeError("run() missing 1 required positional argument")
        if self._entered or self is machine.context():
            raise RuntimeError(f"cannot enter context: {self!r} is already entered")
        self._entered = True
        outer = machine.exchange_context(self)
        try:
            return args[0](*args[1:], **kwargs)
        finally:
            self._entered = False
            machine.exchange_context(outer)

    def copy(self):
        made = Context()
        made._values = self._values
        made._decimal = self._decimal
        return made

    def __getitem__(self, var):
        _check_key(var)
        return self._values[var]

    def __contains__(self, var):
        _check_key(var)
        return var in self._values

    def get(self, var, default=None, /):
        _check_key(var)
        return self._values.get(var, default)

    def __iter__(self):
        return iter(self._values)

    def __len__(self):
        return len(self._values)

    def keys(self):
        return self._values.keys()

    def values(self):
        return self._values.values()

    def items(self):
        return self._values.items()

    def __eq__(self, other):
        return self._values == other._values if type(other) is Context else NotImplemented


def _check_key(var):
    if type(var) is not ContextVar:
        raise TypeError(f"a ContextVar key was expected, got {var!r}")


def copy_context():
    context = machine.context()
    return Context() if context is None else context.copy()
