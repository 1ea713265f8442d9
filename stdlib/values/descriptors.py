"""`property`, `staticmethod`, `classmethod` and `super`, as values that a snapshot can hold.

CPython's own keep what they are made of to themselves (`super`), copy attributes off the functions of the program that
mean nothing there (`classmethod`), or forget a name that their messages need when they are made again (`property`). So
these stand in their place, under their names; the protocol is CPython's, so that C code finds them in a class as it
finds its own. The machine asks for the functions in them and calls those by frames.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from types import ClassMethodDescriptorType, FunctionType, MethodWrapperType
from typing import Any

from ..natives.hashing import object_hash
from ..natives.services import services
from .standing import stands_for
from .tracebacks import with_traceback
from .workflow import Plain, default_repr

# Set while C makes a class, which calls `__init_subclass__`: the machine calls it by frames, behind that.
making: ContextVar[bool] = ContextVar("waymark_making", default=False)


def _nothing(**_: Any) -> None: ...


class StaticMethod:
    """`staticmethod(function)`: the function itself, wherever it is looked up."""

    __slots__ = ("__weakref__", "function")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.function = _only(args, kwargs, "staticmethod")

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        return _nothing if making.get() else self.function

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.function(*args, **kwargs)

    def __repr__(self) -> str:
        return f"<staticmethod({self.function!r})>"


class ClassMethod:
    """`classmethod(function)`: bound to the class that it is looked up in."""

    __slots__ = ("__weakref__", "function")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.function = _only(args, kwargs, "classmethod")

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        if making.get():
            return _nothing
        kind = type(instance) if owner is None else owner
        bind = getattr(type(self.function), "__get__", None)
        if bind is None or isinstance(self.function, FunctionType):  # the latter stands in for a builtin one
            return services.get().bind_method(self.function, kind)
        return bind(self.function, kind, kind)

    def __repr__(self) -> str:
        return f"<classmethod({self.function!r})>"


class Property:
    """`property(fget, fset, fdel, doc)`. `name` is what the class calls it, for the messages."""

    __slots__ = ("__weakref__", "doc", "fdel", "fget", "fset", "name")

    def __init__(
        self,
        fget: Any = None,
        fset: Any = None,
        fdel: Any = None,
        doc: Any = None,
    ) -> None:
        self.fget = fget
        self.fset = fset
        self.fdel = fdel
        self.doc = doc  # as it was given; else it is the getter's
        self.name: str | None = None

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        return self if instance is None else self.accessor("getter", instance)(instance)

    def __set__(self, instance: Any, value: Any) -> None:
        self.accessor("setter", instance)(instance, value)

    def __delete__(self, instance: Any) -> None:
        self.accessor("deleter", instance)(instance)

    def accessor(self, role: str, instance: Any) -> Callable[..., Any]:
        """The function for the role. AttributeError, in CPython's words, if there is none."""
        function: Callable[..., Any] | None = getattr(self, _ROLES[role])
        if function is None:
            name = "" if self.name is None else f" {self.name!r}"
            raise AttributeError(f"property{name} of {type(instance).__qualname__!r} object has no {role}")
        return function

    def getter(self, fget: Any, /) -> Property:
        return self._with(fget=fget)

    def setter(self, fset: Any, /) -> Property:
        return self._with(fset=fset)

    def deleter(self, fdel: Any, /) -> Property:
        return self._with(fdel=fdel)

    def _with(self, **changed: Any) -> Property:
        parts = {"fget": self.fget, "fset": self.fset, "fdel": self.fdel, "doc": self.doc}
        # As CPython: None changes nothing.
        made = Property(**parts | {role: function for role, function in changed.items() if function is not None})
        made.name = self.name
        return made


# Methods that the machine carries out itself wherever a program calls them.
_OF_THE_MACHINE = frozenset({"__getattribute__", "__setattr__", "__delattr__"})
_ROLES = {"getter": "fget", "setter": "fset", "deleter": "fdel"}


