"""Objects of data classes enter and leave a run: real ones outside, the run's own inside, the same names and parts."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest
from differential import HEAD, NAME, compiled, program_of
from vm_runs import Seen, observe

from waymark.vm.crossing import ValueDrift
from waymark.vm.surface import Log, StartAction
from waymark.vm.wire import BadValue, Unencodable, decode_value, encode_value

CLASSES = """
from dataclasses import dataclass, field
from enum import Enum, Flag, IntEnum
from typing import NamedTuple

class Color(Enum):
    RED = 1
    BLUE = 2

class Perm(Flag):
    R = 1
    W = 2

class Level(IntEnum):
    LOW = 1

class Point(NamedTuple):
    x: int
    y: int = 2
    def total(self): return self.x + self.y

@dataclass
class Line:
    sku: str
    color: Color = Color.RED
    def shout(self): return self.sku.upper()

@dataclass(frozen=True)
class Order:
    id: int
    lines: "list[Line]" = field(default_factory=list)
    at: Point = Point(1)
    def count(self): return len(self.lines)
"""
ACTIONS = """
@action
async def act(value=None, *more) -> "Order | Perm | Level": ...
"""


@pytest.fixture
def real() -> Iterator[ModuleType]:
    """The module of the classes as an application has imported it."""
    module = ModuleType(NAME)
    sys.modules[NAME] = module
    exec(compile(CLASSES, f"{NAME}.py", "exec", dont_inherit=True), vars(module))
    yield module
    del sys.modules[NAME]


def ran(body: str, arguments: dict[str, Any], results: list[Any], parameters: str = "") -> tuple[Seen, list[Any], str]:
    """What a run came to, what its actions were given (as a worker sees it), and what it printed."""
    lines = "".join(f"        {line}\n" for line in body.strip().splitlines())
    head = f"{HEAD}{CLASSES}{ACTIONS}@workflow\nclass Script(Workflow):\n    async def run(self{parameters}):\n"
    asked: list[Any] = []
    printed: list[str] = []

    def answer(start: StartAction) -> Any:
        asked.append(decode_value(encode_value(start.args)))
        return decode_value(encode_value(results[len(asked) - 1]), inside=True)

    def note(effect: object) -> None:
        if isinstance(effect, Log):
            printed.append(effect.text)

    given = decode_value(encode_value(arguments), inside=True)
    seen = observe(program_of(compiled(head + lines)), given, answer, ticks=(2,), on_effect=note)
    return seen, asked, "".join(printed)


def test_arguments_and_results_are_objects_of_the_run_and_members_are_the_same_ones(real: ModuleType) -> None:
    body = """
order, again = await act(order, Color.RED), order
print(order, order.count(), order.lines[0].color is Color.BLUE, order.at.total(), isinstance(again, Order))
found = await act([order, order])
print(found[0] is found[1], found[2][Color.RED] is Perm.R | Perm.W, found[3] is Level.LOW, found[4])
return found
"""
    order = real.Order(7, [real.Line("z", real.Color.BLUE)])
    shared = real.Order(1)
    many = [shared, shared, {real.Color.RED: real.Perm.R | real.Perm.W}, real.Level.LOW, (real.Point(4),)]
    seen, asked, printed = ran(body, {"order": order}, [order, many], ", order: Order")
    assert printed.splitlines() == [
        "Order(id=7, lines=[Line(sku='z', color=<Color.BLUE: 2>)], at=Point(x=1, y=2)) 1 True 3 True",
        "True True True (Point(x=4, y=2),)",
    ]
    assert asked == [(order, real.Color.RED), ([order, order],)]
    assert asked[0][1] is real.Color.RED and type(asked[0][0]) is real.Order
    assert decode_value(encode_value(seen.result)) == many


def test_a_class_that_only_annotations_name_is_there(real: ModuleType) -> None:
    seen, _, printed = ran("print((await act()).lines[0].shout())", {}, [real.Order(1, [real.Line("abc")])])
    assert (printed, seen.error) == ("ABC\n", None)


def test_a_class_that_has_changed_never_gets_into_the_run_and_both_lists_of_fields_are_told(real: ModuleType) -> None:
    exec("@dataclass\nclass Line:\n    sku: str\n    size: int = 3\n", vars(real))
    line = real.Line("a")
    told = r"^the result of action .*:act does not fit .*: Line has the fields sku, color; what came has sku, size$"
    with pytest.raises(ValueDrift, match=told):
        ran("print(Line)\nreturn await act()", {}, [line])


def test_an_argument_whose_class_has_changed_ends_the_run(real: ModuleType) -> None:
    exec("class Color(Enum):\n    GREEN = 7\n", vars(real))
    seen, _, _ = ran("return c", {"c": real.Color.GREEN}, [], ", c: Color")
    assert "7 is no value of a member of Color" in str(seen.error)


def test_a_class_of_a_function_does_not_cross() -> None:
    def made() -> Any:
        class Local(tuple):
            _fields = ("x",)

        return Local((1,))

    with pytest.raises(Unencodable, match=r"^value\[0\]: .*Local is made in a function"):
        encode_value([made()])


def test_a_data_class_with_contents_of_a_builtin_type_does_not_cross_without_them(real: ModuleType) -> None:
    exec("@dataclass\nclass Stack(list):\n    sku: str = 'a'\n", vars(real))
    with pytest.raises(Unencodable, match=r"^value\[0\]: Stack extends list, whose contents do not cross: give it"):
        encode_value([real.Stack()])


def test_what_is_no_field_does_not_cross(real: ModuleType) -> None:
    line = real.Line("a")
    line.more = 3
    with pytest.raises(Unencodable, match=r"^value\[0\]: Line holds `more`, which is no field of it$"):
        encode_value([line])


def test_nothing_is_imported_for_bytes(real: ModuleType) -> None:
    data = encode_value(real.Line("a"))
    del sys.modules[NAME]
    with pytest.raises(BadValue, match="no module program with a Line is imported here"):
        decode_value(data)
    sys.modules[NAME] = real


def test_objects_and_containers_that_hold_each_other_come_back_so(real: ModuleType) -> None:
    order = real.Order(1)
    order.lines.append(order)
    back = decode_value(encode_value([order, {order.id: (order,)}]))
    assert back[0].lines[0] is back[0] and back[1][1][0] is back[0]
