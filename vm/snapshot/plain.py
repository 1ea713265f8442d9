"""The plain mode: a whole run in one value, where it is one fiber that waits for one action and holds plain values.

That is what most workflows are at most of their awaits, so it costs a few microseconds: one look at every value, one
encoding, no pages. The values must be trees: None, bools, ints, floats, strs, bytes, lists, and dicts with such keys,
none of them held twice. A register may also be unbound, or have the iterator of a `for` over a range or a list. What
the action was called with may be what a register holds; nobody else refers to it.

    root    "WMS" version  2  MessagePack of [unit hash, workflow, MessagePack of the fields of `Plain`]

Whatever does not fit is for `graph.py`: a run changes its mode at any commit. A field that this file does not know
would be lost, so it knows all of them (`KNOWN`), and while there is another one no run is plain.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import msgspec

from ..state import State
from ..statics import Statics
from ..values.frames import Coroutine, Frame
from ..values.functions import UNSET
from ..values.futures import Future, Request, Task
from .format import EMBEDDED_BYTES_MAX, ENTRIES_MAX, ROOT_HEADER, encoder

CONTAINERS_MAX = 200  # lists and dicts of a plain run; so none is deeper inside than any encoder goes

# What is known here of each class: what is stored, and what must be as in a new one.
KNOWN: dict[type, str] = {
    State: """
        unit workflow seed now next_request next_timer next_task next_generator main frame current context draws
        initialising ready turn arrivals anchors failed kept generators modules changed tasks requests timers
        cancelled_timers queue
    """,
    Task: "anchors cancels context coroutine must_cancel name number top waits_for",
    Future: "__weakref__ anchor callbacks cancel_message error request state value",
    Request: "args attempt began child due key kwargs number policy",
    Coroutine: "__weakref__ called frame name state top waits_for",
    Frame: "caller depth loaded owner pc registers then",
}


class Plain(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Everything of a plain run but what it is pinned to."""

    seed: bytes
    now: int
    counters: tuple[int, int, int, int, int, int]  # next request, timer, task, generator and page; draws
    task: int | tuple[int, str, int]  # number, name, cancels; the number alone if the rest is as for a new one
    request: tuple[int, int, int | str]  # number, attempt, action: its place in the unit, or its key
    args: list[Any]  # a scalar as it is; [n]: what register n holds; [None, value]: a list or dict of its own
    kwargs: dict[str, Any]  # the same
    # Four items a frame, innermost first: the unit (0 is the entry, from 1 on those that it links to, or its hash), the
    # function, the pc, and how many registers are live.
    frames: list[bytes | int]
    registers: list[Any]  # the live ones of all frames
    # Those of them that are something else: [place] is unbound, [place, index, start, stop, step] goes through a range,
    # [place, index, n] through the list of register n, [place, index, list] through a list of its own.
    others: list[list[Any]]


WHOLE = frozenset((type(None), bool, int, str, bytes))
RANGE_ITERATOR: Any = type(iter(range(0)))
_LIST_ITERATOR: Any = type(iter([]))


def fits(known: dict[type, str]) -> bool:
    """Whether these are the fields that the classes have."""
    fields = {kind: {*vars(kind).get("__slots__", ())} for kind in known}
    fields[State] = {*vars(State(b"", "", b""))}
    return all({*names.split()} == fields[kind] for kind, names in known.items())


_FITS = fits(KNOWN)


