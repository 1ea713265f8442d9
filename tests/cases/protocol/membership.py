class E:
    def __init__(self, v): self.v = v
    def __eq__(self, o):
        print("eq", self.v, o.v if isinstance(o, E) else o)
        return self.v == (o.v if isinstance(o, E) else o)
    __hash__ = None
class N: pass
n = N()
class Flag:
    def __bool__(self):
        print("bool")
        return False
class K:
    def __init__(self, items): self.items = items
    def __contains__(self, x):
        print("contains")
        return self.items and self.items.count(x)
class K2:
    def __iter__(self):
        print("iter")
        return iter([1, E(2), 3])
class K3:
    def __getitem__(self, i):
        print("get", i)
        if i > 2: raise IndexError
        return i * 2
class K4:
    __contains__ = None
class K5:
    __iter__ = None
class K6:
    def __contains__(self, x): return Flag()
class K7:
    def __iter__(self): return 3
for c in (K([1]), K([]), K2(), K3(), K4(), K5(), K6(), K7(), n, [E(1), 2], (E(2),), {1: 2}, "abc", range(5)):
    attempt(lambda: 2 in c)
    attempt(lambda: 7 not in c)
    if not isinstance(c, K2):
        attempt(lambda: E(2) in c)
def g():
    yield 1
    print("more")
    yield E(2)
    yield 3
attempt(lambda: 2 in g())
attempt(lambda: 1 in g())
attempt(lambda: 9 not in g())
it = g()
return 1 in it, list(it)
