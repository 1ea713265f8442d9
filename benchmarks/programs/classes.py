"""A run that uses five classes behind its first await, and the same without any."""

from dataclasses import dataclass, field
from enum import Enum

from waymark import Workflow, action, workflow


@action
async def nothing(step: int) -> int:
    return step


class Color(Enum):
    RED = 1
    BLUE = 2


@dataclass
class Item:
    name: str
    color: Color = Color.RED
    tags: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Key:
    shop: int
    number: int = 0


class Refused(Exception):
    def __init__(self, key: Key) -> None:
        super().__init__(key)
        self.key = key


class Basket:
    limit = 10

    def __init__(self) -> None:
        self.items: list[Item] = []

    def add(self, item: Item) -> None:
        if len(self.items) == self.limit:
            raise Refused(Key(1))
        self.items.append(item)


@workflow
class WithClasses(Workflow):
    async def run(self) -> int:
        step = await nothing(1)
        basket = Basket()
        basket.add(Item("first", Color.BLUE))
        return step + len(basket.items)


@workflow
class WithoutClasses(Workflow):
    async def run(self) -> int:
        step = await nothing(1)
        basket = []
        basket.append(("first", 2))
        return step + len(basket)