class Super:
    """`super(kind, instance)`: what `instance` would be if its class began behind `kind` in the MRO of `owner`.

    `owner` is the class of the instance, or the instance itself if that is a class. Both are None for `super(kind)`.
    """

    __slots__ = ("__weakref__", "instance", "kind", "owner")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if kwargs:
            raise TypeError("super() takes no keyword arguments")
        if not args:
            raise RuntimeError("super(): no arguments")
        if len(args) > 2:
            raise TypeError(f"super() expected at most 2 arguments, got {len(args)}")
        given: list[Any] = [*args, None]
        kind, instance = given[:2]
        if not issubclass(type(kind), type):
            raise TypeError(f"super() argument 1 must be a type, not {type(kind).__name__}")
        self.kind = kind
        self.instance = instance
        self.owner: type | None = None if instance is None else _owner(kind, instance)

    def find(self, name: str) -> tuple[type, Any] | None:
        """The class behind `kind` that has the name, and what it has there; None if none has."""
        if self.owner is None or name == "__class__":
            return None
        mro = self.owner.__mro__
        start = mro.index(self.kind) + 1 if self.kind in mro else len(mro)
        own = (base for base in mro[start:] if base is not Plain)
        return next(((base, vars(base)[name]) for base in own if name in vars(base)), None)

    def bind(self, found: Any) -> Any:
        """What a descriptor comes to here; any other value is itself."""
        bind = getattr(type(found), "__get__", None)
        instance = None if self.instance is self.owner else self.instance
        return found if bind is None else bind(found, instance, self.owner)

    def __repr__(self) -> str:
        owner = "NULL" if self.owner is None else f"<{self.owner.__name__} object>"
        return f"<super: <class '{self.kind.__name__}'>, {owner}>"


class SuperMethod:
    """`super().__init__` where that leads to a class of the host: a method of `owner`, bound to an instance.

    The instance is None for `Exception.__init__`, which is bound to none, and for `__new__`.
    """

    __slots__ = ("__weakref__", "instance", "name", "owner")

    def __init__(self, owner: type, name: str, instance: Any) -> None:
        self.owner = owner
        self.name = name
        self.instance = instance

    @property
    def called_as(self) -> str:
        return f"{self.owner.__name__}.{self.name}()"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, SuperMethod):
            return NotImplemented
        return self.owner is other.owner and self.name == other.name and self.instance is other.instance

    def __hash__(self) -> int:
        return hash((id(self.owner), self.name, id(self.instance)))

    def stable_name(self) -> str:
        return f"{self.owner.__qualname__}.{self.name}"

    def __repr__(self) -> str:
        if self.instance is None:
            return repr(getattr(self.owner, self.name))
        return f"<method-wrapper '{self.name}' of {type(self.instance).__name__} object>"

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if self.owner is object and self.name == "__repr__" and len(args) == (self.instance is None) and not kwargs:
            return default_repr(args[0] if args else self.instance)
        if self.owner is object and self.name == "__hash__" and len(args) == (self.instance is None) and not kwargs:
            return object_hash(args[0] if args else self.instance)
        if self.name in _OF_THE_MACHINE:  # on any object of the host, these would lead past the gate
            raise TypeError(f"object.{self.name} cannot be called by a native")
        raw = vars(self.owner).get(self.name)
        if isinstance(raw, ClassMethodDescriptorType):  # `instance` is the class that it is bound to
            return raw.__get__(None, self.instance)(*args, **kwargs)
        method = with_traceback if self.name == "with_traceback" else getattr(self.owner, self.name)
        return method(*args, **kwargs) if self.instance is None else method(self.instance, *args, **kwargs)


def _owner(kind: type, instance: Any) -> type:
    # `isinstance` would ask the instance for its `__class__`, which may be code of the program.
    if issubclass(type(instance), type) and issubclass(instance, kind):
        owner: type = instance
        return owner
    if issubclass(type(instance), kind):
        return type(instance)
    raise TypeError("super(type, obj): obj must be an instance or subtype of type")


def _only(args: tuple[Any, ...], kwargs: dict[str, Any], name: str) -> Any:
    if kwargs:
        raise TypeError(f"{name}() takes no keyword arguments")
    if len(args) != 1:
        raise TypeError(f"{name} expected 1 argument, got {len(args)}")
    return args[0]


# `type(x).__name__` and CPython's messages know them by these names, and the gate by CPython's attributes.
stands_for(staticmethod, StaticMethod)
stands_for(classmethod, ClassMethod)
stands_for(property, Property)
stands_for(super, Super)
stands_for(MethodWrapperType, SuperMethod)
