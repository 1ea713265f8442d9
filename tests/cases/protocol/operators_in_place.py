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
    pass
class N:
    pass
a, n = A(), N()
def inplace(x, y):
    x += y
    return x if not isinstance(x, A) else "self"
attempt(inplace, a, 1)
attempt(inplace, a, 0)
attempt(inplace, n, 0)
attempt(inplace, 1, a)
attempt(inplace, [1], a)
attempt(inplace, [1], n)
attempt(inplace, (1,), n)
attempt(inplace, "s", n)
def imul(x, y):
    x *= y
    return x
attempt(imul, [1], a)
attempt(imul, [1], n)
attempt(imul, "ab", a)
def ipow(x, y):
    x **= y
    return x
attempt(ipow, n, 1)
attempt(ipow, a, 1)
class It:
    def __iter__(self):
        print("iter")
        yield 1
        yield 2
attempt(inplace, [0], It())
xs = [0]
ys = xs
xs += It()
return xs, ys is xs
