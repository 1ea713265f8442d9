class Lt:
    def __init__(self, v): self.v = v
    def __lt__(self, o): print(self.v, "<", o.v); return self.v < o.v
    def __gt__(self, o): print(self.v, ">", o.v); return self.v > o.v
    def __repr__(self): return "Lt%d" % self.v
    def __add__(self, o): return Lt(self.v + (o.v if isinstance(o, Lt) else o))
    __radd__ = __add__
class N: pass
class M:
    def keys(self): print("keys"); return ["a", "b"]
    def __getitem__(self, k): print("item", k); return k * 2
attempt(lambda: dict(M()))
attempt(lambda: dict(M(), c=1))
attempt(lambda: {**M(), "z": 1})
def kw(**k): return k
attempt(lambda: kw(**M()))
attempt(lambda: kw(a=1, **M()))
attempt(lambda: kw(**N()))
attempt(lambda: {**N()})
attempt(lambda: dict(N()))
attempt(lambda: dict((k, v) for k, v in [("a", 1), ("b", 2)]))
attempt(lambda: dict(x for x in [1]))
attempt(lambda: dict(x for x in ["abc"]))
attempt(lambda: dict(x for x in ["ab", (1, 2)]))
d = {}
attempt(lambda: d.update(M()))
attempt(lambda: d.update(((1, 2) for _ in range(1)), q=3))
print(d)
attempt(lambda: kw(*[], **{1: 2}))
attempt(lambda: [1, Lt(1), 2].index(2))
return "end"
