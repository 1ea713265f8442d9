# Methods made of functions of other kinds: static, of the class, partial.
from functools import partialmethod, partial, singledispatchmethod
from waymark import Workflow, action, workflow
def cap(*a, **k): return (a, k)
class A:
    def f(self, *a, **k): return ("f", a, k)
    nothing = partialmethod(cap)
    both = partialmethod(cap, 3, b=4)
    nested = partialmethod(both, 5)
    over = partialmethod(partial(cap, 6), 7)
    static = partialmethod(staticmethod(cap), 8)
    cls = partialmethod(classmethod(cap), d=9)
    @singledispatchmethod
    @classmethod
    def show(cls, x): return (cls.__name__, "obj", x)
    @show.register(int)
    @classmethod
    def _(cls, x): return (cls.__name__, "int", x)
    @singledispatchmethod
    @staticmethod
    def st(x): return ("obj", x)
    @st.register(int)
    @staticmethod
    def _(x): return ("int", x)
@workflow
class Script(Workflow):
    async def run(self):
        a = A()
        print(a.nothing(1)[0][1:], a.both(1, c=2)[1], a.nested(2)[0][1:], a.over(1)[0][:1], a.static(5), a.cls(5)[0][0] is A, A.cls(7)[0][0] is A, A.static(3))
        print(a.show(3), A.show("x"), a.st(3), A.st("x"))
