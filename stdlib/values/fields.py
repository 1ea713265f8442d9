"""The fields of a dataclass: what `dataclasses.field()` and `dataclasses.fields()` give, and what a class is made of.

A class of the program keeps what its annotations say as a tuple, `name, kind, text, name, kind, text ...`: the kind is
"", "ClassVar", "InitVar" or "KW_ONLY", and the text is None unless Python itself keeps annotations as text there.
Annotations are never evaluated, so nobody can ask a field for its type.
"""

from __future__ import annotations

import keyword
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from ..natives.services import Refusal
from .views import MappingProxy

ANNOTATIONS = "__annotations__"
FIELDS = "__dataclass_fields__"
PARAMS = "__dataclass_params__"
POST_INIT = "__post_init__"


class Missing:
    """The class of `MISSING`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "<dataclasses._MISSING_TYPE object>"


class KeywordOnly:
    """The class of `KW_ONLY`, which is for annotations alone."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "<dataclasses._KW_ONLY_TYPE object>"


MISSING = Missing()
KW_ONLY = KeywordOnly()
Missing.__name__ = Missing.__qualname__ = "_MISSING_TYPE"
KeywordOnly.__name__ = KeywordOnly.__qualname__ = "_KW_ONLY_TYPE"


_SHOWN: list[Any] = []  # fields whose text is being made


class Field:
    """One field. `kind` is as in the annotations; `text` is what Python would give for its type, if that is a text."""

    __slots__ = (
        *("name", "kind", "text", "default", "default_factory"),
        *("repr", "hash", "init", "compare", "metadata", "kw_only"),
    )

    def __init__(
        self, default: Any, default_factory: Any, init: Any, repr: Any, hash: Any, compare: Any, metadata: Any,
        kw_only: Any,
    ) -> None:  # fmt: skip
        self.name: Any = None
        self.kind = ""
        self.text: Any = None
        self.default = default
        self.default_factory = default_factory
        self.init = init
        self.repr = repr
        self.hash = hash
        self.compare = compare
        self.metadata = metadata
        self.kw_only = kw_only

    @property
    def type(self) -> Any:
        if self.text is None and self.name is not None:
            raise Refusal(f"the type of the field `{self.name}` is an annotation, which no workflow evaluates")
        return self.text

    @type.setter
    def type(self, value: Any) -> None:
        self.text = value

    def __set_name__(self, owner: Any, name: str) -> None:
        tell = getattr(type(self.default), "__set_name__", None)
        if tell is not None:
            tell(self.default, owner, name)

    def __repr__(self) -> str:
        if any(each is self for each in _SHOWN):
            return "..."
        _SHOWN.append(self)
        try:
            return self._shown()
        finally:
            _SHOWN.pop()

    def _shown(self) -> str:
        kind = {"": "_FIELD", "ClassVar": "_FIELD_CLASSVAR", "InitVar": "_FIELD_INITVAR"}[self.kind]
        return (
            f"Field(name={self.name!r},type={self.type!r},default={self.default!r},"
            f"default_factory={self.default_factory!r},init={self.init!r},repr={self.repr!r},hash={self.hash!r},"
            f"compare={self.compare!r},metadata={self.metadata!r},kw_only={self.kw_only!r},"
            f"_field_type={None if self.name is None else kind})"
        )


class Undocumented:
    """Stands for the documentation that `@dataclass` makes of the signature, annotations and all."""

    __slots__ = ()

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        raise Refusal(
            "the `__doc__` of a dataclass without one of its own is made of annotations, which no workflow evaluates"
        )


UNDOCUMENTED = Undocumented()

for _kind in (Missing, KeywordOnly, Field):
    _kind.__module__ = "dataclasses"


def field(
    *, default: Any = MISSING, default_factory: Any = MISSING, init: Any = True, repr: Any = True, hash: Any = None,
    compare: Any = True, metadata: Any = None, kw_only: Any = MISSING,
) -> Field:  # fmt: skip
    if default is not MISSING and default_factory is not MISSING:
        raise ValueError("cannot specify both default and default_factory")
    held = {} if metadata is None else metadata
    if type(held) is not dict:
        raise Refusal(f"the metadata of a field is a dict in a workflow, and no {type(held).__name__}")
    return Field(default, default_factory, init, repr, hash, compare, MappingProxy(held), kw_only)


def fields_of(kind: Any) -> dict[str, Field] | None:
    """The fields of a dataclass, or of one of its bases, by name; None if it is none."""
    found = _looked_up(kind, FIELDS)
    return found if isinstance(found, dict) else None


def frozen_of(kind: type) -> bool:
    return bool(_looked_up(kind, PARAMS))


