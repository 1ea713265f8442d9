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
    def __index__(self): return 65
def pr():
    print("a", Bad(), "b")
attempt(pr)
attempt(lambda: print(R(), sep=3))
attempt(lambda: print(R(), foo=3))
