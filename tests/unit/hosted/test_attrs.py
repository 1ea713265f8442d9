"""attrs classes in a run, as under CPython."""

from differential import script
from hosted import assert_same_hosted

SHOP = """
import attr
import attrs

@attrs.define
class A:
    x: int = attrs.field(converter=int, validator=attrs.validators.ge(0))
    tags: list = attrs.field(factory=list)
    _p: int = 1
    @property
    def double(self): return self.x * 2
@attrs.frozen
class F:
    a: int
    b: str = "b"
@attr.s(auto_attribs=True)
class C(A):
    z: int = 5
"""
IMPORTS = "import asyncio\nimport attrs\nfrom shop import A, C, F\n"


def same(body: str) -> None:
    assert_same_hosted(script(body).replace("import asyncio\n", IMPORTS, 1), {"shop": SHOP})


def test_attrs_objects_are_made_converted_checked_compared_and_matched() -> None:
    same("""p = 5
a = A("3", [p])
print(a, a.double, a.tags[0] is p, a == A(3, [p]), a._p)
a.x = "7"
print(a.x)
for wrong in (lambda: A("x"), lambda: A(-1), lambda: A(), lambda: setattr(a, "x", -5), lambda: setattr(a, "w", 1)):
    try:
        wrong()
    except Exception as e:
        print(type(e).__name__, str(e)[:80])
f = F(1)
try:
    f.a = 2
except attrs.exceptions.FrozenInstanceError as e:
    print(type(e).__name__, e.args)
print(attrs.asdict(a), attrs.evolve(f, b="c"), attrs.astuple(f), hash(f) == hash(F(1)), f == F(1), f != F(2))
await act()
c = C(1)
print(c, isinstance(c, A), C(1) < C(2), attrs.has(C), attrs.has(int))
match f:
    case F(1, b):
        print(b)
return repr([a, f, c])
""")
