"""Do what a machine asks for host classes, in a process that can import the user's modules (`hosting.py`).

    make       the class, called: with its validation, and whatever its validators do
    describe   what the machine cannot know of the class without it
    change     an attribute set or deleted, where the library has to look at that; the answer is the object's new parts
    call       a method of the library's own base class; one of the user's runs in the machine
    function   a function of the library, by its full name

Whatever comes of it is an answer; only this process's own end is not.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from typing import Any

from . import hosted
from .arriving import outside
from .arriving_errors import known_of_invalid
from .crossing import ValueDrift, names_of_main
from .hosted import ATTRS, PYDANTIC, STRUCT
from .hosting import CANNOT, DIFFERS, INVALID, RAISED, REFUSED, VALUE, Answer, HostInterrupted
from .schemas import difference
from .surface import Raised
from .values.errors import set_args
from .wire import decode_numbered, encode_numbered, encode_outcome
from .wire_decode import BadValue
from .wire_encode import Unencodable

FUNCTIONS = frozenset(
    "msgspec.json.encode msgspec.json.decode msgspec.msgpack.encode msgspec.msgpack.decode msgspec.to_builtins "
    "msgspec.convert msgspec.structs.asdict msgspec.structs.astuple msgspec.structs.replace attrs.asdict attrs.astuple "
    "attrs.evolve attrs.validate".split()
)
_HOMES = {PYDANTIC: ("pydantic", "pydantic_core"), STRUCT: ("msgspec",), ATTRS: ()}


class Unanswerable(Exception):
    """What is asked cannot be done here; the kind is that of the answer."""

    def __init__(self, kind: int, text: str) -> None:
        super().__init__(text)
        self.kind = kind


def perform(request: bytes) -> bytes:
    """The answer to a request."""
    try:
        return _answer(request).packed()
    except Unanswerable as problem:
        return Answer(problem.kind, str(problem).encode("utf-8", "backslashreplace")).packed()


def _answer(request: bytes) -> Answer:
    try:
        value, objects = decode_numbered(request, imported, inside=False)
        operation, name, mark, args, kwargs = value
        kind = None if name is None else _class_of(name, mark)
    except (BadValue, ValueDrift, LookupError) as problem:
        raise Unanswerable(DIFFERS, f"objects of the run's classes cannot be made: {problem}") from None
    before = encode_numbered(value, "arguments")[0]
    try:
        made = _OPERATIONS[operation](kind, args, kwargs)
    except (KeyboardInterrupt, HostInterrupted):
        raise
    except BaseException as error:
        return _raised(error, objects)
    if operation != "change":
        _check_unchanged(value, before)
    return _value(VALUE, made, objects)


def _class_of(name: str, mark: Any) -> Any:
    module, _, qualname = name.partition(":")
    kind = imported(module, qualname.partition(".")[0])
    for part in qualname.split(".")[1:]:
        kind = vars(kind)[part]
    if mark is not None and (problem := difference(kind, mark)):
        raise Unanswerable(DIFFERS, problem)
    return kind


def imported(module: str, name: str) -> Any:
    """What a module has under a name. It is imported for this."""
    if module == "builtins" or module in names_of_main or module in sys.modules:
        return outside(module, name)
    try:
        importlib.import_module(module)
    except BaseException as error:  # a module may also call sys.exit() while it is imported
        if isinstance(error, KeyboardInterrupt | HostInterrupted):
            raise
        text = f"module {module}, where {name} is defined, cannot be imported: {type(error).__name__}: {error}"
        raise Unanswerable(CANNOT, text) from None
    return outside(module, name)


# --- answers ---------------------------------------------------------------------------------------------------------


def _value(kind: int, value: Any, objects: list[Any]) -> Answer:
    earlier = {id(each): number for number, each in enumerate(objects) if each is not None}
    try:
        return Answer(kind, encode_numbered(value, "result", earlier=earlier)[0])
    except Unencodable as problem:
        raise Unanswerable(REFUSED, f"what came of it is no value of a run: {problem}") from None


def _raised(error: BaseException, objects: list[Any]) -> Answer:
    invalid = getattr(sys.modules.get("pydantic_core"), "ValidationError", ())
    if isinstance(error, invalid):
        return _value(INVALID, known_of_invalid(error), objects)
    error.__traceback__ = None
    if type(error).__module__ == "msgspec":
        set_args(error, error.args)
    try:
        return Answer(RAISED, encode_outcome(Raised(error)))
    except Unencodable as problem:
        raise Unanswerable(
            REFUSED, f"it raised {type(error).__name__}, which is no value of a run: {problem}"
        ) from None


def _check_unchanged(value: Any, before: bytes) -> None:
    """The library may change what it was given: the program would not see it."""
    try:
        same = encode_numbered(value, "arguments")[0] == before
    except Unencodable:
        same = False
    if not same:
        text = "code of the class changes an argument in place, which the program would not see: change a copy of it"
        raise Unanswerable(REFUSED, text)


# --- operations ------------------------------------------------------------------------------------------------------


def _make(kind: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return kind(*args, **kwargs)


def _call(kind: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """`args` begin with the method's name, and its object if it has one."""
    name, *rest = args
    return _of_library(kind, name)(*rest, **kwargs)


