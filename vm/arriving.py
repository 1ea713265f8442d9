"""What arrives at one side of an edge becomes objects of the classes that this side has (`crossing.py`).

Outside of a run those are the real ones, which must have been imported; inside the program's own. Whatever does not
fit them is `ValueDrift`. No `__init__` runs, and no validator.
"""

from __future__ import annotations

import enum
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from waymark.stdlib.values.flags import Flag, composite
from waymark.stdlib.values.sets import OrderedFrozenSet, OrderedSet

from .arriving_errors import class_for, invalid_again, remade, without_text
from .collected import COLLECTION, home_of
from .collected import bare as bare_collection
from .collected import check as check_collection
from .collected import fill as fill_collection
from .crossing import (
    CLASS_ITSELF,
    DATACLASS,
    DEPTH_MAX,
    ENUM,
    GENERIC,
    WHOLE,
    Crossing,
    ValueDrift,
    field_names,
    form_of,
    names_of_main,
)
from .hosted import FORMS, bare, check_parts, differing, fill, with_defaults
from .values.classes import class_info
from .values.errors import GROUP_FIELDS, args_of, fields_of, set_args, set_field

Lookup = Callable[[str, str], Any]  # a name at the top of a module; raises LookupError


def outside(module: str, name: str) -> Any:
    """What a module that is imported here has under a name."""
    found = sys.modules.get("__main__" if module in names_of_main else module)
    if found is None or name not in vars(found):
        raise LookupError(f"import it where its objects arrive: no module {module} with a {name} is imported here")
    return vars(found)[name]


def arrive(value: Any, lookup: Lookup) -> Any:
    """The value with objects of this side's classes in it. Raises `ValueDrift`."""
    return _Arrival(lookup).of(value, 0)


def arrive_all(value: Any, others: Sequence[Any], lookup: Lookup, ours: Iterable[Any] = ()) -> tuple[Any, list[Any]]:
    """The same for a value, and for others that are parts of it. `ours` have never left, and are not looked into."""
    arrival = _Arrival(lookup)
    for each in ours:
        arrival.leave(each)
    return arrival.of(value, 0), [arrival.of(each, 0) for each in others]


