class T0: pass
class T1:
    def __bool__(self): print("T1"); return True
class T2:
    def __len__(self): print("T2"); return 0
class T3:
    def __bool__(self): return 1
class T4:
    def __len__(self): return -1
class T5:
    def __len__(self): return "x"
class T6:
    def __len__(self): return 1 << 70
class T7:
    __bool__ = None
class T8:
    def __len__(self): raise KeyError("len")
for kind in (T0, T1, T2, T3, T4, T5, T6, T7, T8):
    attempt(lambda: True if kind() else False)
    attempt(lambda: not kind())
    attempt(lambda: bool(kind()))
    attempt(lambda: len(kind()))
    attempt(lambda: type(kind() and 1).__name__)
