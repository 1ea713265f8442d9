"""No attribute leads out of a program, and no program changes what belongs to others."""

from __future__ import annotations

from typing import Any

import pytest
from asyncio_oracle import same, wrl
from vm_runs import observe
from wrl_programs import program

from waymark.vm.machine import LimitExceeded

VALUES = {
    "a function": "helper",
    "a method of an instance": "Thing().method",
    "a method of a list": "[].append",
    "an instance": "Thing()",
    "a class": "Thing",
    "a builtin type": "list",
    "an exception class": "ValueError",
    "a native": "len",
    "a native of ours": "exception_matches",
    "an exception": 'ValueError("x")',
    "a caught exception": "caught()",
    "a tuple": "()",
    "a str": '"x"',
    "an int": "1",
    "a bool": "True",
    "a coroutine": "coroutine()",
    "a generator": "generator()",
    "a task": "current_task()",
    "a future": "future()",
    "a timer": "call_at(1, helper, ())",
    "an iterator": "items()",
}
NAMES = (
    "__globals__ __subclasses__ __bases__ __mro__ __dict__ __code__ __closure__ __func__ __self__ "
    "__builtins__ __reduce__ __init_subclass__ __traceback__ tb_frame gi_frame gi_code cr_frame "
    "f_globals f_back __waymark_trace__ loaded cells registers frame owner callbacks coroutine anchors request"
).split()

TEXT = """
fn helper() {{
    return None
}}
fn caught() {{
    try {{
        raise ValueError("x")
    }} catch error {{
        return error
    }}
}}
async fn coroutine() {{
    return None
}}
gen fn generator() {{
    yield 1
}}
gen fn items() {{
    for item in [1] {{
        yield item
    }}
}}
async fn run(self) {{
    class Thing() {{
        fn method(self) {{
            return None
        }}
    }}
    value = {value}
    try {{
        {what}
    }} catch error {{
        return ("refused as CPython does", str(error))
    }}
    return "got through"
}}
"""

# What a program may read under names like these.
READ = {
    "a function": ["__dict__"],
    "a method of an instance": ["__dict__", "__func__", "__self__"],
    "a method of a list": ["__self__"],
    "a native": ["__self__"],
    "an instance": ["__dict__", "__init_subclass__"],
    "a builtin type": ["__mro__", "__bases__"],
    "a class": ["__dict__", "__mro__", "__bases__", "__init_subclass__"],
    "an exception class": ["__mro__", "__bases__", "__init_subclass__"],
    "an exception": ["__init_subclass__", "__traceback__"],
    "a caught exception": ["__init_subclass__", "__traceback__"],
}


def outcome(value: str, what: str) -> Any:
    seen = observe(program(wrl(TEXT.format(value=value, what=what))), {}, restoring=False)
    return seen.result if seen.error is None else seen.error


@pytest.mark.parametrize(("what", "value"), VALUES.items(), ids=VALUES.keys())
def test_no_reserved_name_leads_anywhere(what: str, value: str) -> None:
    for name in NAMES:
        came_to = outcome(value, f"value.{name}")
        if came_to == "got through":
            assert name in READ.get(what, ())
            continue
        if isinstance(came_to, LimitExceeded):
            assert f"a workflow cannot reach `{name}`" in str(came_to)
        else:  # there is no such name in CPython either
            assert came_to[0] == "refused as CPython does" and f"has no attribute '{name}'" in came_to[1], (
                name,
                came_to,
            )


@pytest.mark.parametrize("what", ["value.{name} = 1", "del value.{name}"])
@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES.keys())
def test_nothing_of_the_machine_or_the_host_is_changed(value: str, what: str) -> None:
    mine = value in ("helper", "Thing()", "Thing", 'ValueError("x")', "caught()")
    for name in ("loaded", "state", "frame", "name", "instance", "__init__", "__class__"):
        came_to = outcome(value, what.format(name=name))
        if mine and (not name.startswith("__") or (name == "__init__" and "Thing" in value)):
            continue  # its own attributes are the program's affair
        assert isinstance(came_to, LimitExceeded) or came_to[0] == "refused as CPython does", (name, came_to)


def test_the_class_of_a_value_is_its_type() -> None:
    for value in VALUES.values():
        running = program(wrl(TEXT.format(value=value, what="return value.__class__")))
        assert isinstance(observe(running, {}, restoring=False).result, type)


def test_a_refusal_is_no_exception_of_the_program_and_says_where() -> None:
    running = program(wrl(TEXT.format(value="helper", what="value.__globals__")))
    seen = observe(running, {}, restoring=False)
    assert isinstance(seen.error, LimitExceeded)
    assert str(seen.error) == ("a workflow cannot reach `__globals__` of a function: it would lead out of the program")


def test_what_cpython_has_not_is_its_attribute_error_word_for_word() -> None:
    async def oracle(log: list[Any]) -> Any:
        def helper() -> None: ...

        def generator() -> Any:
            yield 1

        class Thing: ...

        for value in (helper, generator(), [].append, 1, True, "x", [], {}, Thing(), ValueError("x"), list):
            try:
                value.nothing  # type: ignore[attr-defined]  # noqa: B018
            except AttributeError as error:
                log.append(str(error))
        try:
            helper + 1  # type: ignore[operator]
        except TypeError as error:
            log.append(str(error))
        try:
            len(generator())
        except TypeError as error:
            log.append(str(error))
        return log

    same(
        """
fn helper() {
    return None
}
gen fn generator() {
    yield 1
}
async fn run(self) {
    class Thing() {
    }
    for value in (helper, generator(), [].append, 1, True, "x", [], {}, Thing(), ValueError("x"), list) {
        try {
            value.nothing
        } catch error {
            log.append(str(error))
        }
    }
    try {
        helper + 1
    } catch error {
        log.append(str(error))
    }
    try {
        len(generator())
    } catch error {
        log.append(str(error))
    }
    return log
}
""",
        oracle,
    )


def test_what_is_harmless_can_be_read() -> None:
    async def oracle(log: list[Any]) -> Any:
        error = ValueError("x")
        error.add_note("noted")
        log.append((error.args, error.__notes__, error.__cause__, error.with_traceback(None) is error))
        log.append((True.bit_length(), (5).real, ValueError.__name__, range(3).stop))
        group = BaseExceptionGroup("g", [KeyError(1)])
        log.append((group.message, len(group.exceptions), group.split(ValueError)[0]))
        return log

    same(
        """
async fn run(self) {
    error = ValueError("x")
    note = error.add_note
    await sleep(1)
    note("noted")
    log.append((error.args, error.__notes__, error.__cause__, error.with_traceback(None) is error))
    log.append((True.bit_length(), (5).real, ValueError.__name__, range(3).stop))
    group = BaseExceptionGroup("g", [KeyError(1)])
    log.append((group.message, len(group.exceptions), group.split(ValueError)[0]))
    return log
}
""",
        oracle,
    )
