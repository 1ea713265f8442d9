class I:
    def __init__(self, n, bad=None): self.n = n; self.i = 0; self.bad = bad
    def __iter__(self): print("iter"); return self
    def __next__(self):
        print("next", self.i)
        if self.i == self.bad: raise ValueError("bad")
        if self.i >= self.n: raise StopIteration("end")
        self.i += 1
        return self.i
class Sq:
    def __getitem__(self, i):
        if i >= 3: raise IndexError("x")
        return i + 10
class Ln(I):
    def __len__(self): print("len"); return 5
class LH(I):
    def __length_hint__(self): print("hint"); return 3
class LH2(I):
    def __length_hint__(self): return "a"
class LH3(I):
    def __length_hint__(self): return NotImplemented
class LH4(I):
    def __length_hint__(self): raise TypeError("t")
class LH5(I):
    def __len__(self): raise ValueError("v")
class NoIt:
    def __iter__(self): return 5
class NoneIt:
    __iter__ = None
class N: pass
class GenI:
    def __iter__(self):
        yield from_a
        yield 2
from_a = "a"
class R:
    def __len__(self): print("len"); return 3
    def __getitem__(self, i): print("get", i); return i * i
class R2:
    def __reversed__(self): return "rev"
class R3:
    __reversed__ = None
attempt(lambda: list(reversed(R())))
attempt(lambda: reversed(R2()))
attempt(lambda: reversed(R3()))
attempt(lambda: reversed(Sq()))
calls = []
def f():
    calls.append(1)
    return len(calls)
attempt(lambda: list(iter(f, 4)))
attempt(lambda: list(iter(I(9).__next__, 3)))
m = map(lambda x: 10 // x, [1, 0, 5])
attempt(lambda: next(m))
attempt(lambda: next(m))
attempt(lambda: next(m))
attempt(lambda: next(m))
e = enumerate(I(5))
for i, x in e:
    if i == 2: break
print(next(e))
z = zip(I(3), I(2))
print(list(z))
def g():
    yield 1
    yield 2
    print("closed")
def unp():
    a, b = g()
    return a + b
attempt(unp)
def unp3():
    a, b, c = g()
attempt(unp3)
def unp1():
    a, = g()
attempt(unp1)
print(sum(g()), max(g()), min(g()), sorted(g(), reverse=True), tuple(g()), set(g()), dict(zip(g(), g())), list(map(max, g(), g())))
