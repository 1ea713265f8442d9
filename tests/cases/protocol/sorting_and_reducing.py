class Lt:
    def __init__(self, v): self.v = v
    def __lt__(self, o): print(self.v, "<", o.v); return self.v < o.v
    def __gt__(self, o): print(self.v, ">", o.v); return self.v > o.v
    def __repr__(self): return "Lt%d" % self.v
    def __add__(self, o): return Lt(self.v + (o.v if isinstance(o, Lt) else o))
    __radd__ = __add__
print(sorted([Lt(2), Lt(1)]), max([Lt(1), Lt(2)]), min(Lt(3), Lt(2)), max(Lt(1), Lt(2), key=lambda x: -x.v), sum([Lt(1), Lt(2)]), sum((Lt(i) for i in range(3)), 10))
attempt(lambda: max((x for x in []), default="dflt"))
attempt(lambda: max(x for x in []))
attempt(lambda: min((x for x in []), key=lambda x: x))
attempt(lambda: max(1, 2, default=3))
attempt(lambda: max(Lt(1), Lt(2), default=3))
attempt(lambda: max([1], ky=3))
attempt(lambda: max())
attempt(lambda: max(lambda: 1))
attempt(lambda: max(3, 1, 2, key=lambda x: -x))
attempt(lambda: max([], key=lambda x: -x, default=8))
attempt(lambda: sum(x for x in ["a"]))
attempt(lambda: sum((x for x in ["a"]), "s"))
attempt(lambda: sum((x for x in [[1], [2]]), []))
attempt(lambda: sum((x for x in [0.1] * 10)))
attempt(lambda: sum((x for x in [1, 2]), start=5))
attempt(lambda: sum())
attempt(lambda: sum((x for x in [1]), 2, 3))
