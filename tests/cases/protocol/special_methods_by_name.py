class C:
    def __contains__(self, x): return x
    def __add__(self, o): return ("add", o)
    def __len__(self): return 3
class D(C):
    def __add__(self, o): return super().__add__(o)
c = C()
for x in (None, 0, "", [1], ..., 1.5): attempt(lambda: (x in c, x not in c))
attempt(lambda: c.__add__(1))
attempt(lambda: C.__add__(c, 2))
attempt(lambda: D().__add__(4))
attempt(lambda: D() + 4)
attempt(lambda: c.__len__())
def w():
    c.__add__.x = 1
attempt(w)
