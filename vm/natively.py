"""Calls of C: natives and methods of host types.

C cannot pause, so where an argument leads to code of the program, prelude code takes its place if there is some: it
calls the program by frames, in CPython's order, and hands finished values to C. What it does not take over, C calls
back as a nested call (`vm/nested.py`).

A native pays a tick for each 64 items that it is given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, Any

from waymark.stdlib.catalogue import NATIVES
from waymark.stdlib.natives.addresses import MARK, without_addresses
from waymark.stdlib.natives.driven import GROUP_METHODS
from waymark.stdlib.natives.driven import METHODS as DRIVEN_METHODS
from waymark.stdlib.natives.groups import is_group
from waymark.stdlib.natives.guards import OF_METHODS as CHECKS
from waymark.stdlib.natives.methods import bound, bound_to
from waymark.stdlib.natives.model import Native
from waymark.stdlib.values.own_types import OwnType

from . import gate, loop_services, objects, protocol, quick, uncallable
from .binding import bind
from .errors import operate, thrown
from .kinds import SCALARS, SIZED, is_active
from .own_types import OWN_TYPES
from .special import ABSENT
from .touching import MOVING, consumed, consumed_pairs
from .values.classes import class_by_type, class_info, has_hooks
from .values.functions import UNSET, BoundMethod
from .values.futures import Future

if TYPE_CHECKING:
    from .interp import Interpreter

Args = tuple[Any, ...]
Named = dict[str, Any]

_ENTRIES: dict[Any, Native] = {entry.call: entry for entry in NATIVES.values() if callable(entry.call)}
# Key -> whether the items of arguments are paid for, and the export that takes over; "" is none.
_PLANS = {entry.key: (not entry.flat, entry.driven) for entry in NATIVES.values()}


def operate_on(function: Callable[..., Any], args: Args, kwargs: Named) -> Any:
    """Call a host function for the program. What it raises is thrown into the program."""
    try:
        value = function(*args, **kwargs)
    except BaseException as error:
        caught = error
    else:
        if type(value) is str and MARK in value:
            return without_addresses(value, function, args, kwargs.values())
        return value
    raise thrown(caught)


def call(vm: Interpreter, callee: Any, args: Args, kwargs: Named) -> Any:
    """Call a host's callable that is a value of the program. UNSET: a frame was entered, and delivers."""
    try:
        entry = _ENTRIES.get(callee)
    except TypeError:  # unhashable: certainly no native
        entry = None
    if entry is not None:
        return call_native(vm, entry, args, kwargs)
    if callee is BoundMethod:
        return uncallable.make_method(args, kwargs)
    if type(callee) is type:
        uncallable.check(callee)
    examine(vm, args)
    examine(vm, kwargs.values())
    return operate_on(callee, args, kwargs)


def call_plainly(vm: Interpreter, callee: Any, args: Args, kwargs: Named) -> Any:
    """Call C as it is, whatever the arguments lead to."""
    examine(vm, args)
    examine(vm, kwargs.values())
    entry = _ENTRIES.get(callee)
    if entry is not None:
        _touch_changed(vm, entry, args)
    return operate_on(callee, args, kwargs)


def call_native(vm: Interpreter, entry: Native, args: Args, kwargs: Named) -> Any:
    """Call a native. UNSET: a frame was entered in its place, and delivers."""
    charged, driven = _PLANS[entry.key]
    if entry.guard is not None:
        operate_on(entry.guard, args, kwargs)
    active = examine(vm, args, charged, driven != "")
    if kwargs:
        active |= examine(vm, kwargs.values())
    if driven == "class_ready":  # of an enum, too, whose class is none of a program's for `examine`
        active |= has_hooks(args[0])
    if active:
        simple = quick.NATIVES.get(entry.key)
        if simple is not None and len(args) == 1 and not kwargs:
            value = simple(vm, args[0])
            if value is not ABSENT:
                return value
        if driven and _drive(vm, driven, args, kwargs):
            return UNSET
    elif driven in ("delegate", "iter") and args and isinstance(args[0], Future):
        return objects.call_method(vm, args[0], "__await__", (), {})
    if entry.mutates:
        _touch_changed(vm, entry, args)
    if entry.key in loop_services.MADE:
        return operate(partial(loop_services.make, vm, entry.call, *args, **kwargs))
    if entry.call is type and (len(args) != 1 or kwargs):
        module = "" if vm.frame is None else vm.frame.loaded.module
        made = operate_on(class_by_type, (module, args, kwargs), {})
        if class_info(made) is not None and (kwargs or has_hooks(made)):
            protocol.enter(vm, "class_ready", made, (kwargs,))
            return UNSET
        return made
    stand_in: Any = entry.call
    if type(stand_in) is OwnType:
        return call(vm, OWN_TYPES[stand_in.name], args, kwargs)
    if entry.call is dict:
        consumed_pairs(vm, *args)
    return operate_on(entry.make or entry.call, args, kwargs)


def _touch_changed(vm: Interpreter, entry: Native, args: Args) -> None:
    for place in entry.mutates:
        if place < len(args):
            vm.tracker.touch(args[place])


def call_method(vm: Interpreter, target: Any, name: str, args: Args, kwargs: Named) -> Any:
    """Call a method of a host type, or of one of the machine's own values."""
    if isinstance(target, objects.OWN):
        return objects.call_method(vm, target, name, args, kwargs)
    check = CHECKS.get(name)
    if check is not None:
        operate_on(check, (target, *args), kwargs)
    active = examine(vm, args)
    if kwargs:
        active |= examine(vm, kwargs.values())
    if active:
        driven = DRIVEN_METHODS.get((type(target), name))
        if driven and _drive(vm, driven, (target, *args), kwargs):
            return UNSET
    if name in GROUP_METHODS and drive_group(vm, target, name, args, kwargs):
        return UNSET
    if gate.host_method(target, name):
        vm.tracker.touch(target)
    if name == "update":
        consumed_pairs(vm, *args)
    info = class_info(type(target))
    if info is not None and info.base is not None:
        return operate_on(bound_to(info.base, target, name), args, kwargs)
    return operate_on(bound(target, name), args, kwargs)


def drive_group(vm: Interpreter, group: Any, name: str, args: Args, kwargs: Named) -> bool:
    """A method of an exception group that asks the program: a condition, or `derive`. False: C is to refuse it."""
    return is_group(group) and _drive(vm, GROUP_METHODS[name], (group, *args), kwargs)


def _drive(vm: Interpreter, name: str, args: Args, kwargs: Named) -> bool:
    """Enter prelude code in the place of C. False: the arguments are wrong, and C is to say so."""
    function = protocol.function(vm, name)
    try:
        registers = bind(function, args, kwargs)
    except TypeError:
        return False
    vm.push(function.loaded, registers)
    return True


def examine(vm: Interpreter, values: Iterable[Any], charged: bool = True, asked: bool = True) -> bool:
    """Look at what C gets: pay for the items, note the iterators that move. True, if asked: it leads to the program."""
    active = False
    for value in values:
        kind = type(value)
        if kind in SCALARS:
            continue
        if kind in SIZED:
            if charged and (size := _size(value)) >= 64:
                vm.ticks -= size >> 6
        else:
            if kind in MOVING:
                consumed(vm, value)
            if asked and not active:
                active = is_active(value)
    return active


def _size(value: Any) -> int:
    try:
        return len(value)
    except OverflowError:  # a range beyond any memory: C refuses it, or does not look at the items
        return 0
