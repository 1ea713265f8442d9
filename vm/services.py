"""What natives may ask the machine for (`stdlib/natives/services.py`), for the run that it executes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from waymark.stdlib.limits import RunLimits
from waymark.stdlib.natives.services import NOTHING, Refusal
from waymark.stdlib.values.descriptors import ClassMethod, StaticMethod, Super
from waymark.stdlib.values.standing import HOSTS

from . import functions, gate, gate_writes, generators, raising, runs
from .arriving import arrive
from .counterparts import COUNTERPARTS
from .crossing import ValueDrift
from .errors import OutOfReach
from .hosting import hosting
from .kinds import is_instance
from .loop_text import text_of
from .nested import check_overdraft
from .special import forget_classes
from .surface import Log
from .trace import line_of
from .values.classes import check_class, class_info, is_protocol, make_class, members_to_name
from .values.fixed import check_own
from .values.functions import NAMES, BoundMethod, VMFunction

if TYPE_CHECKING:
    from .interp import Interpreter

# Among the variables of modules, which a run keeps: what was registered with abstract classes.
REGISTRY = "waymark.prelude.registered"


def _classes_of(value: Any) -> list[type]:
    """The classes of the program that the value is an instance of, or is."""
    kind = value if issubclass(type(value), type) else type(value)
    return [each for each in kind.__mro__ if class_info(each) is not None]


class MachineServices:
    """The services of one interpreter."""

    __slots__ = ("_vm",)

    def __init__(self, vm: Interpreter) -> None:
        self._vm = vm

    def read_attribute(self, value: Any, name: str) -> Any:
        if isinstance(value, VMFunction | BoundMethod):
            return functions.read(self._vm, value, name)
        if isinstance(value, StaticMethod | ClassMethod) and name in NAMES:
            return self.read_attribute(value.function, name)
        if name == "__dict__":
            self._vm.tracker.touch(value)
        return gate.read(value, name)

    def is_out_of_reach(self, value: Any, name: str) -> bool:
        if type(value) is Super or any({name, "__getattribute__"} & vars(each).keys() for each in _classes_of(value)):
            return False  # the program says what is there
        try:
            self.read_attribute(value, name)
        except OutOfReach:
            return True
        except AttributeError:
            return False
        return False

    def write_attribute(self, value: Any, name: str, content: Any) -> None:
        if isinstance(value, VMFunction | BoundMethod):
            functions.write(self._vm, value, name, content)
        else:
            gate_writes.write(value, name, content)

    def delete_attribute(self, value: Any, name: str) -> None:
        if isinstance(value, VMFunction | BoundMethod):
            functions.delete(self._vm, value, name)
        else:
            gate_writes.delete(value, name)

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

    def ask_host(self, operation: str, kind: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        return hosting.ask(self._vm, operation, kind, args, kwargs)

    def caller_module(self) -> str:
        own, frame = self.module(), self._vm.frame
        while frame is not None and frame.loaded.module == own:
            frame = frame.caller
        return own if frame is None else frame.loaded.module

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

    def limits(self) -> RunLimits:
        return self._vm.limits

    def pay(self, ticks: int) -> None:
        self._vm.ticks -= ticks

    def charge(self) -> None:
        self._vm.ticks -= 1
        check_overdraft(self._vm)

    def is_instance(self, value: Any) -> bool:
        return is_instance(value)

    def members_to_name(self, made: type) -> list[tuple[str, Any]]:
        return members_to_name(made)

    def is_protocol(self, kind: type) -> bool:
        return is_protocol(kind)

    def host_of(self, kind: type) -> type | None:
        if class_info(kind) is not None:
            return None
        return COUNTERPARTS.get(kind) or HOSTS.get(kind) or kind

    def registered(self) -> list[tuple[type, type]]:
        modules: dict[str, dict[str, Any]] = self._vm.state.modules
        return modules[REGISTRY]["pairs"] if REGISTRY in modules else []

    def register(self, owner: type, member: type) -> None:
        variables = self._vm.state.modules.setdefault(REGISTRY, {"pairs": []})
        self._vm.tracker.touch(variables["pairs"])
        variables["pairs"].append((owner, member))

    def text_of(self, value: Any) -> str:
        return text_of(value)

    def bind_method(self, function: Any, instance: Any) -> Any:
        return BoundMethod(function, instance)

    def say(
        self, level: str, text: str, logger: str = "", stacklevel: int = 0, extra: Mapping[str, str] = NOTHING
    ) -> None:
        source, line = self._line(stacklevel) if stacklevel else ("", 0)
        self._vm.effects.append(Log(level, text, logger, source, line, dict(extra)))

    def _line(self, stacklevel: int) -> tuple[str, int]:
        """Where a function of the program stands that is so many calls out; those of the prelude do not count."""
        found, frame = ("", 0), self._vm.frame
        while frame is not None and stacklevel > 0:
            line = line_of(frame)
            if not line.source.startswith("<"):
                found, stacklevel = (line.source, line.line), stacklevel - 1
            frame = frame.caller
        return found

    def handled(self) -> BaseException | None:
        return raising.handled(self._vm, self._vm.frame)

    def thrown(self, args: tuple[Any, ...]) -> BaseException:
        return generators.error_of(*args)

    def now(self) -> int:
        return self._vm.state.now

    def give_policy(self, awaitable: Any, policy: bytes) -> bool:
        return runs.give_policy(self._vm, awaitable, policy)

    def draw(self) -> bytes:
        """The next bytes of a sequence that the seed fixes; how many were drawn is part of the state."""
        state = self._vm.state
        state.draws += 1
        return hashlib.blake2b(state.draws.to_bytes(8, "big"), digest_size=32, key=state.seed).digest()
