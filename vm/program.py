"""A program ready to run: the unit of the workflow and every unit that it links to, all verified.

A program is named by the code hash of its entry unit, and that hash fixes all the others, since a link holds one. So a
program never changes: what a run was pinned to is what any engine loads for it, whenever that is.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from .codec import BadUnit, code_hash
from .unit import Unit, Workflow
from .verify import verify_links, verify_once

UNITS_MAX = 4_096  # of one program


@dataclass(frozen=True, slots=True)
class Program:
    """The units of a program by code hash, and which workflow of the entry unit runs."""

    units: Mapping[bytes, Unit]
    entry: bytes
    workflow: str

    @staticmethod
    def load(entry_hash: bytes, workflow: str, load_unit: Callable[[bytes], Unit], natives: Container[str]) -> Program:
        """Follow the links from the entry unit, and verify each unit once. Raises `BadUnit` for what is missing or bad.

        `load_unit` gives the unit of a code hash and raises `LookupError` if there is none.
        """
        units: dict[bytes, Unit] = {}
        wanted = {entry_hash: "the program"}  # hash -> who asks for it, in the order of asking
        while wanted:
            hashed = next(iter(wanted))
            unit = units[hashed] = _load(hashed, wanted.pop(hashed), load_unit)
            if len(units) > UNITS_MAX:
                raise BadUnit(f"program {entry_hash.hex()}: more than {UNITS_MAX} units")
            for needed in unit.needs():
                if needed not in units:
                    wanted.setdefault(needed, _name(unit))
        # Only now: a driver that lacks a unit is told so by a loader that raises, and asks again for each waiting run.
        for unit in units.values():
            verify_once(unit, natives=natives)
            verify_links(unit, units)
        _workflow(units[entry_hash], workflow)
        return Program(MappingProxyType(units), entry_hash, workflow)

    @property
    def entry_unit(self) -> Unit:
        return self.units[self.entry]

    @property
    def entry_workflow(self) -> Workflow:
        return _workflow(self.entry_unit, self.workflow)

    @property
    def entry_function(self) -> int:
        """The index of the workflow's `run` among the functions of the entry unit."""
        return self.entry_workflow.function


def _workflow(unit: Unit, name: str) -> Workflow:
    for workflow in unit.workflows:
        if workflow.name == name:
            return workflow
    there = ", ".join(sorted(workflow.name for workflow in unit.workflows)) or "none"
    raise BadUnit(f"{_name(unit)}: it has no workflow {name!a}; its workflows: {there}")


def _name(unit: Unit) -> str:
    return ascii(unit.debug.source_name)[1:-1] or f"unit {code_hash(unit).hex()}"


def _load(hashed: bytes, wanted_by: str, load_unit: Callable[[bytes], Unit]) -> Unit:
    try:
        unit = load_unit(hashed)
    except LookupError:
        raise BadUnit(f"unit {hashed.hex()}, wanted by {wanted_by}, is not there") from None
    if code_hash(unit) != hashed:
        raise BadUnit(f"unit {hashed.hex()}, wanted by {wanted_by}: what came has hash {code_hash(unit).hex()}")
    return unit
