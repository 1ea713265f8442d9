class H:
    def __getattr__(self, name):
        print("hook", name)
        if name.startswith("no"): raise AttributeError("hook: " + name)
        return lambda *a: (name, a)
    @property
    def bad(self): raise AttributeError("inner")
    def real(self): return "real"
h = H()
h.own = 3
attempt(lambda: h.own)
attempt(lambda: h.real())
attempt(lambda: h.foo(1, 2))
attempt(lambda: h.nope)
attempt(lambda: callable(h.bad))
attempt(lambda: hasattr(h, "no"))
attempt(lambda: getattr(h, "no", 1))
class S:
    def __setattr__(self, name, value):
        print("setattr", name, value)
        if name == "x": super().__setattr__(name, value * 2)
        else: super().__setattr__(name, value)
    def __delattr__(self, name):
        print("delattr", name)
        super().__delattr__(name)
s = S()
s.x = 2
s.y = 3
print(s.x, s.y)
del s.x
attempt(lambda: s.x)
class GA:
    def __init__(self): self.a = 1
    def __getattribute__(self, name):
        print("getattribute", name)
        if name == "zz": return "zz"
        return super().__getattribute__(name)
    def __getattr__(self, name): return "fallback " + name
    def m(self): return self.a
g = GA()
attempt(lambda: g.a)
attempt(lambda: g.zz)
attempt(lambda: g.m())
attempt(lambda: g.other)
