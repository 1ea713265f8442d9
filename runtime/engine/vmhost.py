"""The host of real machines: programs are loaded and verified once, units stay decoded, since neither ever changes.

It reads nothing. A unit or a page that is not in memory makes it raise `Missing`, and it is asked again when the shell
has brought it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from waymark.stdlib.catalogue import NATIVES
from waymark.stdlib.limits import DEFAULT, RunLimits
from waymark.vm import wire
from waymark.vm.codec import BadUnit, decode_unit
from waymark.vm.crossing import Crossing
from waymark.vm.hosting import hosting
from waymark.vm.machine import Machine
from waymark.vm.program import Program
from waymark.vm.surface import POSITIONAL, Fault, Outcome, PageId, StartAction, StartRun
from waymark.vm.unit import Unit

from ..helpers import apart, inside, taking
from ..messages import decode_message, encode_message
from ..model import StoredRun
from .host import Missing, NotStarted

Made = TypeVar("Made")


class VmHost:
    def __init__(self, limits: RunLimits = DEFAULT) -> None:
        self._limits = limits
        self._units: dict[bytes, Unit] = {}
        self._programs: dict[tuple[bytes, str], Program] = {}
        hosting.provide(inside.HERE)  # as long as nobody has a process for it
        apart.provide()

    def add_unit(self, code_hash: bytes, data: bytes) -> None:
        self._units[code_hash] = decode_unit(data)

    def start(self, stored: StoredRun) -> Machine:
        program = self._program(stored)
        arguments = self._arguments(stored)
        named = arguments.part if isinstance(arguments, Crossing) else arguments  # with objects of the run's classes
        if not isinstance(named, dict):
            raise wire.BadValue(f"the arguments of the run are a {type(named).__name__}, not a dict by name")
        try:
            return Machine.start(program, arguments, seed=stored.seed, limits=self._limits, run_id=stored.key)
        except BadUnit:  # of a static class that cannot be made: the run is set aside, since it has not begun
            raise
        except Exception as error:  # what calling `run` with these arguments raises, as a TypeError does
            raise NotStarted(error) from None

    def _arguments(self, stored: StoredRun) -> Any:
        """As they travel; or JSON, as the SQL function `waymark.start_run` leaves it, which has none of their types."""
        if not stored.arguments.startswith(b"{"):
            return wire.decode_value(stored.arguments, inside=True)
        try:
            text = stored.arguments.decode()
            given = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise wire.BadValue(f"the arguments of the run are no JSON: {error}") from None
        if not given:
            return given
        unit = self._units[stored.unit]
        qualname = next(each.qualname for each in unit.workflows if each.name == stored.workflow)
        try:
            return wire.decode_value(taking.taken(hosting.exchange, unit.modules[0], qualname, text), inside=True)
        except taking.NotTaken as problem:
            raise NotStarted(TypeError(str(problem))) from None

    def restore(self, stored: StoredRun, pages: Mapping[PageId, bytes] | None) -> Machine:
        units = self._program(stored).units
        reading = _Reading(pages)
        return reading.make(
            lambda: Machine.restore(
                units.__getitem__, stored.root, reading.page, limits=self._limits, run_id=stored.key
            )
        )

    def encode_call(self, action: StartAction) -> bytes:
        return wire.encode_value((action.args, action.kwargs), "arguments")

    def encode_start(self, child: StartRun) -> bytes:
        return wire.encode_value({**({POSITIONAL: child.args} if child.args else {}), **child.kwargs}, "arguments")

    def encode_message(self, topic: str, value: Any) -> bytes:
        return encode_message(topic, value)

    def encode_outcome(self, outcome: Outcome) -> bytes:
        return wire.encode_outcome(outcome)

    def decode_outcome(self, data: bytes) -> Outcome:
        return wire.decode_outcome(data, inside=True)

    def decode_message(self, body: bytes) -> tuple[str, Any]:
        return decode_message(body)

    def _program(self, stored: StoredRun) -> Program:
        name = (stored.unit, stored.workflow)
        program = self._programs.get(name)
        if program is None:
            missing: set[bytes] = set()

            def load_unit(code_hash: bytes) -> Unit:
                if code_hash not in self._units:
                    missing.add(code_hash)
                return self._units[code_hash]

            try:
                program = self._programs[name] = Program.load(*name, load_unit, NATIVES)
            except Exception:
                if missing:
                    raise Missing(frozenset(missing), pages=False) from None
                raise
        return program


class _Reading:
    """Hands out a run's pages, and remembers if it could not: what a loader makes of a KeyError is its own affair."""

    def __init__(self, pages: Mapping[PageId, bytes] | None) -> None:
        self._pages = pages
        self._missing = False

    def page(self, number: PageId) -> bytes:
        self._missing = self._pages is None
        return (self._pages or {})[number]

    def make(self, make: Callable[[], Made]) -> Made:
        try:
            return make()
        except (Exception, Fault):
            if self._missing:
                raise Missing(frozenset(), pages=True) from None
            raise
