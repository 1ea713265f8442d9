"""Scenes of objects that several others hold: containers, instances, closures and generators, changed over pauses."""

from __future__ import annotations

from .maker import Maker, statement
from .scenes_of_errors import NEEDED, guarded
from .scenes_of_values import pause_of

GRAPHS = NEEDED + ", nested functions, nested classes, generators, iterators, lambdas, methods"


@statement(weight=4, needs=GRAPHS)
def graph(make: Maker) -> list[str]:
    """One object in a list, a dict, an attribute, a closure, a default and a generator, all of which change it."""
    chance, gen, node = make.chance, make.fresh("gen"), make.fresh("Node")
    core = chance.pick(
        (
            "[0]",
            "{'a': 0}",
            f"{node}(0)",
            "[[0]] * 2",
            "{1: []}",
            "[Hue.RED]" if make.has("data classes and enums") else "[1]",
        )
    )
    lines = [
        f"class {node}:",
        "    def __init__(self, held):",
        "        self.held = held",
        f"core = {core}",
        "rows, named = [core, [core]], {'k': core, 'rows': None}",
        "named['rows'] = rows",
        f"other = {node}(core)",
        "def tell(default=core):",
        "    return default is core, core is other.held, rows[0] is named['k'], rows[1][0] is default",
        f"def {gen}(mine):",
        "    while True:",
        "        got = yield mine is core, mine is other.held",
        "        rows.append(got)",
        f"steps = {gen}(rows[0])",
        "print(next(steps))",
    ]
    uses = [
        "rows.append(rows)",
        "other.more = rows[1]",
        "other.self = other",
        "rows[1].append(named)",
        "print(steps.send('sent'))",
    ]
    uses += [
        "core = [core]",
        "other.held = rows[-1]",
        "rows[0] = rows[1]",
        "named['steps'] = steps",
        "core.append(1)",
        "core['new'] = rows",
    ]
    uses += [
        "core.held = named",
        "del named['k']",
        "rows[:] = rows[:2]",
        "named = {**named}",
        "print(next(named['steps']))",
        "print(*tell())",
    ]
    for use in [chance.pick(uses) for _ in range(chance.between(3, 6))]:
        lines += [*guarded(make, use), *(pause_of(make) if chance.percent(60) else [])]
    return [*lines, "print(next(steps))", *guarded(make, "print(tell())"), "steps.close()"]


@statement(weight=3, needs=NEEDED + ", sets, methods")
def changes_while_iterated(make: Maker) -> list[str]:
    """A set, a dict or a view of one changes under its loop or its iterator, which pauses: "changed size"."""
    chance, name = make.chance, make.fresh("many")
    if chance.percent(50):
        value, source = "{1}", name
        change = chance.pick(("{0}.add(2)", "{0}.discard(1)", "{0}.add(1)", "{0}.clear()", "{0} |= {{2}}"))
    else:
        value, source = (
            "{'a': 1, 'b': 2}",
            chance.pick((name, f"{name}.items()", f"{name}.values()", f"reversed({name})")),
        )
        change = chance.pick(
            ("{0}['c'] = 3", "{0}['a'] = 3", "{0}.popitem()", "{0}.setdefault('c')", "{0} |= {{'d': 1}}")
        )
    loop = [
        f"for each in {source}:",
        *[f"    {line}" for line in (*pause_of(make), change.format(name), "print(each)")],
    ]
    steps = [
        f"walk = iter({source})",
        "print(next(walk))",
        *pause_of(make),
        change.format(name),
        "print(next(walk, 'end'))",
    ]
    lines = [f"{name} = {value}", *guarded(make, *(loop if chance.percent(50) else steps))]
    return [*lines, *pause_of(make), f"print(len({name}), sorted(map(str, {name})))"]


@statement(weight=3, needs=NEEDED + ", nonlocal, generators, iterators, nested functions")
def shared_by_many(make: Maker) -> list[str]:
    """Cells that functions, a generator, a class body and a comprehension share."""
    outer, chance = make.fresh("shares"), make.chance
    lines = [
        f"def {outer}(count, kept):",
        "    def write(value):",
        "        nonlocal count",
        "        count = value",
        "        kept.append(value)",
        "    def steps():",
        "        nonlocal count",
        "        while len(kept) < 9:",
        "            got = yield count, len(kept)",
        "            count = got or [count]",
        "    class Reads:",
        "        first = count",
        "        def now(self):",
        "            return count, kept, write",
        "    return write, steps(), Reads(), [lambda: (count, turn) for turn in (1, 2)], lambda: kept",
        f"write, steps, reads, many, tell = {outer}({make.leaf('int')}, [0])",
    ]
    uses = (
        f"write({make.leaf('int')})",
        "print(next(steps))",
        "print(steps.send('sent'))",
        "print(reads.now()[:2])",
        "tell().append(3)",
    )
    uses += (
        "print([each() for each in many])",
        "print(reads.first, tell() is reads.now()[1])",
        "reads.now()[2]('again')",
        "many.append(tell)",
    )
    for use in [chance.pick(uses) for _ in range(chance.between(3, 6))]:
        lines += [*(guarded(make, use) if "send" in use else [use]), *(pause_of(make) if chance.percent(60) else [])]
    return [*lines, "print(tell(), [each() for each in many])", "steps.close()"]
