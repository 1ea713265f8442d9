"""The instruction set: one table that everything else asks.

A unit's function is a list of instructions over numbered registers. Control is structured, as in WebAssembly: a region
opens with BLOCK, IF, LOOP, FOR, TRY or HANDLED, closes with END, and is left by depth (0 is the innermost region
around the instruction). There are no jump targets, so code cannot enter a region but at its head, and the verifier, the
interpreter and liveness are simple walks.

    BLOCK .. END              EXIT leaves it
    IF test .. ELSE .. END    ELSE is optional; `test` is a bool (TRUTH makes one)
    LOOP .. END               runs for ever; EXIT leaves, AGAIN (or falling off the end) starts the next turn
    FOR dst, iter .. END      one turn an item; left when `iter` is exhausted
    TRY exc .. CATCH .. END   what the first part raises is put in `exc`, and the part behind CATCH runs
    HANDLED exc .. END        inside, `exc` (unless None) is the exception being handled

The signature of an instruction names its operands with their kinds. Two kinds write registers (`out`, `outs`), two read
them (`reg`, `regs`); liveness and the definite-assignment check need no more than that. The codec, the verifier, the
disassembler, the interpreter and the reference page loop over this table; an instruction is one row here, one handler
in `vm/handlers/` and one case file.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Kind(enum.Enum):
    """What an operand is. The value is the mark that a disassembly shows before the number."""

    OUT = "r"  # a register that is written
    REG = "r "  # a register that is read
    OUTS = "[r]"  # a list of registers that are written, left to right
    REGS = "[r] "  # a list of registers that are read
    CONST = "c"  # index into the unit's constants
    NAME = "n"  # index of a constant that is a str
    NAMES = "ns"  # index of a constant that is a tuple of str
    FUNC = "f"  # index into the unit's functions
    CLASS = "t"  # index into the unit's static classes
    MODULE = "m"  # index into the unit's modules
    NATIVE = "x"  # index into the unit's natives ("sorted/1")
    LINK = "l"  # index into the unit's links (a static of another unit)
    ACTION = "a"  # index into the unit's actions
    INTRINSIC = "i"  # index into INTRINSICS
    UNARY = "u"  # index into UNARY_OPERATORS
    BINARY = "b"  # index into BINARY_OPERATORS
    COMPARE = "k"  # index into COMPARE_OPERATORS
    DEPTH = "^"  # how many regions further out; 0 is the innermost


# Persisted by position: append, never reorder.
UNARY_OPERATORS = ("-", "+", "~")
BINARY_OPERATORS = ("+", "-", "*", "/", "//", "%", "**", "@", "&", "|", "^", "<<", ">>")
COMPARE_OPERATORS = ("==", "!=", "<", "<=", ">", ">=", "is", "is not", "in", "not in")
INTRINSICS = (
    "request_action",  # (key, args, kwargs, policy) -> Future that an engine settles
    "future",  # () -> Future
    "task",  # (coroutine, name) -> Task, its first step queued
    "call_soon",  # (callable, args) -> Handle
    "call_at",  # (when, callable, args) -> Handle
    "time",  # () -> seconds of the run's clock
    "turn",  # () -> an awaitable that gives way for one turn of the loop
    "current_task",  # () -> Task
    "now",  # () -> the instant that this slice was given
    "special",  # (x, name, *args) -> type(x).name(x, *args); NotImplemented if no class but `object` has it
    "has_special",  # (x, name) -> bool; None if the class has None under the name
    "overrides",  # (x, y, name) -> whether x is of a subclass of y's class that has its own method
    "natively",  # (callable, args, kwargs) -> what C makes of them, whatever they are
    "step",  # (iterator) -> its next item
    "make_lazy",  # (name, *fields) -> an iterator of `stdlib/values/iterators.py`
    "field",  # (lazy iterator, name) -> that field of it
    "set_field",  # (lazy iterator, name, value)
    "initialise",  # (x, args, kwargs) -> x, when its `__init__` is done
    "attribute",  # (x, name) -> x.name
    "default_attribute",  # (x, name) -> object.__getattribute__(x, name)
    "set_attribute",  # (x, name, value)
    "delete_attribute",  # (x, name)
    "hand_out",  # (item) -> what comes back in: an `__await__` gives way
    "async_send",  # (async generator, value) -> its next item
    "async_begin_end",  # (async generator, word) -> whether there is anything to throw into
    "async_throw",  # (async generator, args of `throw`) -> its next item
    "guard",  # () the generator that runs wants to be closed
    "abandon",  # (generator) close it if nothing refers to it
    "ignored",  # (generator, error) what it raised then is told
    "gathering",  # (children) -> Future: to cancel it is to cancel them
    "is_coroutine",  # (x) -> bool
    "makes_coroutines",  # (x) -> whether it is an `async def`
    "open_tasks",  # () -> list of the tasks that are not done
    "loop",  # () -> the loop, as a value
    "report",  # (message, error, task) what the loop's exception handler is told
    "context",  # () -> the context that this runs in; None: nothing was ever set in it
    "set_context",  # (context) go on in it; a task that had none has it from now on
    "message_timeout",  # (topic, timeout) -> seconds, or None; what is neither is refused
    "receive",  # (topic) -> Future: there is a message to take
    "take_message",  # (topic) -> the oldest message, for one that was woken
    "give_back",  # (topic, future) who waited for a message does no longer
    "expire",  # (future, topic) the time to wait is over
    "exchange_context",  # (context) go on in it for a while -> the one before
    "handler_failed",  # (error) what the loop's exception handler raised is told
    "may_delegate",  # () -> whether the generator that asks may `yield from` a coroutine
    "give_policy",  # (awaitable, policy) -> whether it is a call of an action that has not begun: it has that now
    "start_run",  # (workflow, id, detached, priority, args, kwargs) -> (Future of its outcome, id, number)
    "tell_run",  # (workflow, id, number, topic, value) a message to such a run; topic None: it is to stop
    "run_id",  # () -> the id of this run, as people see it
    "set_status",  # (text) what this run says of itself
)


@dataclass(frozen=True, slots=True)
class Spec:
    """One row of the table."""

    code: int
    operands: tuple[tuple[str, Kind], ...]
    text: str
    suspends: bool  # its frame may be captured while it is in progress: a live set is stored for it
    opens: bool  # begins a region
    ends: bool  # control never goes on to the next instruction


_KINDS = {kind.name.lower(): kind for kind in Kind}


def op(
    code: int, signature: str, text: str, *, suspends: bool = False, opens: bool = False, ends: bool = False
) -> Spec:
    pairs = (part.split(":") for part in signature.split())
    return Spec(code, tuple((name, _KINDS[kind]) for name, kind in pairs), text, suspends, opens, ends)


class Op(enum.Enum):
    # Codes are persisted in units: append, never renumber, never reuse.
    LOAD_CONST = op(
        0x01, "dst:out value:const", "dst <- constants[value]; a container constant has a permanent identity"
    )
    MOVE = op(0x02, "dst:out src:reg", "dst <- src")
    UNBIND = op(0x03, "dst:out", "dst <- the mark of an unbound variable")
    CHECK = op(0x04, "src:reg name:name", "raise UnboundLocalError if src is unbound")
    CELL = op(0x05, "dst:out", "dst <- a new, empty cell")
    CELL_GET = op(0x06, "dst:out cell:reg name:name", "dst <- what the cell holds; NameError if it is empty")
    CELL_SET = op(0x07, "cell:reg src:reg", "the cell holds src")
    CELL_DEL = op(0x08, "cell:reg name:name", "empty the cell; NameError if it is empty")
    GLOBAL_GET = op(0x09, "dst:out module:module name:name", "dst <- the module's global of this run")
    GLOBAL_SET = op(0x0A, "module:module name:name src:reg", "bind the module's global in this run")
    GLOBAL_DEL = op(0x0B, "module:module name:name", "unbind the module's global in this run")
    LOAD_LINK = op(0x0C, "dst:out link:link", "dst <- a static function or class of another unit")
    LOAD_FUNC = op(0x0D, "dst:out func:func", "dst <- a static function of this unit")
    LOAD_NATIVE = op(0x0E, "dst:out native:native", "dst <- a native function or a builtin type, as a value")
    CLOSURE = op(
        0x0F, "dst:out func:func defaults:regs kwdefaults:regs cells:regs", "dst <- a new function over these cells"
    )
    LOAD_CLASS = op(0x16, "dst:out class:class", "dst <- a static class of this unit")

    UNARY = op(0x10, "dst:out operator:unary src:reg", "dst <- operator src", suspends=True)
    BINARY = op(0x11, "dst:out operator:binary left:reg right:reg", "dst <- left operator right", suspends=True)
    INPLACE = op(0x12, "dst:out operator:binary left:reg right:reg", "dst <- left operator= right", suspends=True)
    COMPARE = op(0x13, "dst:out operator:compare left:reg right:reg", "dst <- left operator right", suspends=True)
    TRUTH = op(0x14, "dst:out src:reg", "dst <- bool(src)", suspends=True)
    NOT = op(0x15, "dst:out src:reg", "dst <- not src", suspends=True)

    LIST = op(0x18, "dst:out items:regs", "dst <- a new list")
    TUPLE = op(0x19, "dst:out items:regs", "dst <- a tuple")
    SET = op(0x1A, "dst:out items:regs", "dst <- a new set")
    DICT = op(0x1B, "dst:out items:regs", "dst <- a new dict of key, value, key, value ...")
    SLICE = op(0x1C, "dst:out start:reg stop:reg step:reg", "dst <- slice(start, stop, step)")
    UNPACK = op(
        0x1D, "targets:outs src:reg", "bind each target to one item of src; ValueError on another count", suspends=True
    )

    ATTR_GET = op(0x20, "dst:out obj:reg name:name", "dst <- obj.name, through the gate", suspends=True)
    ATTR_SET = op(0x21, "obj:reg name:name src:reg", "obj.name = src", suspends=True)
    ATTR_DEL = op(0x22, "obj:reg name:name", "del obj.name", suspends=True)
    ITEM_GET = op(0x23, "dst:out obj:reg key:reg", "dst <- obj[key]", suspends=True)
    ITEM_SET = op(0x24, "obj:reg key:reg src:reg", "obj[key] = src", suspends=True)
    ITEM_DEL = op(0x25, "obj:reg key:reg", "del obj[key]", suspends=True)
    ITER = op(0x26, "dst:out src:reg", "dst <- iter(src)", suspends=True)
    CLASS = op(0x28, "dst:out name:name bases:regs namespace:reg", "dst <- a new class of the program")

    CALL = op(
        0x30, "dst:out callee:reg args:regs names:names", "dst <- callee(...); the last args are named", suspends=True
    )
    CALL_SPREAD = op(0x31, "dst:out callee:reg args:reg kwargs:reg", "dst <- callee(*args, **kwargs)", suspends=True)
    CALL_METHOD = op(
        0x32,
        "dst:out obj:reg name:name args:regs names:names",
        "dst <- obj.name(...); the last args are named",
        suspends=True,
    )
    NATIVE = op(
        0x33,
        "dst:out native:native args:regs",
        "dst <- native of args, or the protocol's function for it",
        suspends=True,
    )
    INTRINSIC = op(
        0x35, "dst:out intrinsic:intrinsic args:regs", "dst <- a service of the machine itself", suspends=True
    )
    ACTION = op(
        0x36,
        "dst:out action:action via:link args:regs names:names",
        "dst <- an unstarted coroutine via(key, args, kwargs) that asks for the action",
    )

    AWAIT = op(0x40, "dst:out src:reg", "dst <- the value that src comes to", suspends=True)
    YIELD = op(0x41, "dst:out src:reg", "hand src to the resumer; dst <- what it sends", suspends=True)

    BLOCK = op(0x50, "", "open a region that EXIT leaves", opens=True)
    IF = op(0x51, "test:reg", "open a region; go to its ELSE, or leave it, unless test is True", opens=True)
    ELSE = op(0x52, "", "end the first part of IF")
    LOOP = op(0x53, "", "open a region that starts again at its end; one tick a turn", opens=True)
    FOR = op(
        0x54,
        "dst:out iter:reg",
        "open a region that runs once for each item; one tick a turn",
        opens=True,
        suspends=True,
    )
    TRY = op(0x55, "exc:out", "open a region whose first part is guarded; exc <- what it raises", opens=True)
    CATCH = op(0x56, "", "end the guarded part of TRY")
    HANDLED = op(0x57, "exc:reg", "open a region in which exc, unless None, is being handled", opens=True)
    END = op(0x58, "", "close the innermost region")

    EXIT = op(0x60, "depth:depth", "leave `depth` + 1 regions", ends=True)
    EXIT_IF = op(0x61, "test:reg depth:depth", "leave `depth` + 1 regions if test is True")
    EXIT_UNLESS = op(0x62, "test:reg depth:depth", "leave `depth` + 1 regions unless test is True")
    AGAIN = op(0x63, "depth:depth", "start the next turn of that LOOP or FOR", ends=True)
    RETURN = op(0x68, "src:reg", "leave the frame with src", ends=True)
    RAISE = op(0x69, "exc:reg", "raise exc (an instance, or a class to call)", ends=True, suspends=True)
    RAISE_FROM = op(0x6A, "exc:reg cause:reg", "raise exc from cause", ends=True, suspends=True)
    RERAISE = op(0x6B, "exc:reg", "raise exc again, as it is", ends=True)
    RAISE_BARE = op(0x6C, "", "raise what is being handled; RuntimeError if nothing is", ends=True)


BY_CODE: dict[int, Op] = {member.value.code: member for member in Op}
assert len(BY_CODE) == len(Op), "two instructions share a code"
