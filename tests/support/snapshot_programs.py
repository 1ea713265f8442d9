"""The programs whose snapshots are kept. A stored one never changes: see `snapshot_corpus.py`."""

from __future__ import annotations

# Name -> classes and functions above the workflow, its body, the pause at which it is stored, ticks of a slice.
PROGRAMS: dict[str, tuple[str, str, int, int]] = {
    "plain": (
        "",
        """
        order, rows, total = {"id": 7, "price": 12.5}, [[1, 2], [3, "x"]], 0
        for number in range(6):
            reply = await act(number)
            order["id"] = reply
            rows[number % 2].append(reply)
            total += number * 2
        return total, order, rows
        """,
        3,
        10_000,
    ),
    "calls": (
        """
        async def outer(x, *rest, named=None):
            held = [x]
            return held + [await inner(held, rest), named]

        async def inner(held, rest):
            first = await act(held)
            return [first, held, [await leaf(each) for each in rest]]

        async def leaf(x):
            return await act(x) or x
        """,
        "return await outer([1], 'a', 'b', named={'k': ()})",
        2,
        10_000,
    ),
    "finally": (
        """
        async def work(log):
            for turn in range(3):
                try:
                    log.append(turn)
                    if turn == 1:
                        raise ValueError("left")
                    await act(turn)
                except ValueError as error:
                    log.append(str(error))
                    await act("except")
                    break
                finally:
                    log.append(await act("finally"))
            return log
        """,
        "return await work([])",
        4,
        10_000,
    ),
    "generators": (
        """
        def count(n):
            try:
                got = []
                for number in range(n):
                    got.append((yield number))
                return got
            finally:
                print("closed", got)

        def outer(n):
            result = yield from count(n)
            yield ("inner gave", result)
            yield from (x * x for x in range(3))
        """,
        """
        running = outer(2)
        first = next(running)
        squares = (x * first + x for x in [1, 2, 3])
        got = [first, next(squares)]
        await act("half-way")
        got.append(running.send("sent"))
        await act("again")
        return got + list(squares) + list(running)
        """,
        1,
        10_000,
    ),
    "closures": (
        "",
        """
        total, log = 0, []
        def add(n, *, by=[1]):
            nonlocal total
            total += n * by[0]
            by[0] += 1
            return total
        def both():
            return total, log
        functions = [lambda n=n: (n, add(n)) for n in range(3)]
        log.append(add(5))
        await act("shared")
        log.append([f() for f in functions])
        await act("more")
        total += 100
        return both(), add.__name__
        """,
        1,
        10_000,
    ),
    "classes": (
        """
        class Base:
            made = []
            def __init__(self, name):
                self.name = name
                Base.made.append(self)
            @property
            def loud(self):
                return self.name.upper()
            @classmethod
            def of(cls, *names):
                return [cls(name) for name in names]
            def __eq__(self, other):
                return isinstance(other, Base) and self.name == other.name
            def __hash__(self):
                return hash(self.name)

        class Special(Base):
            limit = 3
            def __init__(self, name, extra=()):
                super().__init__(name)
                self.extra = extra
                self.me = self
            def __repr__(self):
                return f"Special({self.name!r}, {self.extra})"
        """,
        """
        held = Special.of("a", "b") + [Base("c")]
        method, read = held[0].__repr__, Special.loud
        held[1].extra = held[:1]
        await act("made")
        Special.limit += 1
        return [method(), held[2].loud, held[0].me is held[0], Special.limit, Base("a") in held, len(Base.made)]
        """,
        1,
        10_000,
    ),
    "keys": (
        """
        class Key:
            def __init__(self, number):
                self.number = number
            def __hash__(self):
                return self.number % 3
            def __eq__(self, other):
                return isinstance(other, Key) and self.number == other.number
        """,
        """
        keys = [Key(number) for number in range(7)]
        held = {key: key.number for key in keys}
        held[keys[0], "x"] = held[frozenset(keys[:2])] = "composed"
        tags = {1, "a", (2, 3), frozenset("xy")} | set(keys[:3])
        keys[6].number = 1000
        await act("stored")
        found = [held.get(Key(number)) for number in range(7)], held[keys[0], "x"], held[frozenset(keys[:2])]
        return found, Key(1) in tags, keys[6] in held, len(tags)
        """,
        1,
        10_000,
    ),
    "large": (
        "",
        """
        rows = [{"id": number, "tags": ["a"]} for number in range(1000)]
        by_id = {row["id"]: row for row in rows}
        many, text, data = set(range(300)), "x" * 10_000 + "\\u20ac", bytes(range(256)) * 40
        for turn in range(20):
            rows.append({"id": await act(turn)})
            rows.pop(0)
            del by_id[turn]
            many.discard(turn)
        same = sum(by_id.get(row["id"]) is row for row in rows)
        return len(rows), same, sum(many), len(text), len(data), rows[-1]
        """,
        12,
        100_000,
    ),
    "errors": (
        """
        class Refused(ValueError):
            def __init__(self, code, **more):
                super().__init__(f"refused: {code}")
                self.code = code
                self.more = more
        """,
        """
        held = None
        try:
            try:
                {}["missing"]
            except KeyError as error:
                raise Refused(7, why=[error]) from OSError(2, "no such file", "f")
        except Refused as error:
            held = error
            await act("handling")
            try:
                raise
            except Refused as again:
                same = again is held
        await act("after")
        inner = held.more["why"][0]
        return [same, str(held), held.code, repr(held.__cause__), held.__context__ is inner, inner.args, held.args]
        """,
        1,
        10_000,
    ),
    "cut": (
        """
        def weigh(x):
            total = 0
            for number in range(x):
                total += number
            return -total
        """,
        """
        total = 0
        for x in range(6):
            for y in [weigh(x), weigh(y := x * 2)]:
                total += y
        found = sorted(range(8), key=weigh)
        await act(total)
        return total, found, y
        """,
        5,
        7,
    ),
    "iterators": (
        "",
        """
        table, xs = {"a": 1, "b": 2, "c": 3}, [1, 2, 3, 4]
        pairs, items, walk = enumerate(zip(xs, "abcd"), 10), iter(table.items()), iter({5, 6, 7})
        lazy, text, back = map(str, filter(None, [0, 1, 2, 3])), iter("xyz"), reversed(xs)
        got = [next(each) for each in (pairs, items, walk, lazy, text, back)]
        await act("half-way")
        table["a"] = 9
        xs.append(5)
        got += [list(pairs), list(items), list(walk), list(lazy), list(text), list(back)]
        return got, list(table.keys()), list(range(10))[slice(1, 8, 3)]
        """,
        1,
        10_000,
    ),
}


# Tasks are not compiled from Python yet, so this one is written by hand.
FIBERS = """
async fn child(name, delay) {
    await sleep(delay)
    log.append(name)
    try {
        await sleep(delay)
        log.append(name + " again")
    } finally {
        log.append(name + " ends")
    }
    return name
}
fn told(gate) {
    log.append(gate.result())
}
async fn run(self) {
    a = task(child("a", 2), "a")
    b = task(child("b", 1), "b")
    slow = task(child("slow", 1), None)
    gate = future()
    gate.add_done_callback(told)
    await sleep(1)
    call_soon(told, (gate,))
    gate.set_result(["open", a.done()])
    slow.cancel("enough")
    found = [await b, await a]
    try {
        await slow
    } catch error {
        log.append((error.args, slow.cancelled()))
    }
    return (found, log, gate.result())
}
"""
BY_HAND = {"fibers": (FIBERS, 3, 3), "timers": (FIBERS, 2, 10_000)}
