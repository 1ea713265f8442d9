"""Classes that no code writes to are made once a process; all others belong to the run, and nobody can tell."""

from __future__ import annotations

import gc
from typing import Any
from weakref import ref

import pytest
from differential import NAME, assert_same, compiled, program_of, script
from vm_runs import observe
from wrl_programs import SEED, Stored

from waymark.vm import loaded
from waymark.vm.machine import LimitExceeded, Machine
from waymark.vm.surface import Failed, Finished, Idle, Succeeded
from waymark.vm.values.fixed import fixed

ABOVE = """
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum, Flag, IntEnum
from functools import total_ordering
from typing import NamedTuple

"""


def statics(above: str, body: str = "return None") -> list[str]:
    """The names of the classes of a program that are static."""
    unit = compiled(script(body, above=ABOVE + above)).unit
    assert unit is not None
    return sorted(each.name.removeprefix(f"{NAME}:") for each in unit.classes)


@pytest.mark.parametrize(
    ("above", "body"),
    [
        ("class C:\n    x = 1\n    def f(self): return self.x", "return C().f()"),
        ("class C(Exception): pass", "raise C(1)"),
        ("class C:\n    def __init__(self): self.x = 1", "c = C()\nc.x = 2\nreturn c.x"),
        ("class C:\n    __slots__ = ('x',)\n    def __init__(self): self.x = 1", "return C().x"),
        ("@dataclass\nclass C:\n    x: int = 1\n    xs: list = field(default_factory=list)", "return repr(C())"),
        ("@dataclass(frozen=True, order=True)\nclass C:\n    x: int = 1", "return C(1) < C(2), hash(C()) == hash(C())"),
        ("@dataclass(slots=True)\nclass C:\n    x: int = 1", "return C(3).x"),
        ("class C(Enum):\n    A = 1\n    B = (2, 3)", "return C.B is C((2, 3)), [c.name for c in C]"),
        ("class C(IntEnum):\n    A = 1", "return C.A + 1"),
        ("class C(Enum):\n    A = 1\n    def __init__(self, n): self.n = n + 1", "return C.A.n"),
        ("class C(NamedTuple):\n    x: int\n    y: int = 2", "return C(1)._replace(x=5)"),
        ("class C:\n    D = timedelta(minutes=5)", "return C.D.seconds, C.D is C.D"),
        (
            'class C:\n    @property\n    def p(self): return 1\n    @classmethod\n    def m(cls): return cls()',
            'return C.m().p',
        ),
        ("class C:\n    class Inner:\n        x = 1", "return C.Inner().x, C.Inner.__qualname__"),
        ("def helper(): return 1\nclass C:\n    f = staticmethod(helper)", "return C.f is helper, C.f()"),
        ("LIMIT = 5\nclass C:\n    x = LIMIT", "return C.x"),
        ("def add(cls):\n    cls.y = 2\n    return cls\n@add\nclass C: pass", "return C.y"),
        (
            '@total_ordering\nclass C:\n    def __eq__(self, o): return True\n    def __lt__(self, o): return False',
            'return C() >= C()',
        ),
        ("class C: pass\ndef f(thing):\n    thing.x = 1", "c = C()\nf(c)\nreturn c.x, isinstance(c, C), type(c) is C"),
        ("class C:\n    def f(self): return D()\nclass D(C): pass", "return type(C().f()).__name__"),
        (
            'class C(ABC):\n    @abstractmethod\n    def f(self): ...\nclass D(C):\n    def f(self): return 1',
            'return D().f()',
        ),
    ],
)  # fmt: skip
def test_a_class_that_nobody_writes_to_is_static(above: str, body: str) -> None:
    assert "C" in statics(above, body)
    assert_same(script(f"await act()\n{body}", above=ABOVE + above))


