# Every iterator of itertools: what it gives, what it refuses, and where an exception leaves it.
import itertools
from itertools import (
    accumulate,
    chain,
    combinations,
    combinations_with_replacement,
    compress,
    count,
    cycle,
    dropwhile,
    filterfalse,
    groupby,
    islice,
    pairwise,
    permutations,
    product,
    repeat,
    starmap,
    takewhile,
    tee,
    zip_longest,
)

from waymark import Workflow, action, workflow


@action
async def act(value=None): ...


class Faulty:
    """Gives 0, 1, 2 ..., but raises instead of 2, once."""

    def __init__(self):
        self.n = -1

    def __iter__(self):
        return self

    def __next__(self):
        self.n += 1
        if self.n == 2:
            raise KeyError(self.n)
        if self.n > 4:
            raise StopIteration
        return self.n


def drain(name, iterator, limit=8):
    seen = []
    for _ in range(limit):
        try:
            seen.append(next(iterator))
        except StopIteration:
            seen.append("end")
        except Exception as error:
            seen.append(repr(error))
    print(name, seen)


def letters():
    print("begin")
    yield from "abc"
    print("end")


def refused(name, make):
    try:
        make()
    except Exception as error:
        print(name, type(error).__name__, error)
    else:
        print(name, "taken")


@workflow
class Script(Workflow):
    async def run(self):
        drain("count", count())
        drain("count", count(5, -2), 3)
        drain("count", count(0.5, 0.25), 3)
        print(count(3), count(3, 2), repeat("x", 2), repeat(1))
        for made in (cycle(Faulty()), cycle([]), chain(Faulty(), "xy"), chain(), chain.from_iterable(["ab", "", "c"])):
            drain(type(made).__name__, made)
        drain("chain", chain([1], 5, [2]))
        drain("chain", chain(letters(), letters()), 7)
        drain("repeat", repeat(1, 2), 3)
        drain("repeat", repeat(1, -2), 1)
        drain("accumulate", accumulate([1, 2, 3]))
        drain("accumulate", accumulate([1, 2, 3], lambda a, b: a * b, initial=10), 5)
        drain("accumulate", accumulate(Faulty()))
        drain("accumulate", accumulate(["a", 1, "b"]), 4)
        drain("compress", compress("abcdef", [1, 0, 1, 0, 1]), 4)
        drain("compress", compress(Faulty(), [1] * 9), 6)
        drain("dropwhile", dropwhile(lambda x: x < 1, Faulty()), 6)
        drain("takewhile", takewhile(lambda x: x < 3, Faulty()), 6)
        drain("takewhile", takewhile(lambda x: x < 3, [1, 4, 1]), 3)
        drain("filterfalse", filterfalse(None, [0, 1, "", "a", []]), 4)
        drain("filterfalse", filterfalse(lambda x: x % 2, Faulty()), 5)
        drain("starmap", starmap(pow, [(2, 3), [3, 2], 5, (1, 1)]), 5)
        drain("pairwise", pairwise("abcd"), 4)
        drain("pairwise", pairwise("a"), 1)
        drain("pairwise", pairwise(Faulty()))
        for bounds in ((3,), (1, 3), (None, None, 2), (1, None), (0,), (2, 1), (0, 5, 3), (4, 9)):
            drain(f"islice {bounds}", islice("abcdefg", *bounds), 5)
        drain("islice", islice(Faulty(), 5))
        source = iter(range(10))
        print(list(islice(source, 3)), list(islice(source, 1, 3)), list(source))
        drain("zip_longest", zip_longest("ab", [1, 2, 3], fillvalue="-"), 4)
        drain("zip_longest", zip_longest(), 1)
        drain("zip_longest", zip_longest(Faulty(), "ab"))
        print(list(product("ab", [1, 2])), list(product("ab", repeat=2)), list(product()), list(product("ab", "")))
        print(list(permutations("abc")), list(permutations(range(4), 2)), list(permutations("ab", 3)))
        print(list(permutations("abc", 0)), list(combinations("abcd", 2)), list(combinations("abc", 0)))
        print(list(combinations("ab", 3)), list(combinations_with_replacement("abc", 2)))
        print(list(combinations_with_replacement("", 2)), list(combinations_with_replacement("ab", 0)))
        print([(key, list(group)) for key, group in groupby("aabccc")])
        print([(key, list(group)) for key, group in groupby(range(10), lambda x: x // 4)])
        groups = groupby([1, 1, 2, 2, 3])
        first = next(groups)
        second = next(groups)
        print(list(first[1]), next(second[1]), next(groups)[0], list(second[1]))
        print([key for key, _ in groupby("abba")], list(groupby([])))
        drain("groupby", (key for key, _ in groupby(Faulty())))
        left, right, third = tee(letters(), 3)
        print(next(left), next(left), next(right), await act(1), list(left), list(third), list(right))
        print(tee([], 0), len(tee("ab")), list(tee("ab", 1)[0]))
        more, again = tee(left)
        print(list(more), list(again))
        running = zip(count(1), cycle("xy"), accumulate(count()))
        held = chain.from_iterable(islice(running, 2) for _ in range(2))
        print(next(held), await act(2), list(held), next(running))
        refused("islice", lambda: islice("a"))
        refused("islice", lambda: islice("a", -1))
        refused("islice", lambda: islice("a", -5))
        refused("islice", lambda: islice("a", "x"))
        refused("islice", lambda: islice("a", -1, 2))
        refused("islice", lambda: islice("a", 1, 2, 0))
        refused("islice", lambda: islice("a", 1, 2, 3, 4))
        refused("count", lambda: count("a"))
        refused("repeat", lambda: repeat(1, "a"))
        refused("product", lambda: product("a", repeat=-1))
        refused("permutations", lambda: permutations("a", -1))
        refused("permutations", lambda: permutations("a", "b"))
        refused("combinations", lambda: combinations("a", -1))
        refused("tee", lambda: tee([], -1))
        refused("chain", lambda: chain.from_iterable(5))
        refused("cycle", lambda: cycle(5))
        refused("groupby", lambda: groupby(5))
        print(itertools.chain.__name__, itertools.chain.__module__, isinstance(held, itertools.chain))
