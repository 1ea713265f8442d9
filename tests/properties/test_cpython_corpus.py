"""The methods of CPython's own language tests, each as a workflow: the same as under CPython, or refused.

`ci` runs a few files, `long` all, both as modules and with everything inside of `run`, restored every fifty ticks. A
method that differs is listed with the reason, and must be taken off the list when as a module it no longer does.
"""

from __future__ import annotations

import re
import sys
import warnings

import pytest
from cpython_corpus import folder, programs
from cpython_runs import run_natively
from differential import NAME, compiled, program_of, run_on_machine
from scripted import Recorded

from examples import profile
from waymark.vm.surface import Fault

FILES = (
    "augassign binop bool class compare contains decorators dict dictviews enumerate exception_variations exceptions "
    "float fstring funcattrs generators global grammar index int isinstance iter keywordonlyarg list "
    "named_expressions opcodes positional_only_arg pow print property raise range richcmp scope set slice sort string "
    "super tuple unary unpack_ex with patma dictcomps listcomps setcomps genexps complex unicode bytes "
    "contextlib context functools dataclasses builtin subclassinit yield_from generator_stop coroutines asyncgen "
    "memoryio array memoryview enum long format numeric_tower strtod"
).split()
QUICK = (
    "augassign compare dictviews enumerate keywordonlyarg raise scope slice sort unary context property generator_stop "
    "memoryio"
).split()
ADDRESS = re.compile(r" at 0x[0-9a-f]+")

# Each is to go: method -> what is not CPython's yet.
DIFFERENT = {
    "coroutines CoroutineTest.test_copy": "what a coroutine's `__await__` gives is a generator",
    "coroutines CoroutineTest.test_func_18": "what a coroutine's `__await__` gives is a generator",
    "class ClassTests.testForExceptionsRaisedInInstanceGetattr2": "`__getattr__` is asked where C asks the type",
    "dataclasses TestRepr.test_no_repr": "the default `repr` has no address",
    "dataclasses TestHash.test_hash_no_args": "an object has the hash of its class where CPython takes its address",
    "long LongTest.test_bit_count": "an int of more bits than `int_bits` allows is a MemoryError",
    "numeric_tower HashTest.test_hash_normalization": "what gives the hash of a str is not where the str itself is",
    "positional_only_arg PositionalOnlyTestCase.test_annotations_in_closures": "functions have no `__annotations__`",
    "set TestWeirdBugs.test_merge_and_mutate": "a set that changes while it is merged",
}

AS_A_MODULE = frozenset({"dataclasses TestRepr.test_no_repr"})  # those of them that are the same inside of `run`

pytestmark = [
    pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="texts of errors are those of 3.11"),
    pytest.mark.skipif(folder() is None, reason="this Python comes without its tests"),
]


def came_to(text: str) -> str:
    """`same`, `refused`, `useless` (it needs more than it was given), or what differs."""
    recorded = Recorded()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = run_natively(text, {}, NAME, {}, recorded)
    if "is not defined" in expected:
        return "useless"
    seen = Recorded()
    try:
        compilation = compiled(text)
        if compilation.diagnostics:
            return "refused"
        result, _ = run_on_machine(program_of(compilation), {}, seen, (50,), restoring=True)
    except (Exception, Fault) as failure:  # of the compiler or the machine: told with the method's name
        return f"{type(failure).__name__}: {failure}"
    if "LimitExceeded" in result:  # the gate refused a dynamic look into the host
        return "refused"
    texts = ["\n".join([*each.effects, end]) for each, end in ((recorded, expected), (seen, result))]
    first, second = (ADDRESS.sub("", each) for each in texts)  # a run's objects have no address
    return "same" if first == second else f"CPython:\n{texts[0]}\nmachine:\n{texts[1]}"


@pytest.mark.parametrize("inside", [False, True], ids=["as a module", "inside of run"])
@pytest.mark.parametrize("name", FILES if profile() == "long" else QUICK)
def test_a_method_of_cpythons_tests_does_the_same_or_is_refused(name: str, inside: bool) -> None:
    ends = {method: came_to(text) for method, text in programs(f"test_{name}", inside=inside)}
    found = {f"{name} {method}": end for method, end in ends.items() if end not in ("same", "refused", "useless")}
    unexpected = [f"{method}\n{end}" for method, end in found.items() if method not in DIFFERENT]
    assert not unexpected, "\n\n".join(unexpected)
    listed = DIFFERENT.keys() - AS_A_MODULE if inside else DIFFERENT.keys()
    stale = [method for method in listed if method.startswith(f"{name} ") and method not in found]
    assert not stale, f"no longer different: {stale}"
    counted = {end: list(ends.values()).count(end) for end in ("same", "refused", "useless")}
    print(f"{name}: {counted}")
