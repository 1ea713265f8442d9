"""How to take an object apart: by its type, and by whether it has a name instead of an identity.

`Forms.of(value)` answers for every object of a run, or raises `Refused`. What turns parts into items is `walk.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from types import BuiltinFunctionType, FunctionType, MethodDescriptorType, WrapperDescriptorType
from typing import Any

from waymark.stdlib.values.enums import EnumType
from waymark.stdlib.values.markers import MARKERS
from waymark.stdlib.values.named_tuples import Record
from waymark.stdlib.values.sets import OrderedFrozenSet, OrderedSet, SetLike
from waymark.stdlib.values.standing import Method
from waymark.stdlib.values.workflow import Plain, Workflow

from ..loaded import LoadedUnit
from ..state import State
from ..statics import Statics, native_name
from ..values.classes import NOTHING_HELD, class_info, held_by
from ..values.contents import BASES, KEYED
from ..values.errors import is_foreign, is_host
from ..values.fixed import fixed, none_is_fixed
from ..values.functions import VMFunction
from ..values.futures import Task
from . import format as tag
from .class_parts import class_parts
from .error_parts import error_parts
from .format import Refused
from .hashes import PLAIN_KEYS, Hashes, Key
from .instances import are_named, entries_of, extended_parts
from .named import NAME_OF
from .parts import (
    OWNED,
    Parts,
    Take,
    changed_function_parts,
    counted,
    dict_of,
    foreign_parts,
    function_parts,
    future_parts,
    instance_parts,
    key_parts,
    named_parts,
    native_parts,
    own_list,
    root_parts,
    unit_parts,
)
from .shadows import SHADOWING, Shadows

_HOST_CALLABLES = (type, BuiltinFunctionType, FunctionType, MethodDescriptorType, WrapperDescriptorType, Method)


# What of the host a class of the program may extend, if it is no exception.
_LAYERS = frozenset((object, Record, Plain, Workflow, SetLike, *BASES, *MARKERS))


class Forms:
    """Knows the form of every object of one run. `state` is the run's, for the fiber that is running.

    `is_shared` says whether something else than its instance refers to a `__dict__`.
    """

    def __init__(
        self,
        statics: Statics,
        hashes: Hashes,
        is_shared: Callable[[dict[str, Any]], bool] = lambda held: False,
        shadows: Shadows | None = None,
    ) -> None:
        self._statics = statics
        self._hashes = hashes
        self._is_shared = is_shared
        self._shadows = shadows
        if shadows is not None:
            shadows.contents = self._held_in
        self.state: State | None = None
        self._owned: dict[type, Take] = {
            **OWNED,
            Task: self._task,
            dict: self._dict,
            OrderedSet: self._set,
            OrderedFrozenSet: self._set,
        }
        self._alike: dict[type, Take] = {list: OWNED[list], dict: self._dict}

    def of(self, value: Any) -> tuple[Take, bool]:
        """How to take `value` apart, and whether it has an identity of its own (else it has a name)."""
        kind = type(value)
        if fixed(value) is not None:
            return self._fixed, False
        take = self._owned.get(kind)
        if take is not None:
            if kind is tuple:
                if not value:
                    return named_parts, False
                if self._statics.name_of_constant(value) is not None:
                    return self._constant, False
            elif kind is VMFunction and value.static:
                return (changed_function_parts, True) if value.changed else (function_parts, False)
            return take, True
        return self._other(value, kind)

    def of_all(self, values: dict[int, Any]) -> list[Take] | None:
        """The same for many, by id, that are lists, dicts and instances with an identity; None: one may be none."""
        kinds = {*map(type, values.values())}
        if not kinds <= self._alike.keys() or not none_is_fixed(values.keys()):
            return None
        if len(kinds) == 1:
            return [self._alike[kinds.pop()]] * len(values)
        return [*map(self._alike.__getitem__, map(type, values.values()))]

    def _other(self, value: Any, kind: type) -> tuple[Take, bool]:
        if kind is LoadedUnit:
            return unit_parts, False
        if kind is Key:
            return key_parts, False
        if id(value) in NAME_OF:
            return named_parts, False
        # Not `isinstance`, which asks the value itself for its class if the first answer is no.
        if issubclass(kind, _HOST_CALLABLES):
            return self._named_or_class(value)
        if issubclass(kind, BaseException):
            return error_parts if class_info(kind) is None else self._error, True
        if class_info(kind) is not None:
            _check_layout(kind, value)
            self._owned[kind] = self._alike[kind] = self._instance
            return self._instance, True
        if kind is State:
            return root_parts, True
        raise Refused(value, f"a snapshot has no form for a {kind.__qualname__}")

    def _named_or_class(self, value: Any) -> tuple[Take, bool]:
        if native_name(value) is not None:
            return native_parts, False
        if isinstance(value, type):
            if class_info(value) is not None:
                return class_parts, True
            if issubclass(value, BaseException) and (is_foreign(value) or is_host(value)):
                return foreign_parts, False
        raise Refused(value, f"a snapshot has no form for {value!r:.60}, which is the host's and has no native's name")

    def contents(self, value: dict[Any, Any] | SetLike) -> Parts:
        """What a dict or a set holds: key, value, key, value ...; or its elements."""
        parts: Parts = []
        if type(value) is dict and PLAIN_KEYS.issuperset(map(type, value)):
            for pair in value.items():
                parts += pair
            return parts
        if isinstance(value, SetLike):
            return [*self._hashes.keys_of(value.waymark_items)]
        for pair in zip(self._hashes.keys_of(value), value.values(), strict=True):
            parts += pair
        return parts

    def _instance(self, value: Any) -> Parts:
        info = class_info(type(value))
        assert info is not None
        held = held_by(value)
        whole = held is not NOTHING_HELD and (self._is_shared(held) or not are_named(held))
        shadow = self._shadows.of(value) if self._shadows is not None and info.base in SHADOWING else None
        if shadow is not None:
            return extended_parts(value, [shadow], held, whole, shadowed=True)
        if info.base not in KEYED:
            if whole or held is NOTHING_HELD or info.members or info.base is not None:
                return extended_parts(value, None, held, whole)
            return instance_parts(value, held)
        return extended_parts(value, self._held_in(value), held, whole)

    def _held_in(self, value: Any) -> Parts:
        """What an instance of a class that extends dict or a set holds."""
        entries = entries_of(value)
        return self.contents(entries) if issubclass(type(value), dict) else [*self._hashes.keys_of(entries)]

    def _error(self, value: BaseException) -> Parts:
        held = dict_of(value)
        return error_parts(value, self._is_shared(held) or not are_named(held))

    def _dict(self, value: dict[Any, Any]) -> Parts:
        return [tag.DICT, *self.contents(value)]

    def _set(self, value: SetLike) -> Parts:
        return [tag.SET if type(value) is OrderedSet else tag.FROZENSET, *self.contents(value)]

    def _constant(self, value: tuple[Any, ...]) -> Parts:
        name = self._statics.name_of_constant(value)
        assert name is not None
        unit, index = name
        return [tag.CONSTANT, self._statics.unit(unit), index]

    def _fixed(self, value: Any) -> Parts:
        found = fixed(value)
        assert found is not None
        return [tag.FIXED, self._statics.unit(found.unit), found.name, *found.steps]

    def _task(self, task: Task) -> Parts:
        # The fiber that was cut short stands in `state.frame`; it is the top of its task all the same.
        running = self.state is not None and self.state.current is task
        return [
            *((tag.TASK,) if task.context is None else (tag.IN_CONTEXT, task.context)),
            *(task.number, task.name, task.coroutine),
            *(self.state.frame if running and self.state else task.top, task.waits_for),
            *(task.must_cancel, task.cancels),
            *future_parts(task),
            *counted(own_list(task.callbacks)),
            *own_list(task.anchors),
        ]


def _check_layout(kind: type, value: Any) -> None:
    for base in kind.__mro__:
        if base not in _LAYERS and class_info(base) is None and not isinstance(base, EnumType):
            raise Refused(
                value, f"a snapshot has no form for instances of {kind.__qualname__}: it extends {base.__name__}"
            )
