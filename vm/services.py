"""What natives may ask the machine for (`stdlib/natives/services.py`), for the run that it executes."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from . import gate
from .surface import Log

if TYPE_CHECKING:
    from .interp import Interpreter


class MachineServices:
    """The services of one interpreter."""

    __slots__ = ("_vm",)

    def __init__(self, vm: Interpreter) -> None:
        self._vm = vm

    def read_attribute(self, value: Any, name: str) -> Any:
        return gate.read(value, name)

    def write_attribute(self, value: Any, name: str, content: Any) -> None:
        gate.write(value, name, content)

    def delete_attribute(self, value: Any, name: str) -> None:
        gate.delete(value, name)

    def say(self, level: str, text: str) -> None:
        self._vm.effects.append(Log(level, text))

    def now(self) -> int:
        return self._vm.state.now

    def draw(self) -> bytes:
        """The next bytes of a sequence that the seed fixes; how many were drawn is part of the state."""
        state = self._vm.state
        state.draws += 1
        return hashlib.blake2b(state.draws.to_bytes(8, "big"), digest_size=32, key=state.seed).digest()
