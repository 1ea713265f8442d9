"""What natives may ask the machine for (`stdlib/natives/services.py`), for the run that it executes."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from waymark.stdlib.natives.services import Refusal

from . import functions, gate, generators, raising
from .crossing import ValueDrift, arrive
from .kinds import is_instance
from .loop_text import text_of
from .nested import check_overdraft
from .special import forget_classes
from .surface import Log
from .values.classes import check_class, class_info, is_protocol, make_class, members_to_name
from .values.fixed import check_own
from .values.functions import BoundMethod, VMFunction

if TYPE_CHECKING:
    from .interp import Interpreter


class MachineServices:
    """The services of one interpreter."""

    __slots__ = ("_vm",)

    def __init__(self, vm: Interpreter) -> None:
        self._vm = vm

    def read_attribute(self, value: Any, name: str) -> Any:
        if isinstance(value, VMFunction | BoundMethod):
            return functions.read(self._vm, value, name)
        if name == "__dict__":
            self._vm.tracker.touch(value)
        return gate.read(value, name)

    def write_attribute(self, value: Any, name: str, content: Any) -> None:
        if isinstance(value, VMFunction | BoundMethod):
            functions.write(self._vm, value, name, content)
        else:
            gate.write(value, name, content)

    def delete_attribute(self, value: Any, name: str) -> None:
        if isinstance(value, VMFunction | BoundMethod):
            functions.delete(self._vm, value, name)
        else:
            gate.delete(value, name)

    def check_class(self, kind: type) -> None:
        check_own(kind, "__dataclass_fields__")

    def class_changed(self, kind: type) -> None:
        self._vm.tracker.touch(kind)
        forget_classes()

    def bases_of(self, kind: type) -> tuple[type, ...]:
        info = class_info(kind)
        return kind.__bases__ if info is None else info.bases

    def make_class(self, name: str, bases: tuple[type, ...], namespace: dict[str, Any]) -> type:
        check_class(name, bases, namespace)
        return make_class(name, bases, namespace)

    def module(self) -> str:
        return "" if self._vm.frame is None else self._vm.frame.loaded.module

    def receive_arguments(self) -> None:
        """The arguments of the run have waited for its classes."""
        main = self._vm.state.main
        assert main is not None and main.coroutine is not None and main.coroutine.frame is not None
        frame = main.coroutine.frame
        count = len(frame.loaded.function.parameters)
        self._vm.tracker.touch(main)
        try:
            frame.registers[:count] = arrive(frame.registers[:count], self._vm.class_named)
        except ValueDrift as drift:
            raise Refusal(f"the arguments of the run do not fit it: {drift}") from None

    def touch(self, value: Any) -> None:
        self._vm.tracker.touch(value)

    def charge(self) -> None:
        self._vm.ticks -= 1
        check_overdraft(self._vm)

    def is_instance(self, value: Any) -> bool:
        return is_instance(value)

    def members_to_name(self, made: type) -> list[tuple[str, Any]]:
        return members_to_name(made)

    def is_protocol(self, kind: type) -> bool:
        return is_protocol(kind)

    def text_of(self, value: Any) -> str:
        return text_of(value)

    def bind_method(self, function: Any, instance: Any) -> Any:
        return BoundMethod(function, instance)

    def say(self, level: str, text: str) -> None:
        self._vm.effects.append(Log(level, text))

    def handled(self) -> BaseException | None:
        return raising.handled(self._vm.frame)

    def thrown(self, args: tuple[Any, ...]) -> BaseException:
        return generators.error_of(*args)

    def now(self) -> int:
        return self._vm.state.now

    def draw(self) -> bytes:
        """The next bytes of a sequence that the seed fixes; how many were drawn is part of the state."""
        state = self._vm.state
        state.draws += 1
        return hashlib.blake2b(state.draws.to_bytes(8, "big"), digest_size=32, key=state.seed).digest()
