class A:
    def __add__(self, o):
        print("A.add", type(o).__name__)
        return NotImplemented if isinstance(o, B) else "A+"
    def __radd__(self, o):
        print("A.radd", type(o).__name__)
        return "+A"
    def __mul__(self, o):
        return NotImplemented
    def __rmul__(self, o):
        return NotImplemented
    def __iadd__(self, o):
        print("iadd", o)
        return self if o else NotImplemented
    def __matmul__(self, o):
        return ("@", o)
    def __pow__(self, o, m=None):
        return ("pow", o, m)
    def __rpow__(self, o):
        return ("rpow", o)
    def __neg__(self):
        return "neg"
    def __divmod__(self, o):
        return ("divmod", o)
    def __rdivmod__(self, o):
        return ("rdivmod", o)
    def __index__(self):
        print("index")
        return 2
    def __rmod__(self, o):
        return ("rmod", o)
    def __or__(self, o):
        raise ValueError("or")
class B:
    def __radd__(self, o):
        print("B.radd")
        return "B" if isinstance(o, A) else NotImplemented
class S(A):
    def __radd__(self, o):
        print("S.radd")
        return NotImplemented
class T(A):
    pass
class N:
    pass
class Bad:
    __add__ = None
    __eq__ = None
a, b, s, t, n = A(), B(), S(), T(), N()
for x, y in ((a, 1), (1, a), (a, b), (b, a), (a, s), (s, a), (a, t), (t, a), (a, a), (a, n), (n, a), (n, n), (n, 1), (1, n), ([], a), (a, []), ([], n), (n, []), ("", n), (b"", n), ((), n), (1.5, a), (a, None), (Bad(), 1), ("x", a)):
    attempt(lambda: x + y)
for x, y in ((a, 1), (1, a), (n, [1]), ([1], n), ([1], a), (a, [1]), ("ab", a), (a, "ab"), ((1,), a), (b"x", a), (n, n), (a, a), (2, n)):
    attempt(lambda: x * y)
attempt(lambda: a @ 1)
attempt(lambda: 1 @ a)
attempt(lambda: a ** 2)
attempt(lambda: 2 ** a)
attempt(lambda: n ** 2)
attempt(lambda: pow(a, 2))
attempt(lambda: pow(a, 2, 3))
attempt(lambda: pow(n, 2, 3))
attempt(lambda: pow(2, n, 3))
attempt(lambda: -a)
attempt(lambda: +a)
attempt(lambda: ~n)
attempt(lambda: divmod(a, 1))
attempt(lambda: divmod(1, a))
attempt(lambda: divmod(n, 1))
attempt(lambda: 7 % a)
attempt(lambda: a % 7)
attempt(lambda: a | 1)
attempt(lambda: n << 1)
attempt(lambda: 1 >> n)
attempt(lambda: n - n)