def _looked_up(kind: type, name: str) -> Any:
    return next((vars(base)[name] for base in kind.__mro__ if name in vars(base)), None)


def own_annotations(kind: type) -> Iterator[tuple[str, str, Any]]:
    """Name, kind and text of what the body of the class annotates."""
    found = vars(kind).get(ANNOTATIONS)
    if isinstance(found, tuple):
        yield from zip(found[::3], found[1::3], found[2::3], strict=True)
    elif isinstance(found, dict):  # given to `type`, as values
        for name, value in found.items():
            if isinstance(value, str) and any(word in value for word in ("ClassVar", "InitVar", "KW_ONLY")):
                raise Refusal(f"a workflow cannot tell what the annotation {value!r} of `{name}` means to a dataclass")
            yield name, "KW_ONLY" if value is KW_ONLY else "", value


# --- calls -----------------------------------------------------------------------------------------------------------


class Parameter(NamedTuple):
    name: str
    default: Any  # MISSING: it must be given
    keyword: bool


def binder(qualname: str, first: str, parameters: list[Parameter]) -> Callable[..., tuple[Any, ...]]:
    """A function that gives the arguments of a call in the order of the parameters, and CPython's own TypeErrors."""
    for each in parameters:
        if not each.name.isidentifier() or keyword.iskeyword(each.name):
            raise ValueError(f"{each.name!r} is no name of a parameter")
    either = [each for each in parameters if not each.keyword]
    only = [each for each in parameters if each.keyword]
    names = [first, *(each.name for each in either), *(["*"] if only else []), *(each.name for each in only)]
    values = "".join(f"{each.name}, " for each in parameters)
    # Names that were looked at are all that the text is made of; CPython makes its own functions like this.
    made: Any = eval(f"lambda {', '.join(names)}: ({values})", {"__builtins__": {}})  # noqa: S307
    made.__defaults__ = tuple(each.default for each in either if each.default is not MISSING)
    made.__kwdefaults__ = {each.name: each.default for each in only if each.default is not MISSING}
    made.__name__ = qualname.rpartition(".")[2]
    made.__qualname__ = qualname
    return made  # type: ignore[no-any-return]


class Made(NamedTuple):
    """How `__init__` of a dataclass makes an instance: the call, and what each field gets."""

    bind: Callable[..., tuple[Any, ...]]
    fields: tuple[Field, ...]  # those that get something
    places: dict[str, int]  # of a field among the arguments
    passed: tuple[str, ...]  # to `__post_init__`
    has_post_init: bool
    frozen: bool


_GIVEN_LATER = object()  # the argument for a field with a factory, if there is none
_MADE: WeakKeyDictionary[type, Made] = WeakKeyDictionary()


def made_of(kind: type) -> Made:
    """What `__init__` of the class does."""
    found = _MADE.get(kind)
    if found is None:
        found = _MADE[kind] = _made(kind)
    return found


def forget(kind: type) -> None:
    """The class is being made a dataclass."""
    _MADE.pop(kind, None)


def _made(kind: type) -> Made:
    known = vars(kind)[FIELDS]
    given = [each for each in known.values() if each.kind in ("", "InitVar") and each.init]
    given = [*(each for each in given if not each.kw_only), *(each for each in given if each.kw_only)]
    first = "__dataclass_self__" if "self" in known else "self"
    parameters = [Parameter(each.name, _default(each), bool(each.kw_only)) for each in given]
    stored = tuple(each for each in known.values() if each.kind == "" and _is_set(each, kind))
    return Made(
        bind=binder(f"{kind.__qualname__}.__init__", first, parameters),
        fields=stored,
        places={each.name: place for place, each in enumerate(given)},
        passed=tuple(each.name for each in known.values() if each.kind == "InitVar"),
        has_post_init=any(POST_INIT in vars(base) for base in kind.__mro__),
        frozen=bool(vars(kind)[PARAMS]),
    )


def _default(field: Field) -> Any:
    return field.default if field.default_factory is MISSING else _GIVEN_LATER


def _is_set(field: Field, kind: type) -> bool:
    """Whether `__init__` sets it. A default of one that is no argument stays in the class, unless slots are there."""
    if field.init or field.default_factory is not MISSING:
        return True
    return field.default is not MISSING and "__slots__" in vars(kind)


def steps_of(made: Made, args: tuple[Any, ...]) -> Iterator[tuple[str, bool, Any]]:
    """Name of each field, whether what follows is a factory, and the value or the factory."""
    for each in made.fields:
        place = made.places.get(each.name)
        value = each.default if place is None else args[place]
        if (place is None and each.default_factory is not MISSING) or value is _GIVEN_LATER:
            yield each.name, True, each.default_factory
        else:
            yield each.name, False, value