@pytest.mark.parametrize(
    ("above", "body"),
    [
        ("class C: x = 1", "C.x = 2\nreturn C.x"),
        ("class C: x = 1", "C.x += 2\nreturn C.x"),
        ("class C: x = 1", "del C.x\nreturn hasattr(C, 'x')"),
        ("class C: x = 1", "setattr(C, 'x', 2)\nreturn C.x"),
        ("class C: x = 1", "for C.x in (1, 2): pass\nreturn C.x"),
        ("class C: x = 1", "[C.x, y] = 5, 6\nreturn C.x"),
        ("class C: x = 1\nC.y = 2", "return C.y"),
        ("class C:\n    x = 1\n    @classmethod\n    def m(cls): cls.x += 1", "C.m()\nreturn C.x"),
        ("class C:\n    x = 1\n    def m(self): type(self).x += 1", "C().m()\nreturn C.x"),
        ("class C:\n    x = 1\n    def m(self): self.__class__.x += 1", "C().m()\nreturn C.x"),
        ("class C:\n    x = 1\n    def m(self): __class__.x += 1", "C().m()\nreturn C.x"),
        ("class B:\n    def m(self): type(self).x = 1\nclass C(B): pass", "C().m()\nreturn C.x"),
        ("class C:\n    def f(self): pass", "C.f.calls = 1\nreturn C.f.calls"),
        ("class C: x = 1\ndef bump(k): k.x = 5", "bump(C)\nreturn C.x"),
        ("class C: x = 1", "k = C\nk.x = 5\nreturn C.x"),
        ("class C: x = 1", "for k in [C]: k.x = 5\nreturn C.x"),
        ("class C: x = []", "C.x.append(1)\nreturn C.x"),
        ("class C:\n    def f(self, xs=[]): xs.append(1); return xs", "C().f()\nreturn C().f()"),
        ("class C(Enum):\n    A = 1", "C.A.note = 5\nreturn C.A.note"),
        (
            'class C(Enum):\n    A = 1\n    n = property(lambda self: 1)\n'
            '    def up(self): self.x = 5; return self.x',
            'return C.A.up()',
        ),
        ("class C(Flag):\n    A = 1\n    B = 2", "return (C.A | C.B) is (C.A | C.B)"),
        ("class C: x = object()", "return C.x is C.x"),
        ("N = [1]\nclass C: x = N", "N.append(2)\nreturn C.x"),
        ("if True:\n    x = 1\nseen = []\nclass C:\n    seen.append(1)", "return seen"),
        ("def f(): return 1\nclass C:\n    g = staticmethod(f)", "f.x = 1\nreturn C.g.x"),
        (
            'def make():\n    try: return C()\n    except NameError: return None\nEARLY = make()\nclass C: pass',
            'return EARLY, C() is None',
        ),
        ("class C:\n    def f(self): return 1\n    f.x = 2", "C.f.x = 3\nreturn C.f.x"),
    ],
)  # fmt: skip
def test_a_class_that_the_program_can_write_to_belongs_to_the_run(above: str, body: str) -> None:
    assert "C" not in statics(above, body)
    assert_same(script(f"await act()\n{body}", above=ABOVE + above))


def test_static_classes_take_no_part_in_init_and_in_snapshots() -> None:
    above = ABOVE + "class C: pass\n@dataclass\nclass D:\n    x: int = 1"
    unit = compiled(script("x = await act()\nreturn C, D(), x", above=above)).unit
    assert unit is not None
    assert unit.inits == ()
    bare = compiled(script("x = await act()\nreturn x")).unit
    assert bare is not None
    assert _first_snapshot(above, "x = await act()\nreturn C, D(), x") == _first_snapshot(
        "", "x = await act()\nreturn x"
    )


def _first_snapshot(above: str, body: str) -> int:
    machine = Machine.start(_program(above, body), {}, seed=SEED)
    assert isinstance(machine.run(1000, 0), Idle)
    delta = machine.delta()
    return len(delta.root) + sum(map(len, delta.put.values()))


