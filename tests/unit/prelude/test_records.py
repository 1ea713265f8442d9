"""`logging` and `warnings` write what CPython's do into the run's log, with the line; where it goes is the engine's."""

from __future__ import annotations

import logging

import pytest
from differential import assert_same, compare, compiled, script

from waymark.runtime.engine.events import Said
from waymark.runtime.engine.saying import to_log
from waymark.runtime.ids import new_run_id
from waymark.runtime.model import RunRef

ABOVE = """
import logging
import warnings

log = logging.getLogger(__name__)
other = logging.getLogger("shop.orders.new")

class Silent:
    def __str__(self):
        raise ValueError("no text")

class Mine(UserWarning):
    pass

def helper():
    log.info("of the caller", stacklevel=2)
    warnings.warn("old", DeprecationWarning, stacklevel=2)
    warnings.warn(Mine("own"))
"""
BODIES = {
    "levels and lazy arguments": """
        log.debug("x"); log.info("hello %s and %d", "you", 3); log.warning("y %(a)s", {"a": 1}); log.critical("z")
        log.info("%s", [1, 2]); log.info("%s %s", *"ab"); log.info({"a": 1}); log.info(b"x"); log.info(None)
        log.log(15, "fifteen"); log.fatal("f"); logging.info("root"); logging.log(40, "r %s", 1)
        await act(1)
        log.info("after the pause")
    """,
    "texts that cannot be made": """
        log.error("wrong %d", "a"); log.error("too many", 1, 2); log.error("too few %s %s", 1); log.info(Silent())
        log.info("%s", Silent())
    """,
    "exceptions": """
        try:
            try:
                1 / 0
            except ZeroDivisionError as error:
                error.add_note("a note")
                raise ValueError("second") from error
        except ValueError as error:
            log.exception("failed %s", "here")
            log.error("e", exc_info=True)
            log.error("e", exc_info=error)
            logging.exception("root")
            try:
                raise Mine
            except Mine:
                log.exception("inside\\n")
        log.error("none", exc_info=True)
        log.error("given", exc_info=KeyError("k"))
        log.error("tuple", exc_info=(None, None, None))
    """,
    "what is brought, and what may not be": """
        other.error("shown", extra={"order": 7, "who": "x"})
        for name in ("name", "message", "args"):
            try:
                log.info("a", extra={name: 1})
            except KeyError as error:
                print(repr(error))
        adapter = logging.LoggerAdapter(log, {"run": 5})
        adapter.info("adapted %s", 1); adapter.exception("x"); adapter.log(10, "d"); print(adapter)
    """,
    "levels of loggers": """
        other.setLevel("ERROR")
        other.warning("not shown"); other.error("shown"); other.getChild("a").warning("nor this")
        print(repr(other), other.isEnabledFor(30), other.getEffectiveLevel(), other.getChild("a"))
        for bad in ("NOPE", 3.5, None):
            try:
                other.setLevel(bad)
            except (ValueError, TypeError) as error:
                print(repr(error))
        logging.disable(logging.WARNING)
        log.warning("off"); log.error("on")
        logging.disable(logging.NOTSET)
        other.disabled = True
        other.error("gone")
    """,
    "names": """
        child = log.getChild("sub")
        print(child.name, child.parent is log, log.parent is logging.getLogger(), log.parent.parent)
        print(logging.getLogger("") is logging.getLogger(), logging.getLogger("program") is log)
        print(logging.getLevelName(20), logging.getLevelName("INFO"), logging.getLevelName(17), logging.ERROR)
        logging.addLevelName(25, "NOTICE")
        log.log(25, "notice")
        print(logging.getLevelName(25), logging.getLevelNamesMapping()["NOTICE"])
        for bad in (3, b"x", ["a"]):
            try:
                print(logging.getLogger(bad))
            except TypeError as error:
                print(error)
        try:
            log.log("x", "y")
        except TypeError as error:
            print(error)
        log.addHandler(logging.NullHandler())
    """,
    "warnings": """
        helper()
        warnings.warn("a"); warnings.warn(5); warnings.warn("b", Mine); warnings.warn("c", category=RuntimeWarning)
        for bad in (5, "x", int):
            try:
                warnings.warn("a", bad)
            except TypeError as error:
                print(error)
    """,
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
def test_records_are_those_of_cpython(body: str) -> None:
    assert_same(script(body, above=ABOVE))


def test_a_record_has_level_logger_and_line() -> None:
    text = script('log.warning("low %d", 3)', above=ABOVE)
    line = text.splitlines().index('        log.warning("low %d", 3)') + 1
    assert compare(text).expected.effects == (f"warning 'program:{line}: low 3'",)


@pytest.mark.parametrize(
    "use",
    [
        "logging.basicConfig()",
        "logging.FileHandler('x')",
        "logging.root",
        "warnings.simplefilter('error')",
        "warnings.catch_warnings()",
    ],
)
def test_what_says_where_records_go_is_refused_by_name(use: str) -> None:
    (problem,) = compiled(script(use, above=ABOVE)).diagnostics
    assert problem.code == "WM110" and problem.help()


@pytest.mark.parametrize(
    "use", ["log.addFilter(print)", "log.handlers", "log.propagate = False", "log.info('x', stack_info=True)"]
)
def test_what_a_logger_has_not_ends_the_run(use: str) -> None:
    text = script(f"try:\n    {use}\nexcept BaseException:\n    return 1", above=ABOVE)
    assert all("a workflow cannot use" in seen.came_to for seen in compare(text).seen.values())


def test_an_engine_shows_logger_line_and_level(caplog: pytest.LogCaptureFixture) -> None:
    ref = RunRef(0, new_run_id())
    with caplog.at_level(logging.DEBUG, "waymark.run"):
        to_log(Said(ref, "critical", "low", "shop", 7, {"order": "3"}))
        to_log(Said(ref, "level 15", "own", "shop", 8))
        to_log(Said(ref, "print", "plain\n"))
    assert [(each.levelno, each.getMessage()) for each in caplog.records] == [
        (50, "shop:7: low order=3"),
        (15, "shop:8: own"),
        (20, "plain"),
    ]
