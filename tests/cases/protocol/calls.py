class C:
    def __init__(self, a, b=2, *rest, k=None, **more):
        print("init", a, b, rest, k, more)
        self.a = a

    def __call__(self, x):
        return ("call", self.a, x)

    def method(self, x, /, y=1):
        return (x, y)

    async def waits(self, x):
        await asyncio.sleep(1)
        return ("waited", x)

    @staticmethod
    def static(x):
        return ("static", x)

    @classmethod
    def make(cls, *args):
        return cls(*args)


class Made:
    def __new__(cls, kind, *args):
        print("new", cls.__name__, kind, args)
        if kind == "other":
            return ("other",)
        if kind == "bad":
            raise KeyError("bad")
        return super().__new__(cls)

    def __init__(self, kind, *args):
        print("made", kind, args)


class Wrong:
    def __init__(self):
        return 1


class Awaits:
    async def __init__(self):
        pass


class Plain:
    pass


class Sub(C):
    def __init__(self, a):
        super().__init__(a, k="sub")
        print("sub")


class Problem(Exception):
    def __init__(self, code, *args):
        print("problem", code)
        super().__init__(*args)
        self.code = code

    def __str__(self):
        return f"problem {self.code}: {self.args}"


class NeedsArgument(Exception):
    def __init__(self, code):
        self.code = code


class NotAnError:
    pass


class Makes(Exception):
    def __new__(cls, *args):
        return "no error" if args else super().__new__(cls)


c = C(1)
attempt(lambda: c(5))
attempt(lambda: c())
attempt(lambda: C())
attempt(lambda: C(1, 2, 3, k=4, z=5).a)
attempt(lambda: C(*[1], **{"b": 3}).a)
attempt(lambda: C(1, a=2))
attempt(lambda: c.method(1, y=2))
attempt(lambda: c.method(x=1))
attempt(lambda: C.method(c, 3))
attempt(lambda: C.method())
attempt(lambda: c.static(1))
attempt(lambda: C.make(7).a)
attempt(lambda: c.nothing(1))
attempt(lambda: Plain(1))
attempt(lambda: Plain(a=1))
attempt(lambda: Wrong())
attempt(lambda: Awaits())
attempt(lambda: type(Made("x", 1)).__name__)
attempt(lambda: Made("other"))
attempt(lambda: Made("bad"))
attempt(lambda: Sub(9).a)
attempt(lambda: callable(c) and not callable(Plain()))
attempt(lambda: Plain()())
attempt(lambda: (1)(2))
attempt(lambda: "x"())
method = c.method
attempt(lambda: method(1))
attempt(lambda: method == c.method)
attempt(lambda: list(map(c, [1, 2])))
attempt(lambda: list(map(C.static, [1])))
attempt(lambda: sorted([3, 1, 2], key=c.method))
attempt(lambda: [x.a for x in map(C, [1, 2])])
attempt(lambda: str(Problem(3, "a")))


def raises(make):
    raise make


attempt(raises, Problem(1))
attempt(raises, NeedsArgument)
attempt(raises, NeedsArgument(2))
attempt(raises, NotAnError)
attempt(raises, NotAnError())
attempt(raises, Makes)
attempt(raises, 3)


def raises_from(error, cause):
    raise error from cause


attempt(raises_from, ValueError("v"), Problem(1))
attempt(raises_from, Makes, Makes)
attempt(raises_from, ValueError, NotAnError)
attempt(raises_from, ValueError, 3)
try:
    try:
        raise KeyError("first")
    except KeyError:
        raise Makes
except Makes as error:
    print(repr(error.__context__))
print(await c.waits(1))
bound = c.waits
print(await bound(2))


def deep(n):
    return 0 if n == 0 else 1 + deep(n - 1)


class Deep:
    def __init__(self, n):
        self.n = n

    def __len__(self):
        return 0 if self.n == 0 else 1 + len(Deep(self.n - 1))

    def __add__(self, other):
        return other if self.n == 0 else Deep(self.n - 1) + other


print(deep(300), len(Deep(200)), Deep(200) + 5)


class Endless:
    def __getattr__(self, name):
        return self.missing

    def __eq__(self, other):
        return self == other

    def __str__(self):
        return str(self)


for each in (lambda: Endless().x, lambda: Endless() == 1, lambda: str(Endless())):
    try:
        each()
    except RecursionError:
        print("RecursionError")
return "end"
