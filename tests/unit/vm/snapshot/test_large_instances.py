"""Large instances of classes that extend list, dict, set: they stay what they are; a commit costs what changed."""

from __future__ import annotations

import pytest
from differential import assert_same, compiled, program_of, script

from waymark.vm.machine import Machine
from waymark.vm.surface import Finished, Ready

ABOVE = """
import asyncio
from collections import Counter

class Rows(list):
    pass

class Table(dict):
    pass

class Seen(set):
    pass

class Fixed(frozenset):
    pass

class Key:
    def __init__(self, n):
        self.n = n

    def __hash__(self):
        return self.n % 50

    def __eq__(self, other):
        return type(other) is Key and self.n == other.n

    def __repr__(self):
        return f"Key({self.n})"

class Strange(list):
    def __iter__(self):
        raise KeyError("nobody iterates")

    def __len__(self):
        return -1

    def __getitem__(self, place):
        return "nothing"

    def copy(self):
        return None

class Named(set):
    items = "a name of its own"

    def __len__(self):
        return 7

class Guarded(dict):
    def __setitem__(self, key, value):
        super().__setitem__(key, [value])

    def items(self):
        return "none"

    def __len__(self):
        return 1
"""

STEPS = {
    "rows": """
rows = Rows(range(300))
rows.name = "mine"
also = [rows, iter(rows)]
next(also[1])
for n in range(12):
    rows.append([n])
    rows[n * 20] = str(n)
    await asyncio.sleep(1)
    del rows[5:8]
    rows.insert(n, rows[0])
    await asyncio.sleep(1)
rows.sort(key=str)
await asyncio.sleep(1)
rows.reverse()
rows += rows
await asyncio.sleep(1)
found = len(rows), rows[0], rows[-1], also[0] is rows, next(also[1]), rows.name
del rows[20:]
await asyncio.sleep(1)
rows.extend(range(500))
await asyncio.sleep(1)
rows.me = rows
rows.append(rows)
await asyncio.sleep(1)
return found, rows[:30], rows[-1] is rows, rows.me is rows, type(rows).__name__
""",
    "table of several kinds of keys": """
table = Table((n, n) for n in range(200))
await asyncio.sleep(1)
keys = [Key(n) for n in range(200)]
for key in keys:
    table[key] = [key]
await asyncio.sleep(1)
table[keys[3]].append(1)
await asyncio.sleep(1)
table[Key(3)].append(2)
del table[keys[4]], table[4]
await asyncio.sleep(1)
found = len(table), table[keys[3]], Key(4) in table, [*table][-1] is keys[-1]
for key in keys:
    table.pop(key, None)
await asyncio.sleep(1)
table[5] = "five"
await asyncio.sleep(1)
table[1, "a"] = table
await asyncio.sleep(1)
for n in range(6, 200):
    table.pop(n)
await asyncio.sleep(1)
return found, len(table), table[5], table[1, "a"] is table, [*table]
""",
    "sets": """
seen, keys = Seen(range(200)), [Key(n) for n in range(300)]
plain, fixed = Seen(map(str, range(200))), Fixed(keys)
fixed.note = seen
for n in range(10):
    seen.add(keys[n * 7])
    seen.discard(n)
    plain ^= {str(n), -n}
    await asyncio.sleep(1)
found = len(seen), Key(7) in seen, Key(8) in seen, 5 in seen, 50 in seen, sorted(map(str, plain))[:9]
seen &= set(keys)
await asyncio.sleep(1)
seen |= set(range(400))
await asyncio.sleep(1)
return found, len(seen), len(fixed), fixed.note is seen, Key(3) in fixed, keys[7] in seen
""",
    "classes that say otherwise": """
strange, named, guarded = Strange(range(200)), Named(range(200)), Guarded((n, n) for n in range(200))
for n in range(5):
    strange.append(n)
    named.add(-n)
    guarded[n] = n
    guarded[Key(n)] = n
    await asyncio.sleep(1)
return (list.__len__(strange), list.__getitem__(strange, -1), set.__len__(named), -3 in named, dict.__len__(guarded),
        guarded[3], guarded[Key(2)], guarded[9], named.items)
""",
    "a set whose class and object have names of their own": """
class Mine(set):
    taken = "of the class"

    def items(self):
        return sorted(self)

    def _become(self, other):
        return "nothing"

mine = Mine([3, 1, 2])
mine.hashed = mine.taken = 5
await asyncio.sleep(1)
mine ^= {9}
mine.pop()
await asyncio.sleep(1)
return len(mine.items()), mine.hashed, mine.taken, Mine.taken, mine._become(1), 9 in mine
""",
    "counters": """
counts = Counter(range(300))
for n in range(5):
    counts[n] += n
    counts[Key(n)] += 1
    await asyncio.sleep(1)
return counts.most_common(4), counts[Key(3)], len(counts)
""",
    "an iterator over each": """
rows, table, seen = Rows(range(200)), Table((Key(n), n) for n in range(200)), Seen(range(200))
walks = [iter(rows), iter(table), iter(seen), reversed(rows)]
found = []
for n in range(5):
    found += [str(next(walk)) for walk in walks]
    await asyncio.sleep(1)
rows.append("more")
await asyncio.sleep(1)
return found, list(walks[0])[-1], len([*walks[1]]), len([*walks[2]]), next(walks[3])
""",
}


@pytest.mark.parametrize("steps", STEPS.values(), ids=STEPS.keys())
def test_they_are_at_each_pause_what_they_were(steps: str) -> None:
    assert_same(script(steps, above=ABOVE), ticks=[(2000,), ()])  # each pause is a restore of hundreds of values


def bytes_of_steps(made: str, step: str) -> tuple[int, list[int]]:
    """What the first commit writes, and each of ten later ones."""
    body = f"{made}\nfor i in range(12):\n    {step}\n    await asyncio.sleep(1)"
    machine = Machine.start(program_of(compiled(script(body, above=ABOVE))), {}, seed=bytes(16))
    sizes, now = [], 0
    while True:
        pause = machine.run(10_000_000, now)
        assert not isinstance(pause, Ready)
        delta = machine.delta()
        sizes.append(len(delta.root) + sum(map(len, delta.put.values())))
        machine.committed(delta)
        if isinstance(pause, Finished):
            return sizes[0], sizes[1:-1]
        now = machine.next_deadline() or now


@pytest.mark.parametrize(
    ("made", "step", "most"),
    [
        ("x = Rows(range(3000))", "x[i * 7] = -i", 800),
        ("x = Rows(range(3000))", "x.append(i)", 800),
        ("x = Seen(range(3000))", "x.add(-i)", 800),
        ("x = Table((n, n) for n in range(3000))", "x[i * 7] = -i", 1000),
        ("x = Table(((n, 'a'), n) for n in range(3000))", "x[i * 7, 'a'] = -i", 1500),
        ("k = [*map(Key, range(600))]\nx = Table((n, n.n) for n in k)", "x[k[i * 7]] = -i", 1500),
        ("x = Seen(map(Key, range(600)))", "x.add(Key(-i - 5))", 1500),
    ],
    ids=repr,
)
def test_a_commit_writes_what_changed(made: str, step: str, most: int) -> None:
    first, later = bytes_of_steps(made, step)
    assert first > 4 * most, first
    assert max(later) <= most, later
