"""Types of the machine's own values, which `types` has names for: the machine puts its own in the place of these."""

from __future__ import annotations

from typing import NoReturn


class OwnType:
    """Stands in the catalogue for a type that only the machine knows. `name` is that of the type in a snapshot."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def __call__(self, *args: object, **kwargs: object) -> NoReturn:
        raise AssertionError(f"the machine has a type of its own for {self.name}")


# Full name -> the name of the type in a snapshot.
OWN_TYPES: dict[str, str] = {
    "types.FunctionType": "function",
    "types.MethodType": "method",
    "types.GeneratorType": "generator",
    "types.CoroutineType": "coroutine",
    "types.AsyncGeneratorType": "async_generator",
    "types.NoneType": "NoneType",
    "types.EllipsisType": "ellipsis",
    "types.NotImplementedType": "NotImplementedType",
}
# CPython has one type under both names.
OWN_ALIASES: dict[str, str] = {"types.LambdaType": "types.FunctionType/1"}
