"""Containers, heaps, getters, types and abstract classes of the library in programs: CPython's answers, with pauses."""

from __future__ import annotations

import pytest
from differential import assert_same, compiled, script

TELL = """
from collections import *
from collections.abc import *
import abc, bisect, copy, heapq, itertools, operator, types, typing

def tell(function, *args):
    try:
        print(function(*args))
    except Exception as error:
        print(type(error).__name__, error)

class Named:
    def __init__(self, name):
        self.name = name
    def __eq__(self, other):
        print("eq", self.name, getattr(other, "name", other))
        return isinstance(other, Named) and self.name == other.name
    def __hash__(self):
        return hash(self.name)
    def __lt__(self, other):
        print("lt", self.name, other.name)
        return self.name < other.name
    def __repr__(self):
        return f"Named({self.name!r})"
"""
BODIES = {
    "a chain of maps asks keys for their hashes as often as CPython's": """
        class Told(Named):
            def __hash__(self):
                print("hash", self.name)
                return ord(self.name)
        m = {Told("a"): 1, Told("b"): 2}
        chain = ChainMap({}, m, m)
        print([key.name for key in chain])
        print(len(dict(chain)))
    """,
    "both ends of a deque": """
        d = deque([1, 2, 3], 4)
        d.append(4); d.append(5); d.appendleft(0)
        await act(1)
        print(d, d.maxlen, len(d), d[0], d[-1], d.popleft(), d.pop(), d)
        d.extend("ab"); d.extendleft("cd"); d.rotate(1); print(d); d.rotate(-2); print(d)
        d.reverse(); d[1] = "x"; del d[0]; d.insert(1, "y"); print(d, list(reversed(d)), "y" in d, bool(deque()))
        return d == deque(list(d)), d != deque(), d < deque([9]) if d and isinstance(d[0], int) else None
    """,
    "a deque that changes under an iterator": """
        d = deque(range(3))
        walk = iter(d)
        print(next(walk))
        await act(1)
        d.append(3)
        for _ in range(2):
            tell(next, walk, "over")
        again = iter(d)
        d[0] = 7
        print(list(again), operator.length_hint(iter(d)), operator.length_hint(reversed(d)))
        d.rotate(0)
        class Eats:
            def __eq__(self, other):
                d.clear()
                return False
        for method in (d.index, d.count, d.remove, d.__contains__):
            d.extend([1, 2])
            tell(method, Eats())
    """,
    "a deque refuses in CPython's words": """
        d = deque([1, 2])
        def store(): d["a"] = 1
        def drop(): del d[7]
        def freeze(): d.maxlen = 3
        def invent(): d.color = 3
        for refused in (
            lambda: d["a"], lambda: d[1:], lambda: d[9], lambda: d[1 << 70], store, drop, freeze, invent,
            lambda: deque().pop(), lambda: deque().popleft(), lambda: d.remove(9), lambda: d.index(9), lambda: d + [1],
            lambda: d * "a", lambda: d * 1.5, lambda: deque(1), lambda: deque([], -1), lambda: deque([], "a"),
            lambda: deque(1, 2, 3), lambda: deque(color=1), lambda: hash(d), lambda: d < [1], lambda: d.rotate("a"),
            lambda: deque([1], 1).insert(0, 2), lambda: d.color, lambda: [1] + d, lambda: d.index(1, "a"),
        ):
            tell(refused)
    """,
    "deques in deques, and deques of a class": """
        class Tape(deque):
            def __init__(self, *args):
                super().__init__(*args)
                self.label = "mine"
            def append(self, item):
                print("append", item)
                super().append(item)
        tape = Tape("ab", 3)
        tape.append("c"); tape.append(tape)
        await act(1)
        print(tape, tape.label, type(tape + tape).__name__, type(tape.__copy__()).__name__, isinstance(tape, deque))
        twin = copy.deepcopy(tape)
        print(twin[-1] is twin, twin.label, twin.maxlen, copy.copy(deque([1], 2)), deque([1]) * 3, 2 * deque("a"))
        other = deque([1]); other += [2]; other *= 2
        return list(other), deque.__module__, deque.__name__, repr(deque), type(iter(other)).__name__
    """,
    "the order of an OrderedDict": """
        od = OrderedDict(a=1, b=2); od["c"] = 3; od["a"] = 9
        od.move_to_end("a"); print(list(od.items())); od.move_to_end("c", last=False); print(list(od.items()))
        await act(1)
        print(od.popitem(), od.popitem(last=False), od, od == {"b": 2}, OrderedDict(a=1, b=2) == OrderedDict(b=2, a=1))
        print(od | {"z": 0}, {"y": 1} | od, od.keys(), od.values(), od.items(), list(reversed(od)), OrderedDict())
        for refused in (lambda: od.move_to_end("q"), lambda: OrderedDict().popitem(), lambda: od.pop("q"),
                        lambda: OrderedDict([1]), lambda: OrderedDict(1, 2), lambda: od["q"]):
            tell(refused)
        class Counts(OrderedDict):
            def __setitem__(self, key, value):
                print("set", key)
                super().__setitem__(key, value)
        counts = Counts(a=1); counts.update(b=2); counts.setdefault("c", 3)
        await act(2)
        od.me = od
        return counts, copy.copy(counts), copy.deepcopy(od).me is od, OrderedDict.fromkeys("ab", 0), od.pop("q", None)
    """,
    "a defaultdict makes what is missing": """
        made = []
        class Fresh:
            def __init__(self):
                made.append(self)
            def __repr__(self):
                return f"Fresh {len(made)}"
        d = defaultdict(Fresh, a=1)
        print(d["b"], d.get("c"), "c" in d, d)
        await act(1)
        print(d["b"] is made[0], len(made), d.default_factory is Fresh)
        d.default_factory = None
        tell(d.__getitem__, "z")
        groups = defaultdict(list)
        for word in "apple avocado banana".split():
            groups[word[0]].append(word)
            await act(word)
        nested = defaultdict(lambda: defaultdict(int)); nested["x"]["y"] += 1
        tell(lambda: defaultdict(1))
        return groups, nested["x"], groups | {"c": []}, copy.copy(groups), copy.deepcopy(groups) == groups, repr(groups)
    """,
    "counters count and combine": """
        c = Counter("abracadabra")
        print(c, c.most_common(2), c["z"], "z" in c, c.total(), "".join(c.elements()))
        await act(1)
        c.update("abc", d=2); c.subtract({"a": 4}); del c["nothing"]
        other = Counter(a=1, x=-2, b=3)
        print(c, c + other, c - other, c & other, c | other, +other, -other, other <= c, c > other, c != other)
        c += other; print(c); c -= other; c |= other; c &= other
        print(c, Counter([1, True, 1.0]), Counter(Named("n") for _ in "ab"))
        tell(Counter.fromkeys, "ab")
        class Votes(Counter): pass
        return Votes("aab"), Votes("aab").copy(), Counter({"a": 1}) == Counter(a=1, b=0), copy.deepcopy(c) == c
    """,
    "chains of mappings": """
        base = {"a": 1, "b": 2}
        m = ChainMap({}, base)
        m["a"] = 10
        child = m.new_child({"c": 3})
        await act(1)
        base["d"] = 4
        print(m, child, list(child), len(child), child["d"], "b" in child, child.parents == m, child.maps[2] is base)
        for refused in (lambda: m["q"], lambda: m.pop("b"), lambda: ChainMap().popitem(), lambda: m.__delitem__("b")):
            tell(refused)
        return dict(child), child | {"e": 5}, {"f": 6} | m, m.get("q", 7), child.copy().maps[0] is child.maps[0]
    """,
    "wrappers of dicts, lists and texts": """
        class Lower(UserDict):
            def __setitem__(self, key, value):
                super().__setitem__(key.lower(), value)
            def __missing__(self, key):
                return f"no {key}"
        low = Lower(A=1); low.update({"B": 2}, C=3)
        await act(1)
        print(low, low["zz"], low.data, low | {"d": 4}, low.copy())
        print(low.setdefault("e", 5), low.popitem(), low == {"a": 1})
        items = UserList([3, 1, 2]); items.sort(); items.extend(UserList("a")); items += (4,)
        print(items, items[1:], items * 2, [0] + items, items.index(3), items.count("a"), items == [1, 2, 3, "a", 4])
        text = UserString("Hello")
        return (
            text + "!", text.upper(), "x" + text, text[1:3], text == "Hello",
            hash(text) == hash("Hello"), text.split("l"), low, items
        )
    """,
    "abstract classes ask for methods, and give others": """
        class Bag(MutableSet):
            def __init__(self, items=()):
                self.items = list(dict.fromkeys(items))
            def __contains__(self, item): return item in self.items
            def __iter__(self): return iter(self.items)
            def __len__(self): return len(self.items)
            def add(self, item):
                if item not in self.items: self.items.append(item)
            def discard(self, item):
                if item in self.items: self.items.remove(item)
            def __repr__(self): return f"Bag({self.items})"
        bag = Bag("abc")
        bag |= {"d"}; bag -= {"a"}; bag ^= Bag("bz")
        await act(1)
        print(bag, bag & {"c"}, bag | "q", bag - {"c"}, bag ^ Bag("c"))
        print(bag <= {"c", "d", "z"}, bag == {"c", "d", "z"}, bag.pop(), bag.isdisjoint("x"))
        class Row(Sequence):
            def __init__(self, *cells): self.cells = cells
            def __getitem__(self, index): return self.cells[index]
            def __len__(self): return len(self.cells)
        row = Row(1, 2, 2)
        print(list(row), list(reversed(row)), row.index(2), row.count(2), 9 in row, isinstance(row, Collection))
        class Part(Mapping): pass
        tell(Part)
        match row:
            case [first, *rest]: print(first, rest)
        return issubclass(Row, Sequence), issubclass(Row, MutableSequence), Sequence.__mro__[1:3], type(bag)
    """,
    "who is of an abstract class": """
        class Sized1:
            def __len__(self): return 1
        class Hidden(Sized1):
            __len__ = None
        def generate(): yield 1
        kinds = (Hashable, Sized, Iterable, Iterator, Reversible, Container, Collection, Callable,
                 Sequence, MutableSequence,
                 Set, MutableSet, Mapping, MutableMapping, Generator, Awaitable)
        for value in (1, "a", [], (), {}, set(), range(1), {}.keys(), generate, generate(), iter([]), Sized1(),
                      Hidden(),
                      deque(), OrderedDict(), UserList(), zip(), None, Sized1, len, b"", bytearray(), ChainMap()):
            print(type(value).__name__, [kind.__name__ for kind in kinds if isinstance(value, kind)])
            await act(None)
        print(issubclass(dict, (Sequence, Mapping)), isinstance(3, Hashable | Sized) if False else None)
        match OrderedDict(a=1):
            case {"a": 1}: print("mapping")
        match {}:
            case Mapping(): print("by class")
    """,
    "classes are registered": """
        class Shape(abc.ABC):
            @abc.abstractmethod
            def area(self): ...
        class Square: pass
        class Small(Square): pass
        class Round(metaclass=abc.ABCMeta):
            @property
            @abc.abstractmethod
            def radius(self): ...
        print(isinstance(Square(), Shape), Shape.register(Square) is Square, isinstance(Square(), Shape))
        await act(1)
        Sequence.register(Small)
        Round.register(int)
        print(issubclass(Small, Shape), isinstance(Small(), Iterable), isinstance(3, Round), isinstance("a", Round))
        await act(2)
        tell(Shape.register, 3); tell(Square.register if hasattr(Square, "register") else len, 1)
        tell(Round); tell(Shape)
        tell(Small.mro if False else str, 1)
        return Round.__mro__[1:], Round.__bases__, isinstance(True, Round)
    """,
    "heaps": """
        heap = []
        for name in "dbca":
            heapq.heappush(heap, Named(name))
            await act(name)
        print(heapq.heappop(heap), heap, heapq.heappushpop(heap, Named("a")), heapq.heapreplace(heap, Named("z")))
        numbers = [5, 1, 4, 2]; heapq.heapify(numbers); print(numbers)
        merged = heapq.merge([1, 5], [2, 3], [0], key=lambda n: n)
        print(next(merged), next(merged))
        await act(1)
        print(list(merged), list(heapq.merge([3, 1], [2], reverse=True)))
        print(heapq.nlargest(2, numbers), heapq.nsmallest(9, numbers))
        print(heapq.nlargest(2, ["a", "ccc", "bb"], key=len), heapq.nsmallest(2, iter("zyxw")), heapq.nlargest(1, []))
        for refused in (lambda: heapq.heappop([]), lambda: heapq.heappush((), 1), lambda: heapq.heapify([1, "a"])):
            tell(refused)
    """,
    "places in sorted lists": """
        items = [1, 3, 3, 5]
        print(bisect.bisect(items, 3), bisect.bisect_left(items, 3))
        print(bisect.bisect_right(items, 9), bisect.bisect(items, 3, 0, 2))
        bisect.insort(items, 4); bisect.insort_left(items, 3)
        rows = [("a", 1), ("b", 5)]
        async def noisy(): return await act(2)
        at = bisect.bisect_left(rows, 3, key=lambda row: print("key", row) or row[1])
        bisect.insort(rows, ("c", await noisy()), key=operator.itemgetter(1))
        tell(bisect.bisect, items, 1, -1)
        return items, at, rows
    """,
    "getters and callers": """
        point = types.SimpleNamespace(x=1, inner=types.SimpleNamespace(y=[7, 8]))
        first, both = operator.itemgetter(0), operator.itemgetter(1, 0)
        reach, call = operator.attrgetter("x", "inner.y"), operator.methodcaller("split", "b", maxsplit=1)
        await act(1)
        print(first("ab"), both([1, 2]), reach(point), call("abab"), first)
        print(both, reach, call, operator.itemgetter(slice(2))("abc"))
        print(operator.is_(point, point), operator.call(max, 1, 2))
        print(operator.length_hint([1]), sorted([(2, 1), (1, 2)], key=both))
        for refused in (lambda: operator.attrgetter(1), lambda: operator.itemgetter(), lambda: operator.methodcaller(),
                        lambda: first([]), lambda: reach(1)):
            tell(refused)
        return point == types.SimpleNamespace(x=1), point
    """,
    "types and typing": """
        UserId = typing.NewType("UserId", int)
        proxy = types.MappingProxyType({"a": 1})
        def generate(): yield 1
        kind = types.FunctionType
        await act(1)
        print(UserId(5), UserId.__name__, UserId.__supertype__, proxy, proxy["a"], proxy | {"b": 2}, len(proxy))
        print(kind is types.LambdaType, isinstance(generate, kind))
        print(isinstance(generate(), types.GeneratorType), types.NoneType)
        print(isinstance(Named("a").__repr__, types.MethodType))
        tell(lambda: types.MappingProxyType([])); tell(typing.assert_never, 3)
        tell(proxy.__setitem__ if False else str, 2)
        @typing.final
        class Leaf:
            @typing.overload
            def f(self): ...
            def f(self): return 1
        return Leaf().f(), Leaf.__final__, isinstance(3, typing.SupportsInt), isinstance("", typing.SupportsIndex)
    """,
    "one function for each abstract class": """
        import functools
        class Long:
            def __len__(self): return 1
        class Both(Long):
            def __iter__(self): return iter(())
        @functools.singledispatch
        def show(value): return "any"
        for kind in (list, Mapping, Sized):
            show.register(kind, lambda value, name=kind.__name__: name)
        print([show(value) for value in ([], {}, OrderedDict(), "a", Long(), Both(), 3, deque(), iter([]))])
        await act(1)
        show.register(Iterable, lambda value: "iterable")
        show.register(MutableMapping, lambda value: "mutable")
        print([show(value) for value in ({}, iter([]), Both(), OrderedDict())])
        tell(show, "a"); tell(show, deque())
    """,
}


@pytest.mark.parametrize("name", BODIES)
def test_a_program_does_what_it_does_in_cpython(name: str) -> None:
    assert_same(script(BODIES[name], above=TELL))


def test_the_text_of_an_ordered_dict_is_the_hosts() -> None:
    assert_same(script("return repr(OrderedDict(a=1)), str(OrderedDict(b=OrderedDict()))", above=TELL))


@pytest.mark.parametrize(
    ("body", "advice"),
    [
        ("return types.CodeType", "interpreter's own objects"),
        ("return typing.get_type_hints(Named)", "annotations are not evaluated"),
        ("return typing.List", "collections.abc"),
        ("return abc.get_cache_token()", "abc.abstractmethod"),
        ("return types.new_class('A')", "class statement"),
    ],
)
def test_what_is_not_there_is_refused_with_what_to_do_instead(body: str, advice: str) -> None:
    (problem,) = compiled(script(body, above=TELL)).diagnostics
    assert advice in str(problem) or advice in problem.help()
