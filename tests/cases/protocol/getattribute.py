class GA:
    def __init__(self): self.a = 1
    def __getattribute__(self, name):
        if name == "zz": return "zz"
        return super().__getattribute__(name)
    def __getattr__(self, name): return "fallback " + name
    def m(self): return self.a
g = GA()
print(g.a)
return g.a, g.zz, g.m(), g.other
