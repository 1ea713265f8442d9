class E:
    def __init__(self, v):
        self.v = v

    def __eq__(self, other):
        print("eq", self.v, other.v if isinstance(other, E) else other)
        return self.v == (other.v if isinstance(other, E) else other)

    def __hash__(self):
        return 7

    def __repr__(self):
        return f"E{self.v}"


class Items:
    def __init__(self, *items):
        self.items = items

    def __iter__(self):
        print("iter")
        for item in self.items:
            print("item", item)
            yield item


class Index:
    def __index__(self):
        print("index")
        return 1


xs = [E(1), 2, E(3), 2]
attempt(lambda: xs.index(E(3)))
attempt(lambda: xs.index(E(4)))
attempt(lambda: xs.count(E(2)))
attempt(lambda: xs.count(2))
attempt(lambda: xs.remove(E(2)))
attempt(lambda: xs)
attempt(lambda: xs.remove(E(9)))
attempt(lambda: (1, E(2)).index(E(2)))
attempt(lambda: (1, E(2)).index(E(3)))
attempt(lambda: (1, E(2)).count(E(2)))
attempt(lambda: xs.pop(Index()))
attempt(lambda: xs.insert(Index(), "in"))
attempt(lambda: xs)
attempt(lambda: [1, 2] == [1, E(2)])
attempt(lambda: [1, 2] < [1, E(2)])
attempt(lambda: [E(1)] == [E(1)])


def slices(*values):
    ys = list(range(5))
    for value in values:
        ys[1:3] = value
        print(ys)
    del ys[Index()]
    return ys


attempt(slices, Items(7, 8, 9), (x for x in "ab"), [E(1)], "cd")
attempt(slices, E(1))
attempt(slices, 3)

d = {E(1): "one"}
attempt(lambda: d[E(1)])
attempt(lambda: d[E(2)])
attempt(lambda: d.get(E(1)))
attempt(lambda: d.get(E(5), "none"))
attempt(lambda: E(1) in d)
attempt(lambda: d.setdefault(E(1), "two"))
attempt(lambda: d.pop(E(1)))
attempt(lambda: d)
attempt(lambda: d.update(Items(("a", 1), ("b", 2))))
attempt(lambda: d.update(Items("xy", [3])))
attempt(lambda: d)
attempt(lambda: d.update(Items(1), z=2))

s = {1, 2, 3}
attempt(lambda: sorted(s.union(Items(3, 4), [5])))
attempt(lambda: sorted(s.intersection(Items(3, 4, 1))))
attempt(lambda: sorted(s.difference(Items(3, 4))))
attempt(lambda: sorted(s.symmetric_difference(Items(3, 4))))
attempt(lambda: s.isdisjoint(Items(7, 1, 8)))
attempt(lambda: s.issubset(Items(1, 2, 3, 4)))
attempt(lambda: s.issuperset(Items(1, 9, 2)))
attempt(lambda: s.update(Items(6), Items(7)))
attempt(lambda: s.intersection_update(Items(1, 2, 6, 7)))
attempt(lambda: s.difference_update(Items(1)))
attempt(lambda: s.symmetric_difference_update(Items(2, 9)))
attempt(lambda: sorted(s))
attempt(lambda: s.update(3, Items(1)))
attempt(lambda: s.union(Items([])))
attempt(lambda: frozenset(Items(1, 2)) == frozenset([2, 1]))
attempt(lambda: sorted(frozenset([1]).union(Items(2))))
attempt(lambda: len({E(1), E(1), E(2)}))

attempt(lambda: ", ".join(Items("a", "b")))
attempt(lambda: ", ".join(Items("a", 2)))
attempt(lambda: ", ".join(E(1)))
attempt(lambda: b"-".join(Items(b"a", b"b")))
attempt(lambda: [0].extend(Items(1)))
attempt(lambda: [0].extend(E(1)))
attempt(lambda: bytes(Items(65, 66)))
attempt(lambda: bytearray(Items(65, 300)))
attempt(lambda: list(zip(*[Items(1, 2), Items(3, 4)])))
attempt(lambda: dict(zip(Items("a", "b"), Items(1, 2))))
attempt(lambda: [*Items(1), *Items(2)])
attempt(lambda: {**dict(Items(("k", 1)))})
attempt(lambda: max(Items(1, 5, 3)) - min(Items(4, 2)))
attempt(lambda: sum(Items(1, 2.5), Items and 10))
attempt(lambda: any(Items(0, "", 3, 4)) and all(Items(1, 0, 2)))
attempt(lambda: sorted(Items(3, 1, 2), key=lambda x: -x, reverse=True))
attempt(lambda: list(filter(lambda x: x > 1, map(lambda x: x + 1, Items(0, 1, 2)))))
attempt(lambda: "%s and %r" % (E(1), E(2)))
attempt(lambda: "{0} {x[0]} {1.v}".format(E(1), E(2), x=[E(3)]))
return "end"