def encode_plain(statics: Statics, state: State, next_page: int) -> bytes | None:
    """The root of a plain run; None if this is none. One function for speed: calls would double what it takes."""
    task = state.main
    if (
        not (_FITS and len(state.tasks) == 1 and task is not None and task.number in state.tasks)
        or (state.ready or state.arrivals or state.anchors or state.failed or state.modules)
        or (state.changed or state.generators)
        or (state.turn or state.initialising or state.current is not None or state.frame is not None)
        or (future := task.waits_for) is None
        or ((request := future.request) is None or request.policy or request.child is not None)
        or (task.anchors != [future] or future.callbacks != [task])
        or (task.callbacks or task.must_cancel or task.cancel_message is not None)
        or (task.context is not None or state.context is not None)
    ):
        return None
    entry = statics.unit(state.unit)
    frames: list[Any] = []
    registers: list[Any] = []
    frame, owner = task.top, None
    while frame is not None:
        loaded, owner = frame.loaded, frame.owner
        live = loaded.live.get(frame.pc)
        if (
            (live is None or frame.then is not UNSET)
            or (type(owner) is not Coroutine or owner.name != loaded.qualname or owner.called is not None)
            or (owner.top is not None or owner.waits_for is not None)
        ):
            return None
        frames += (entry.linked.get(loaded.unit_hash, loaded.unit_hash), loaded.index, frame.pc, len(live))
        if live:
            registers += map(frame.registers.__getitem__, live)
        frame = frame.caller
    if owner is None or owner is not task.coroutine:
        return None
    others: list[Any] = []
    found = _trees(registers, others)
    if found is None:
        return None
    args, kwargs = request.args and _called_with(request.args, found), request.kwargs
    if kwargs:
        written = _called_with(kwargs.values(), found)
        kwargs = written and dict(zip(kwargs, written, strict=True))  # type: ignore[assignment]
    if args is None or kwargs is None:
        return None
    number, name, cancels = task.number, task.name, task.cancels
    try:
        body = encoder.encode(
            (
                state.seed,
                state.now,
                (
                    state.next_request,
                    state.next_timer,
                    state.next_task,
                    state.next_generator,
                    next_page,
                    state.draws,
                ),
                number if cancels == 0 and name == f"Task-{number}" else (number, name, cancels),
                (request.number, request.attempt, entry.actions.get(request.key, request.key)),
                args,
                kwargs,
                frames,
                registers,
                others,
            )
        )
    except (OverflowError, UnicodeEncodeError):  # an int beyond 64 bits, half a surrogate pair
        return None
    if len(body) > EMBEDDED_BYTES_MAX:
        return None
    return b"%b\xc5%b%b" % (_prefix(state.unit, state.workflow), len(body).to_bytes(2, "big"), body)


@lru_cache(256)
def _prefix(unit: bytes, workflow: str) -> bytes:
    return ROOT_HEADER + b"\2\x93" + encoder.encode(unit) + encoder.encode(workflow)


def _trees(registers: list[Any], others: list[Any]) -> dict[int, int] | None:
    """By the id of every list and dict, the register that holds it (-1: not directly). None: there is another value.

    Registers that hold something else are noted as that, and become None.
    """
    found: dict[int, int] = {}
    containers: list[Any] = []
    iterators: list[tuple[int, Any]] | None = None
    for place, value in enumerate(registers):
        kind = type(value)
        if kind in WHOLE or (kind is float and value == value):
            continue
        if kind is list or kind is dict:
            if id(value) in found:
                return None
            found[id(value)] = place
            containers.append(value)
        elif value is UNSET:
            others.append((place,))
            registers[place] = None
        elif kind is RANGE_ITERATOR or kind is _LIST_ITERATOR:
            if id(value) in found:
                return None
            found[id(value)] = -1
            iterators = iterators or []
            iterators.append((place, value))
            registers[place] = None
        else:
            return None
    if iterators is not None and not _note_iterators(iterators, others, found, containers):
        return None
    return found if not containers or _inside(containers, found) else None


def _note_iterators(
    iterators: list[tuple[int, Any]], others: list[Any], found: dict[int, int], containers: list[Any]
) -> bool:
    for place, iterator in iterators:
        reduced = iterator.__reduce__()
        (source,) = reduced[1]
        if type(source) is range:
            others.append((place, reduced[2] or 0, source.start, source.stop, source.step))  # None from 3.12 on
        elif len(reduced) < 3:  # exhausted, whatever its list has now
            return False
        elif id(source) in found:
            others.append((place, reduced[2], found[id(source)]))
        else:
            found[id(source)] = -1
            containers.append(source)
            others.append((place, reduced[2], source))
    return True


def _inside(containers: list[Any], found: dict[int, int]) -> bool:
    """Whether all that lists and dicts hold is plain. Adds those that are inside to both."""
    for container in containers:  # which grows
        values = container
        if len(container) > ENTRIES_MAX:
            return False
        if type(container) is dict:
            for key in container:
                if type(key) not in WHOLE:
                    return False
            values = container.values()
        for value in values:
            kind = type(value)
            if kind in WHOLE or (kind is float and value == value):
                continue
            if (kind is not list and kind is not dict) or id(value) in found:
                return False
            found[id(value)] = -1
            containers.append(value)
    return len(containers) <= CONTAINERS_MAX


def _called_with(values: Iterable[Any], found: dict[int, int]) -> list[Any] | None:
    """Arguments of the action, as they are written."""
    written: list[Any] = []
    for value in values:
        kind = type(value)
        if kind in WHOLE or (kind is float and value == value):
            written.append(value)
            continue
        if kind is not list and kind is not dict:
            return None
        place = found.get(id(value))
        if place is None:
            found[id(value)] = -1
            if not _inside([value], found):
                return None
            written.append((None, value))
        elif place >= 0:
            written.append((place,))
        else:
            return None
    return written
