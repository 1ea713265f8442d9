# The name and the object of an AttributeError. The body of a workflow: tests/unit/vm/test_exceptions.py compares it with CPython.
class A:
    def __getattr__(self, name):
        raise AttributeError("no " + name)

    @property
    def p(self):
        raise AttributeError("in p")


class B:
    @property
    def p(self):
        return self.missing


class C:
    def __getattribute__(self, name):
        if name == "z":
            raise AttributeError
        return object.__getattribute__(self, name)


class D:
    def __get__(self, i, o):
        raise AttributeError("D")


class E:
    d = D()


def show(e, obj):
    print(repr(e), e.name, e.obj is obj, type(e.obj).__name__)


a, b, c, x = A(), B(), C(), E()
for obj, name in (
    (a, "q"),
    (a, "p"),
    (b, "p"),
    (c, "z"),
    (c, "w"),
    (x, "d"),
    (3, "foo"),
    ([], "bar"),
    (A, "zip"),
    (None, "x"),
    ("s", "yy"),
    (x, "nope"),
    (show, "qq"),
    (ValueError(), "qq"),
):
    try:
        getattr(obj, name)
    except AttributeError as e:
        show(e, obj)
    print(hasattr(obj, name), getattr(obj, name, 7))
try:
    a.q
except AttributeError as e:
    show(e, a)
try:
    a.p
except AttributeError as e:
    show(e, a)
try:
    b.p
except AttributeError as e:
    show(e, b)
try:
    c.z
except AttributeError as e:
    show(e, c)
try:
    x.d
except AttributeError as e:
    show(e, x)
try:
    a.q()
except AttributeError as e:
    show(e, a)
try:
    c.z()
except AttributeError as e:
    show(e, c)
try:
    x.d(1)
except AttributeError as e:
    show(e, x)


def raising():
    raise AttributeError("mine")


try:
    raising()
except AttributeError as e:
    show(e, None)
try:
    a.q = a.q
except AttributeError as e:
    show(e, a)
try:
    del x.q
except AttributeError as e:
    show(e, x)


class F:
    def __setattr__(self, n, v):
        raise AttributeError("set")

    def __delattr__(self, n):
        raise AttributeError("del")


f = F()
try:
    f.x = 1
except AttributeError as e:
    show(e, f)
try:
    del f.x
except AttributeError as e:
    show(e, f)
try:
    (3).x = 1
except AttributeError as e:
    show(e, 3)
match a:
    case A(q=1):
        print("no")
    case _:
        print("other")
try:
    super(A, a).q
except AttributeError as e:
    show(e, a)
try:
    undefined_later
except UnboundLocalError as e:
    print(repr(e), e.name)
undefined_later = 1
