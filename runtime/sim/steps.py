"""The steps of a script workflow, its state, which anybody can read, and the result that it must have.

    call n        ask for one action with argument n, and wait: adds ten times n
    fan n         ask for n actions, and wait for all
    race n        ask for n actions, wait for one, and want the others no more: adds 1
    fail n        ask for an action that raises: the run fails
    frail n       ask for an action that raises at its first attempt: the run fails, and is tried again
    again n       ask for an action that raises at its first n attempts, and says when it is to be asked again
    beat n        ask for an action that takes long, and has to say that it lives
    pay n         ask for n transactional actions, and wait for all
    toss n        the same, wait for one, and want the others no more: adds 1
    bill n        ask for a transactional action that raises at its first attempt: the run fails, and is tried again
    orphan n      ask for an action that no worker knows, until somebody registers it
    sleep us      wait
    spin n        be Ready n times
    say s         print s
    catch n       as the first step: one cancellation is caught that comes after it has begun; adds 1,000
    poison n      from here on, the store refuses the run's state, until somebody mends it
    child n       start a run of its own (an action, a short sleep, another action), and wait for it: adds its result
    loose n       start such a run that is on its own, and do not wait for it
    kill n        the engine dies here, n times
    bulk n        hold a page of n bytes
    pair n        the same, beside an action that returns
    flood n       hold n pages of 2,500 bytes each, at once
    receive n     wait until n different messages have come in all: adds 100 times n

Every settled call gets a page of its own. The result is the sum. Actions answer alike whenever they are asked, so a
run has one result, whatever happened on the way.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import msgspec

Step = tuple[str, int]

ACTION, FAILING, FRAIL, ORPHAN = "sim:act", "sim:fail", "sim:frail", "elsewhere:act"
AGAIN, BEATING, PAY, BILL = "sim:again", "sim:beat", "sim:pay", "sim:bill"
TICKETS = frozenset({PAY, BILL})
KEYS = {
    "call": ACTION, "fan": ACTION, "race": ACTION, "fail": FAILING, "frail": FRAIL, "orphan": ORPHAN,
    "again": AGAIN, "beat": BEATING, "pay": PAY, "toss": PAY, "bill": BILL,
}  # fmt: skip
POISON = "poison"  # in the state of a run that the store refuses


class Asked(msgspec.Struct, array_like=True):
    key: str
    argument: int
    attempt: int
    due: int | None = None  # when the next attempt follows by itself


class State(msgspec.Struct, array_like=True):
    steps: list[Step]
    at: int = 0
    begun: bool = False
    open: dict[int, Asked] = {}
    next_request: int = 1
    wake: int | None = None
    spins: int = 0
    total: int = 0
    error: str | None = None
    pages: int = 0
    shield: bool = False
    mark: str = ""
    wanted: int = 0
    messages: set[int] = set()
    entered: bool = False  # it has executed something
    children: dict[int, str] = {}  # requests of runs that were started, with their keys
    loose: dict[int, str] = {}  # the same, of those on their own
    arrived: list[tuple[int, bool, int | str]] = []  # outcomes that were handed in, and not looked at yet


def read_state(root: bytes) -> State:
    return msgspec.msgpack.decode(root, type=State)


def open_calls(state: State) -> dict[int, int]:
    """Calls without an outcome, with the attempt that each stands at."""
    settled = {request for request, _, _ in state.arrived}
    return {request: asked.attempt for request, asked in state.open.items() if request not in settled}


def run_of(key: str) -> UUID:
    """The number of the run of this key."""
    return UUID(bytes=msgspec.msgpack.encode(key).rjust(16, b"\0")[-16:])


def child_of(run: UUID, at: int) -> str:
    """The key of the run that a run starts at this step."""
    return f"{run.hex[-8:]}.{at}"


def child_steps(argument: int) -> tuple[Step, ...]:
    return (("call", argument), ("sleep", 20_000), ("call", 1))


def is_frail(steps: Sequence[Step]) -> bool:
    """It fails, and is then tried again."""
    return any(step in ("frail", "pair", "bill") for step, _ in steps)


def expected(steps: Sequence[Step]) -> int | None:
    """The result, or None if the run fails by itself."""
    total = 0
    for step, argument in steps:
        match step:
            case "fail":
                return None
            case "call" | "orphan" | "frail" | "again" | "beat" | "bill":
                total += 10 * argument
            case "fan" | "pay":
                total += 10 * sum(range(argument))
            case "race" | "toss":
                total += 1
            case "pair":
                total += 20 * argument
            case "child":
                total += 10 * argument + 10
            case "receive":
                total += 100 * argument
            case _:
                pass
    return total


def slept(steps: Sequence[Step]) -> int:
    """So long it takes at least."""
    return sum(argument for step, argument in steps if step == "sleep")