def _program(above: str, body: str) -> Any:
    compilation = compiled(script(body, above=above))
    assert compilation.unit is not None, compilation.diagnostics
    return program_of(compilation)


@pytest.mark.parametrize(
    ("above", "body", "what"),
    [
        ("class C: x = 1", "list(map(type, [C()]))[0].x = 2", "`x` of C"),
        ("class C:\n    def f(self): pass", "[C.f][0].calls = 2", "`calls` of C.f"),
        ("class C(Enum):\n    A = 1", "for m in C:\n    m.other = 2", "`other` of C"),
        ("class C(Enum):\n    A = 1", "for m in C:\n    m.__dict__['x'] = 2", "`__dict__` of C"),
        ("class C: pass\nclass B:\n    pass", "for k in B.__mro__[:1]: k.x = 1", "`x` of B"),
        ("@dataclass\nclass C:\n    x: int = 1", "getattr(C, '__data' + 'class_fields__')['y'] = 1", "_fields__"),
    ],
)  # fmt: skip
def test_a_write_that_nobody_could_see_ends_the_run(above: str, body: str, what: str) -> None:
    running = _program(
        ABOVE + above, f"try:\n    {body.replace(chr(10), chr(10) + '    ')}\nexcept BaseException:\n    return 1"
    )
    seen = observe(running, {})
    assert isinstance(seen.error, LimitExceeded), seen
    assert what in str(seen.error)


INTERLEAVED = """
    xs = []
    for n in range(3):
        item = Item(await act(n))
        item.note = n
        xs.append((item, Color.RED, C.make, repr(item)))
        assert isinstance(item, Item) and xs[0][1] is Color.RED
    return [(x.n, x.note, c.value, r) for x, c, _, r in xs]
"""
OF_TWO = """
@dataclass
class Item:
    n: int
class Color(Enum):
    RED = 1
class C:
    @classmethod
    def make(cls): return cls()
"""


def test_two_runs_of_one_process_never_see_each_other() -> None:
    running = _program(ABOVE + OF_TWO, INTERLEAVED)
    machines = [Machine.start(running, {}, seed=SEED) for _ in range(2)]
    results: list[Any] = [None, None]
    answers = [0, 0]
    while None in results:
        for place, machine in enumerate(machines):
            if results[place] is not None:
                continue
            pause = machine.run(3, 0)
            if isinstance(pause, Finished | Failed):
                results[place] = pause
            for effect in pause.effects:
                machine.settle([(effect.request, Succeeded(10 * place + answers[place]))])  # type: ignore[union-attr]
                answers[place] += 1
    assert [result.value for result in results] == [
        [(10 * place + n, n, 1, f"Item(n={10 * place + n})") for n in range(3)] for place in (0, 1)
    ]


def test_identities_hold_after_a_restore_in_a_process_that_made_the_classes_anew() -> None:
    above = ABOVE + OF_TWO + "class D(C):\n    t = tuple([1, 2])\n    f = C.make"
    body = """
        held = [Item, Color.RED, C, D.t, Item(5), C.make, Item.__init__, D.make]
        await act()
        i, red, c, t, item, make, init, made = held
        return (i is Item, red is Color.RED, c is C, t is D.t, type(item) is Item, make == C.make,
            init is Item.__init__, made().__class__ is D, Color(1) is red)
    """
    running = _program(above, body)
    machine = Machine.start(running, {}, seed=SEED)
    (effect,) = machine.run(1000, 0).effects
    stored = Stored()
    stored.commit(machine)
    first = ref(machine._vm.statics.class_(running.entry, 0))
    assert fixed(first()) is not None
    del machine
    loaded._LOADED.clear()
    gc.collect()
    machine = stored.restore(running.units)
    assert first() is None
    machine.settle([(effect.request, Succeeded(1))])  # type: ignore[union-attr]
    pause = machine.run(1000, 0)
    assert isinstance(pause, Finished) and all(pause.value), pause
