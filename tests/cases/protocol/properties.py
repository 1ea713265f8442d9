class P:
    def __init__(self): self._v = 1
    @property
    def v(self): print("get"); return self._v
    @v.setter
    def v(self, x): print("set", x); self._v = x
    @v.deleter
    def v(self): print("del"); del self._v
    @property
    def ro(self): return 5
    @property
    def err(self): return self.missing
    @property
    def fn(self): return lambda *a, **k: ("called", a, k)
p = P()
attempt(lambda: p.v)
def setv(x): p.v = x
attempt(setv, 7)
attempt(lambda: p.v)
def delv(): del p.v
attempt(delv)
attempt(lambda: p.v)
def setro(): p.ro = 1
attempt(setro)
def delro(): del p.ro
attempt(delro)
attempt(lambda: p.err)
attempt(lambda: p.nothing)
attempt(lambda: p.fn(1, k=2))
attempt(lambda: getattr(p, "ro"))
attempt(lambda: getattr(p, "nothing", "dflt"))
attempt(lambda: getattr(p, "err", "dflt"))
attempt(lambda: getattr(p, "nothing"))
attempt(lambda: hasattr(p, "err"))
attempt(lambda: hasattr(p, "ro"))
attempt(lambda: setattr(p, "v", 3))
attempt(lambda: delattr(p, "v"))
attempt(lambda: delattr(p, "v"))
attempt(lambda: getattr(p, 3))
