"""CPython's own tests of asyncio, each as the body of a workflow: the same as under CPython, or refused.

All methods of a file are compiled together. `ci` runs two files, `long` all of them, restored every fifty ticks. A
method that differs is listed with the reason, and must be taken off the list when it no longer does.
"""

from __future__ import annotations

import re
import sys
from collections import Counter

import pytest
from asyncio_corpus import programs
from cpython_corpus import folder
from cpython_runs import run_natively
from differential import NAME, Together, program_of, run_on_machine
from scripted import Recorded

from examples import profile

FILES = ("taskgroups", "timeouts", "locks", "queues", "waitfor", "tasks", "futures")
QUICK = ("taskgroups", "waitfor")
# Where the program stands in its file, which is another one for the machine; addresses, which a run's objects have not.
PLACES = re.compile(r" at 0x[0-9a-f]+|(?<=Script)\d+|(?<=program\.py:)\d+")
# It needs more than it was given: a mock, a helper of CPython's, a loop of its own.
NEEDS_MORE = re.compile(r"name '\w+' is not defined|has no attribute|missing 1 required positional argument: 'm_log'")

_ADDRESS = "its regular expression wants an address in the `repr`"
_NONE = "its base class has None for what it tests"
# method -> why it differs.
DIFFERENT = {
    "futures BaseFutureTests.test_future_iter_throw": "the text for what is no traceback",
    "locks LockTests.test_repr": _ADDRESS,
    "locks EventTests.test_repr": _ADDRESS,
    "locks ConditionTests.test_repr": _ADDRESS,
    "locks SemaphoreTests.test_repr": _ADDRESS,
    "locks BarrierTests.test_repr": _ADDRESS,
    "tasks BaseTaskIntrospectionTests.test__register_task_1": _NONE,
    "tasks BaseTaskIntrospectionTests.test__register_task_2": _NONE,
    "tasks BaseTaskIntrospectionTests.test__register_task_3": _NONE,
    "tasks BaseTaskIntrospectionTests.test__enter_task": _NONE,
}

pytestmark = [
    pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="asyncio's order is that of 3.11"),
    pytest.mark.skipif(folder() is None, reason="this Python comes without its tests"),
]


@pytest.mark.parametrize("name", FILES if profile() == "long" else QUICK)
def test_a_method_of_asyncios_tests_does_the_same_or_is_refused(name: str) -> None:
    ends = ends_of(name)
    found = {f"{name} {method}": end for method, end in ends.items() if "\n" in end}
    unexpected = [f"{method}\n{end}" for method, end in found.items() if method not in DIFFERENT]
    assert not unexpected, "\n\n".join(unexpected)
    stale = [method for method in DIFFERENT if method.startswith(f"{name} ") and method not in found]
    assert not stale, f"no longer different: {stale}"
    counted = Counter(end for end in ends.values() if "\n" not in end)
    print(f"{name}: {dict(counted)}")
    assert counted["same"], "nothing was compared"


def ends_of(name: str) -> dict[str, str]:
    """Of each method: `same`, `refused`, `useless` (it needs more than it was given), or what differs."""
    ends, wanted = {}, {}
    for method, text in programs(name):
        recorded = Recorded()
        came_to = run_natively(text, {}, NAME, {}, recorded)
        if NEEDS_MORE.search(came_to):
            ends[method] = "useless"
        else:
            wanted[method] = text, "\n".join([*recorded.effects, came_to])
    together = Together.all_of([text for text, _ in wanted.values()])
    for (method, (_, expected)), program in zip(wanted.items(), together, strict=True):
        ends[method] = came_to_like(expected, program) if isinstance(program, Together) else "refused"
    return ends


def came_to_like(expected: str, program: Together) -> str:
    recorded = Recorded()
    executable = program_of(program.compilation, program.number)
    came_to, _ = run_on_machine(executable, {}, recorded, (50,), restoring=True)
    if "LimitExceeded" in came_to:  # the gate refused a dynamic look into the host
        return "refused"
    seen = "\n".join([*recorded.effects, came_to])
    same = PLACES.sub("", expected) == PLACES.sub("", seen)
    return "same" if same else f"CPython:\n{expected}\nmachine:\n{seen}"
