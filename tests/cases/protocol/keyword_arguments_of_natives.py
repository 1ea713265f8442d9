class C:
    def __int__(self): return 7
attempt(lambda: int("f", base=16))
attempt(lambda: int("12", 10))
attempt(lambda: int(C(), 10))
attempt(lambda: "a b c".split(maxsplit=1))
attempt(lambda: sorted([3, 1, 2], reverse=True))
attempt(lambda: sorted([3, 1, 2], key=lambda x: -x, reverse=False))
attempt(lambda: sorted([3, 1, 2], kye=1))
attempt(lambda: sorted([3, 1, 2], lambda x: x))
attempt(lambda: sorted(["b", "A"], key=lambda s: s.lower()))
attempt(lambda: sorted(["b", "A"], key="".join))
xs = [3, 1, 2]
def key(x):
    print("key", x, xs)
    return x % 3
attempt(lambda: xs.sort(key=key))
print(xs)
def badkey(x):
    if x == 2: raise ValueError("badkey")
    return x
attempt(lambda: xs.sort(key=badkey))
print(xs)
def mut(x):
    xs.append(9)
    return x
attempt(lambda: xs.sort(key=mut))
print(xs)
attempt(lambda: xs.sort(key=3))
attempt(lambda: xs.sort(1))
attempt(lambda: xs.sort(foo=1))
