"""Classes of every form whose objects cross an edge: imported here, in a child process, and compiled into a run."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import attrs
import msgspec
from pydantic import BaseModel


class Colour(enum.Enum):
    RED = "red"
    BLUE = (1, 2)


class Level(enum.IntEnum):
    LOW = 1
    HIGH = 10


@dataclass
class Point:
    x: Any
    y: Any = None
    seen: list[Any] = field(default_factory=list)


class Pair(NamedTuple):
    first: Any
    second: Any = 2


class Model(BaseModel, extra="allow"):
    a: Any
    b: Any = None
    _hidden: Any = 1


class Record(msgspec.Struct):
    a: Any
    b: Any = None


@attrs.define
class Thing:
    a: Any
    b: Any = None


class Declined(Exception):
    def __init__(self, code: object, held: object = None) -> None:
        super().__init__(f"declined {code}")
        self.code = code
        self.held = held
