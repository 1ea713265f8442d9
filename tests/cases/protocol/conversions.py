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
class Bad:
    def __str__(self): return 1
    def __repr__(self): return 2
    def __format__(self, spec): return 3
    def __bytes__(self): return 4
    def __int__(self): return "5"
    def __float__(self): return 6
    def __complex__(self): return 7
    def __hash__(self): return "8"
    def __index__(self): return 9.0
class I:
    def __repr__(self): return "I"
    def __index__(self): return 65
class N: pass
class U:
    __hash__ = None
class BigHash:
    def __hash__(self): return 1 << 70
class E(Exception):
    def __str__(self): return "E-str"
for f in (str, repr, ascii, format, bytes, int, float, complex, abs, round, bool, len, callable, hex, oct, bin, chr, bytearray):
    for k in (C, Bad, I):
        attempt(lambda: f(k()))
for f in (int, float, complex, abs, round, len, hex, bytes, bytearray, chr):
    attempt(lambda: f(N()))
attempt(lambda: hash(C()))
attempt(lambda: hash(Bad()))
attempt(lambda: hash(U()))
attempt(lambda: hash(BigHash()))
