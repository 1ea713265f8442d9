class It:
    def __getitem__(self, k): print("getitem", k); return (k,)
    def __setitem__(self, k, v): print("setitem", k, v)
    def __delitem__(self, k): print("delitem", k)
i = It()
attempt(lambda: i[1])
attempt(lambda: i[1:2, ::3])
i["a"] = 4
i["a"] += (5,)
del i["b"]
class N: pass
attempt(lambda: N()[0])
attempt(lambda: N[0])
def si(): N()[0] = 1
attempt(si)
def di(): del N()[0]
attempt(di)
class Ix:
    def __index__(self): print("index"); return 1
class BadIx:
    def __index__(self): return "x"
xs = [1, 2, 3]
attempt(lambda: xs[Ix()])
attempt(lambda: xs[BadIx()])
attempt(lambda: xs[N()])
attempt(lambda: "abc"[Ix()])
attempt(lambda: (1, 2)[Ix()])
attempt(lambda: range(5)[Ix()])
attempt(lambda: xs[Ix():])
xs[Ix()] = "set"
print(xs)
del xs[Ix()]
print(xs)
attempt(lambda: bin(Ix()))
attempt(lambda: hex(N()))
attempt(lambda: chr(BadIx()))
attempt(lambda: range(Ix(), 5))
attempt(lambda: "ab" * Ix())
return "done"
