import functools
from functools import partial, lru_cache, cache, cached_property, total_ordering, cmp_to_key, singledispatch, reduce, wraps, partialmethod, singledispatchmethod
from waymark import Workflow, action, workflow

@action
async def act(value=None): ...

@lru_cache(maxsize=2)
def sq(x):
    print("sq", x)
    return x * x

@cache
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)

@total_ordering
class V:
    def __init__(self, n): self.n = n
    def __eq__(self, o): return self.n == o.n
    def __lt__(self, o): return self.n < o.n
    def __hash__(self): return hash(self.n)
    @cached_property
    def big(self):
        print("computing")
        return self.n * 100
    @lru_cache
    def m(self, a):
        return (self.n, a)
    def base(self, a, b=0): return (self.n, a, b)
    p1 = partialmethod(base, 5, b=6)
    @singledispatchmethod
    def show(self, x): return ("obj", x)
    @show.register(int)
    def _(self, x): return ("int", x, self.n)

@singledispatch
def show(x, *more):
    return f"obj {x} {more}"

@show.register(int)
def _(x, *more):
    return f"int {x}"

@show.register(list)
def show_list(x):
    return [show(e) for e in x]

def deco(f):
    @wraps(f)
    def inner(*a, **k):
        return f(*a, **k)
    return inner

@deco
def documented(a):
    "the doc"
    return a

@workflow
class Script(Workflow):
    async def run(self):
        print(sq(1), sq(2), sq(1), sq(3), sq(2), sq.cache_info(), sq.cache_parameters())
        sq.cache_clear()
        print(sq.cache_info(), sq.__name__, sq.__wrapped__(3))
        print(fib(50), fib.cache_info())
        a, b = V(1), V(2)
        print(a < b, a <= b, a > b, a >= b, a >= V(1), V.__le__.__name__)
        print(a.big, a.big, "big" in a.__dict__)
        await act(1)
        print(a.big, a.m(3) is a.m(3), V.m.cache_info().hits, b.p1(), a.show(3), a.show("s"))
        p = partial(print, 1, sep="-")
        p(2, 3)
        q = partial(p, 4, end="!\n")
        q(5)
        print(q.args, sorted(q.keywords), q.func is print)
        try: partial(3)
        except TypeError as e: print(e)
        try: partial()
        except TypeError as e: print(e)
        print(sorted([3, 1, 2], key=cmp_to_key(lambda x, y: y - x)))
        print(show("a"), show(1), show([1, "b", [2]]), show.dispatch(bool) is show.dispatch(int), show(2.5, 1))
        print(documented.__name__, documented.__doc__, documented(4), reduce(lambda x, y: x * y, [1, 2, 3, 4], 10))
        print(functools.partial(int, base=2)("101"), repr(partial(int, "1", base=2)))
        try: show()
        except TypeError as e: print(e)
        try: lru_cache(maxsize="x")
        except TypeError as e: print(e)
        class P(partial): pass
        print(repr(P(int, "3")), P(int, "3")())
        try:
            @total_ordering
            class Bad: pass
        except ValueError as e: print(e)
        return await act(2)
