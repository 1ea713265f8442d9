class E:
    def __init__(self, v): self.v = v
    def __eq__(self, o):
        print("eq", self.v, o.v if isinstance(o, E) else o)
        return self.v == (o.v if isinstance(o, E) else o)
    __hash__ = None
class F(E):
    pass
class G(E):
    def __eq__(self, o):
        print("G.eq")
        return NotImplemented
class L:
    def __lt__(self, o):
        print("lt")
        return NotImplemented
    def __gt__(self, o):
        print("gt")
        return "gt!"
    def __le__(self, o):
        return []
class NE:
    def __ne__(self, o):
        return "ne"
class N: pass
class W:
    def __eq__(self, o):
        return Flag()
class Flag:
    def __bool__(self):
        print("bool")
        return False
n, m = N(), N()
for x, y in ((E(1), E(1)), (E(1), E(2)), (E(1), F(1)), (F(1), E(1)), (E(1), 1), (1, E(1)), (G(1), E(1)), (E(1), G(1)), (G(1), G(1)), (n, n), (n, m), (n, 1), (1, n), ([], n), (n, None)):
    attempt(lambda: x == y)
    attempt(lambda: x != y)
attempt(lambda: NE() != 1)
attempt(lambda: NE() == 1)
attempt(lambda: 1 != NE())
attempt(lambda: W() != 1)
attempt(lambda: (W() == 1).__class__.__name__)
for f in (lambda: L() < 1, lambda: 1 < L(), lambda: L() < L(), lambda: L() <= 3, lambda: 3 <= L(), lambda: 3 >= L(), lambda: n < m, lambda: n <= 1, lambda: 1 > n, lambda: "a" >= n, lambda: 1 < L() < 3):
    attempt(f)