class _Arrival:
    def __init__(self, lookup: Lookup) -> None:
        self._lookup = lookup
        self._made: dict[int, Any] = {}
        self._seen: list[Any] = []  # keeps the ids in `_made` valid

    def leave(self, value: Any) -> None:
        self._made[id(value)] = value
        self._seen.append(value)

    def of(self, value: Any, depth: int) -> Any:
        kind: type = type(value)
        if kind not in _HOLDING and not isinstance(value, BaseException):
            return value
        if id(value) in self._made:
            return self._made[id(value)]
        if depth > DEPTH_MAX:
            raise ValueDrift(f"objects stand more than {DEPTH_MAX} deep inside each other")
        self._seen.append(value)
        if isinstance(value, Crossing):
            return self.of(value.part, depth) if value.form == WHOLE else self._object(value, depth + 1)
        self._made[id(value)] = value  # what can be changed stays itself
        return self._in_container(value, kind, depth + 1)

    def _in_container(self, value: Any, kind: type, depth: int) -> Any:
        if kind is list:
            value[:] = [self.of(each, depth) for each in value]
        elif kind is dict:
            pairs = [(self.of(key, depth), self.of(held, depth)) for key, held in value.items()]
            value.clear()
            value.update(pairs)
        elif kind in _SETS:
            members = [self.of(each, depth) for each in value]
            if any(mine is not theirs for mine, theirs in zip(members, value, strict=True)):
                made = self._made[id(value)] = kind(members)
                return made
        elif kind is tuple:
            items = tuple([self.of(each, depth) for each in value])
            if any(mine is not theirs for mine, theirs in zip(items, value, strict=True)):
                self._made[id(value)] = items
                return items
        elif isinstance(value, BaseException):
            return self._error(value, depth)
        return value

    def _error(self, error: BaseException, depth: int) -> BaseException:
        members = None if not isinstance(error, BaseExceptionGroup) else self.of(error.exceptions, depth)
        changed = isinstance(error, BaseExceptionGroup) and members is not error.exceptions
        kind = class_for(type(error), self._lookup)
        made = remade(error, kind, members) if changed or kind is not type(error) else error
        if made is None:
            made = invalid_again(error) or error
        self._made[id(error)] = made
        if made is not error:
            for name, value in fields_of(error):
                if name not in GROUP_FIELDS:
                    set_field(made, name, value)
            vars(made).update(without_text(vars(error)))
        set_args(made, self.of(args_of(error), depth))
        self.of(vars(made), depth)
        suppress = error.__suppress_context__
        made.__cause__, made.__context__ = self.of(error.__cause__, depth), self.of(error.__context__, depth)
        made.__suppress_context__ = suppress
        return made

    def _object(self, crossing: Crossing, depth: int) -> Any:
        if crossing.form == GENERIC:
            origin, *args = [self.of(each, depth) for each in crossing.part]
            found = self._made[id(crossing)] = origin[tuple(args)]
            return found
        kind = self._class(crossing)
        if crossing.form == CLASS_ITSELF:
            self._made[id(crossing)] = kind
            return kind
        if crossing.form == COLLECTION:
            return self._collection(crossing, kind, depth)
        if crossing.form in FORMS:
            return self._hosted(crossing, kind, depth)
        if crossing.form == DATACLASS:
            made = kind.__new__(kind) if issubclass(kind, BaseException) else object.__new__(kind)
            self._made[id(crossing)] = made
            self._fill(made, kind, {name: self.of(held, depth) for name, held in crossing.part.items()})
            return made
        part = self.of(crossing.part, depth)
        made = _member(kind, part) if crossing.form == ENUM else _tuple(kind, part)
        self._made[id(crossing)] = made
        return made

    def _collection(self, crossing: Crossing, kind: Any, depth: int) -> Any:
        try:
            check_collection(crossing.name, crossing.part)
            extra, contents = crossing.part
            made = self._made[id(crossing)] = bare_collection(
                crossing.name, None if class_info(kind) is None else kind, extra
            )
            fill_collection(made, self.of(contents, depth))
        except ValueError as error:
            raise ValueDrift(str(error)) from None
        return made

    def _hosted(self, crossing: Crossing, kind: Any, depth: int) -> Any:
        try:
            check_parts(crossing.form, crossing.part)
            problem = differing(kind, crossing.part[0])
            if problem:
                raise ValueError(problem)
            made = self._made[id(crossing)] = bare(kind)
            held, *more = [self.of(part, depth) for part in crossing.part]
            fill(made, crossing.form, (with_defaults(kind, held), *more), self._sets(kind))
        except ValueError as error:
            raise ValueDrift(str(error)) from None
        return made

    def _sets(self, kind: type) -> type:
        return set if class_info(kind) is None else OrderedSet

    def _class(self, crossing: Crossing) -> Any:
        module, _, qualname = crossing.name.partition(":")
        if crossing.form == COLLECTION:
            module = home_of(crossing.name)
        first, *rest = qualname.split(".")
        try:
            kind = self._lookup(module, first)
            for name in rest:
                kind = vars(kind)[name]
        except (LookupError, TypeError) as error:
            raise ValueDrift(f"there is no class {crossing.name} here: {error}") from None
        if crossing.form == CLASS_ITSELF and isinstance(kind, type):
            return kind
        if not isinstance(kind, type) or form_of(kind) != crossing.form:
            raise ValueDrift(f"{crossing.name} is no {crossing.form} here, and its objects were")
        return kind

    def _fill(self, made: Any, kind: type, held: dict[str, Any]) -> None:
        names = field_names(kind)
        more = [name for name in held if name not in names]
        missing = [name for name in names if name not in held and not hasattr(kind, name)]
        if more or missing:
            raise ValueDrift(f"{kind.__qualname__} has the fields {', '.join(names)}; what came has {', '.join(held)}")
        for name, value in held.items():
            object.__setattr__(made, name, value)


_SETS = frozenset((set, frozenset, OrderedSet, OrderedFrozenSet))
_HOLDING = frozenset((Crossing, list, dict, tuple)) | _SETS


def _member(kind: Any, value: Any) -> Any:
    if isinstance(kind, enum.EnumMeta):
        try:
            return kind(value)
        except (ValueError, TypeError) as error:
            raise ValueDrift(str(error)) from None
    for member in kind._member_map_.values():
        if type(member._value_) is type(value) and member._value_ == value:
            return member
    if issubclass(kind, Flag) and isinstance(value, int):
        found = kind._value2member_map_.get(value)
        return composite(kind, value) if found is None else found
    raise ValueDrift(f"{value!r:.60} is no value of a member of {kind.__qualname__}")


def _tuple(kind: Any, items: list[Any]) -> Any:
    if len(items) != len(kind._fields):
        raise ValueDrift(f"{kind.__qualname__} has {len(kind._fields)} fields, and {len(items)} came")
    return tuple.__new__(kind, items)
