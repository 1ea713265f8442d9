# Groups, and classes of groups. The body of a workflow: tests/unit/vm/test_exceptions.py compares it with CPython.
class G1(ExceptionGroup):
    pass


class G2(ExceptionGroup):
    def __new__(cls, excs, tag=0):
        s = super().__new__(cls, "G2", excs)
        s.tag = tag
        return s

    def derive(self, excs):
        return G2(excs, self.tag)


class G3(BaseExceptionGroup, ValueError):
    pass


class G4(ExceptionGroup):
    def __init__(self, m, e, *, k=3):
        self.k = k


print(repr(G1("a", [ValueError()])), repr(G1("a", [ValueError(), KeyError()]).split(KeyError)))
g = G2([ValueError(1), KeyError(2)], 7)
print(repr(g), g.tag, repr(g.split(KeyError)), g.subgroup(KeyError).tag, str(g))
try:
    G3("a", [KeyboardInterrupt()])
except TypeError as e:
    print(e)
print(repr(G3("a", [KeyError()])), G4("x", [ValueError()], k=5).k)
try:
    G1("a", [KeyboardInterrupt()])
except TypeError as e:
    print(e)


class BadDerive(ExceptionGroup):
    def derive(self, excs):
        return 3


try:
    BadDerive("a", [ValueError(), KeyError()]).split(KeyError)
except TypeError as e:
    print(e)
try:
    try:
        raise BadDerive("a", [ValueError(), KeyError()])
    except* KeyError:
        pass
except TypeError as e:
    print(e, repr(e.__context__))


class BadSplit(ExceptionGroup):
    def split(self, c):
        return await_2(c)


def await_2(c):
    raise LookupError("split")


try:
    try:
        raise BadSplit("a", [ValueError(), KeyError()])
    except* KeyError:
        pass
except LookupError as e:
    print(repr(e), repr(e.__context__))
return G2([ValueError(1)], 3).message


class G(ExceptionGroup):
    def derive(self, excs):
        return G(self.message + "!", excs)


g = G("a", [ValueError(1), KeyError(2), ExceptionGroup("n", [ValueError(3), OSError(4)])])
g.add_note("hello")
print(
    repr(g.split(ValueError)),
    g.split(lambda e: isinstance(e, OSError)),
    g.subgroup((OSError, KeyError)),
    g.subgroup(StopIteration),
)
m, r = g.split(ValueError)
print(type(m).__name__, type(r).__name__, m.__notes__, m.__notes__ is g.__notes__, m.message)
for bad in (3, "x", [ValueError], len, (ValueError, 3)):
    try:
        g.split(bad)
    except TypeError as e:
        print(e)
try:
    g.split()
except TypeError as e:
    print(e)
try:
    g.subgroup(1, 2)
except TypeError as e:
    print(e)
print(super(G, g).split(ValueError)[0].message, BaseExceptionGroup.subgroup(g, OSError))
