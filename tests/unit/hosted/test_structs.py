"""msgspec's Structs in a run, as under CPython."""

from differential import script
from hosted import assert_same_hosted

SHOP = """
import msgspec
from typing import ClassVar

class P(msgspec.Struct, frozen=True, order=True):
    x: int
    y: list = []
    KIND: ClassVar[str] = "p"
    def norm(self): return self.x * 2
class Q(msgspec.Struct, tag="q", rename="camel", kw_only=True):
    first_name: str
    p: P | None = None
    def __post_init__(self):
        if self.first_name == "bad": raise ValueError("bad name")
"""
IMPORTS = "import asyncio\nimport msgspec\nfrom shop import P, Q\n"


def same(body: str) -> None:
    assert_same_hosted(script(body).replace("import asyncio\n", IMPORTS, 1), {"shop": SHOP})


def test_structs_are_made_compared_encoded_and_matched() -> None:
    same("""
p = P(1, [2])
print(p, p.x, p.y, p.norm(), P.KIND, p == P(1, [2]), p < P(2), P(3) >= P(1, []), hash(P(1, ())) == hash(P(1, ())))
await act(p.x)
try:
    p.x = 3
except AttributeError as e:
    print(e)
q = Q(first_name="n", p=p)
print(q, q.p is p, msgspec.json.encode(q), msgspec.to_builtins(q))
print(msgspec.structs.asdict(q), msgspec.structs.replace(q, first_name="z"))
try:
    Q()
except TypeError as e:
    print(e)
try:
    Q(first_name="bad")
except ValueError as e:
    print(type(e), e)
print(msgspec.json.decode(b'{"type":"q","firstName":"k","p":{"x":1}}', type=Q))
print(msgspec.json.decode(b'[{"x": 4}]', type=list[P]))
try:
    msgspec.json.decode(b'{"type":"q","firstName":1}', type=Q)
except msgspec.ValidationError as e:
    print(type(e).__name__, e, e.args)
try:
    hash(q)
except TypeError as e:
    print(e)
q.first_name = "w"
try:
    q.nope = 1
except AttributeError as e:
    print(e)
match p:
    case P(1, [y]):
        print("match", y)
return repr([p, q])
""")
