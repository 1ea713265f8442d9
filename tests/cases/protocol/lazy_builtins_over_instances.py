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
for k in (lambda: I(2), lambda: I(0), lambda: I(3, 1), Sq, lambda: Ln(1), lambda: LH(1), lambda: LH2(1), lambda: LH3(1), lambda: LH4(1), lambda: LH5(1), NoIt, NoneIt, N, GenI):
    attempt(lambda: next(iter(k()), "dflt"))
    attempt(lambda: next(iter(k())))
    attempt(lambda: list(enumerate(k(), 5)))
    attempt(lambda: list(zip(k(), [1, 2, 3])))
    attempt(lambda: list(zip([1, 2, 3], k(), strict=True)))
    attempt(lambda: list(map(lambda x: (x,), k())))
    attempt(lambda: list(filter(None, k())))
    attempt(lambda: list(filter(lambda x: x != 1, k())))
    attempt(lambda: "".join(k()))
    attempt(lambda: list(reversed(k())))
    def ext():
        xs = [0]
        try: xs.extend(k())
        finally: print(xs)
        return xs
    attempt(ext)
