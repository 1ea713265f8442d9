class C:
    def __str__(self): print("str"); return "S"
    def __repr__(self): print("repr"); return "R\u00e9"
    def __format__(self, spec): print("format"); return "F" + spec
    def __bytes__(self): return b"B"
    def __int__(self): return 7
    def __float__(self): return 1.5
    def __complex__(self): return 1j
    def __hash__(self): print("hash"); return -1
    def __abs__(self): return "abs"
    def __round__(self, n=None): return ("round", n)
    def __bool__(self): return False
    def __len__(self): return 4
    def __call__(self, *a, **k): return (a, k)
class R:
    def __repr__(self): return "rr"
class E(Exception):
    def __str__(self): return "E-str"
class N: pass
attempt(lambda: f"{C()} {C()!r} {C()!s} {C()!a} {C():>5} {R()} {R()!s:>4}")
attempt(lambda: f"{R():x}")
attempt(lambda: format(R(), "x"))
attempt(lambda: format(R(), ""))
attempt(lambda: format(C(), 3))
attempt(lambda: str(E("x")))
attempt(lambda: f"{E('x')}")
attempt(lambda: repr(E("x", 1)))
attempt(lambda: "%s %r" % (C(), C()))
attempt(lambda: "{} {!r} {:>3}".format(C(), C(), C()))
attempt(lambda: str([C(), R()]))
attempt(lambda: {R(): R()})
attempt(lambda: round(C(), 2))
attempt(lambda: round(C(), ndigits=None))
attempt(lambda: C()(1, k=2))
attempt(lambda: N()())
attempt(lambda: 3())
attempt(lambda: None(1))
print(C(), R(), "x", sep="-")
print(R(), end="!\n")
d = {C(): 1}
attempt(lambda: len(d))
