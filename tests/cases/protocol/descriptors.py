class D:
    def __init__(self, name): self.name = name
    def __get__(self, obj, kind=None):
        print("D.get", self.name, obj is None, kind.__name__)
        return self.name
    def __set__(self, obj, value):
        print("D.set", value)
        if value == 13: raise ValueError("unlucky")
class ND:
    def __get__(self, obj, kind=None): return "nd"
class U:
    d = D("d")
    n = ND()
    @staticmethod
    def st(x): return ("st", x)
    @classmethod
    def cl(cls, x): return (cls.__name__, x)
u = U()
attempt(lambda: u.d)
attempt(lambda: U.d)
attempt(lambda: u.n)
u.n = "own"
attempt(lambda: u.n)
def setd(x): u.d = x
attempt(setd, 1)
attempt(setd, 13)
attempt(lambda: u.st(1))
attempt(lambda: U.st(1))
attempt(lambda: u.cl(1))
attempt(lambda: U.cl(1))
u.k = 1
u.k += 5
attempt(lambda: u.k)
f = u.cl
print(f(2))
class P:
    @property
    def ro(self): return 5
class Sub(P):
    @property
    def ro(self): return super().ro + 1
    def __init__(self): super().__init__(); self.extra = 1
attempt(lambda: Sub().ro)