def _of_library(kind: Any, name: str) -> Callable[..., Any]:
    """The method as the library's nearest class has it."""
    homes = _HOMES[hosted.hosted_form(kind) or PYDANTIC]
    for base in kind.__mro__:
        found = vars(base).get(name)
        if found is not None and (base.__module__.partition(".")[0] in homes or _is_made_by_attrs(found)):
            bound: Callable[..., Any] = found.__get__(None, kind) if isinstance(found, classmethod) else found
            return bound
    method: Callable[..., Any] = getattr(kind, name)
    return method


def _is_made_by_attrs(method: Any) -> bool:
    code = getattr(method, "__code__", None)
    return code is not None and (code.co_filename.startswith("<attrs ") or code.co_filename.endswith("attr/_make.py"))


def _change(kind: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    name, target, *rest = args
    _of_library(kind, name)(target, *rest)
    return hosted.parts_of(target, hosted.hosted_form(kind) or PYDANTIC)


def _function(kind: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    name, *rest = args
    if name not in FUNCTIONS:
        raise Unanswerable(REFUSED, f"`{name}` is no function that a host calls")
    module, _, attribute = name.rpartition(".")
    return getattr(importlib.import_module(module), attribute)(*rest, **kwargs)


def _describe(kind: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return _DESCRIPTIONS[hosted.hosted_form(kind) or PYDANTIC](kind)


def _describe_model(kind: Any) -> dict[str, Any]:
    config = kind.model_config
    checked = bool(config.get("validate_assignment")) or bool(config.get("frozen"))
    fields = kind.__pydantic_fields__
    return {
        "plain": [] if checked else [name for name, field in fields.items() if not field.frozen],
        "fields": list(fields),
        "private": list(kind.__private_attributes__),
        "frozen": bool(config.get("frozen")),
        "extra": config.get("extra") == "allow",
    }


def _describe_struct(kind: Any) -> dict[str, Any]:
    config = kind.__struct_config__
    names = ("frozen", "eq", "order", "dict")
    return {"fields": list(kind.__struct_fields__), **{name: bool(getattr(config, name)) for name in names}}


def _describe_attrs(kind: Any) -> dict[str, Any]:
    fields = kind.__attrs_attrs__
    return {
        "fields": [each.name for each in fields],
        "compared": [each.name for each in fields if each.eq],
        "ordered": [each.name for each in fields if each.order],
        "hashed": [each.name for each in fields if (each.eq if each.hash is None else each.hash)],
        "keys": any(each.eq_key is not None or each.order_key is not None for each in fields),
        "frozen": getattr(kind.__setattr__, "__name__", "") == "_frozen_setattrs",
        "plain": kind.__setattr__ is object.__setattr__,
        "slots": kind.__dictoffset__ == 0,
        "eq": kind.__eq__ is not object.__eq__,
        "order": kind.__lt__ is not vars(object)["__lt__"],
        "repr": kind.__repr__ is not object.__repr__,
        "hash": kind.__hash__ is not object.__hash__,
        "hashable": kind.__hash__ is not None,
    }


_DESCRIPTIONS: dict[str, Callable[[Any], dict[str, Any]]] = {
    PYDANTIC: _describe_model,
    STRUCT: _describe_struct,
    ATTRS: _describe_attrs,
}
_OPERATIONS: dict[str, Callable[[Any, tuple[Any, ...], dict[str, Any]], Any]] = {
    "make": _make,
    "describe": _describe,
    "change": _change,
    "call": _call,
    "function": _function,
}
