"""What docs/LANGUAGE.md says beside its examples, each claim tried: as CPython, refused, or an end of the run."""

from __future__ import annotations

import pytest
from differential import compare, script

SAME = [
    """\
def f(a=1, *, b=2): 'doc'
f.known={}
f.__name__='g'; f.__doc__='d'; f.__defaults__=(5,); f.__kwdefaults__={'b':9}
print(f.known, f.__name__, f.__doc__, f.__defaults__, f.__kwdefaults__)
return f.__qualname__
""",
    """\
def f(a: int): pass
f.__annotations__={'a': 1}
return f.__annotations__
""",
    """\
class A:
    def __init_subclass__(cls, x=0, **k): print(cls.__name__, x, k)
class B(A, x=3): pass
""",
    """\
try:
    1/0
except ZeroDivisionError as e:
    print(e.__traceback__.tb_next, type(e.__traceback__.tb_lineno))
""",
    """\
import math, string, sys, errno
return math.pi, string.digits, sys.maxsize, sys.float_info.max, errno.ENOENT
""",
    """\
import itertools as i
made = (i.accumulate([1,2]), i.chain([1],[2]), i.combinations([1,2],2), i.combinations_with_replacement('ab',2),
    i.compress('ab',[1,0]),
    i.count(), i.cycle('ab'), i.dropwhile(bool,[1,0]), i.filterfalse(bool,[1,0]), i.groupby('aa'), i.pairwise('abc'),
    i.permutations('ab'), i.product('ab'), i.repeat(1), i.starmap(pow,[(1,2)]), i.takewhile(bool,[1,0]),
    i.zip_longest('a','bc'))
return [list(i.islice(x, 3)) for x in made]
""",
    """\
from contextlib import closing, aclosing, suppress, nullcontext
from contextlib import ContextDecorator, AsyncContextDecorator, AbstractContextManager
with suppress(KeyError): raise KeyError
with nullcontext(3) as x: print(x)
class C:
    def close(self): print('c')
with closing(C()): pass
""",
    """\
loop = asyncio.get_running_loop()
loop.set_exception_handler(lambda l, c: print(c['message']))
loop.call_soon(lambda: 1/0)
await asyncio.sleep(0)
await asyncio.sleep(0)
print(loop.get_exception_handler() is not None)
""",
    """\
def g():
    yield
    return 3
t = asyncio.create_task(g())
return await t
""",
    """\
f = asyncio.get_running_loop().create_future()
f.set_result(1)
print(asyncio.wrap_future(f) is f, asyncio.iscoroutine(f), asyncio.isfuture(f), asyncio.iscoroutinefunction(len))
""",
    """\
class C: x = 1
return C.__dict__['x']
""",
    """\
try:
    nope
except NameError as e:
    return str(e)
""",
    """\
x = iter([1])
for i in range(399): x = map(abs, x)
return list(x)
""",
    "return [0] * 10**11",
    """\
import copy
def g(): yield
try: copy.copy(g())
except TypeError as e: return str(e)
""",
    """\
class C: pass
a, b = C(), C()
return hash(a) == hash(a), a == b
""",
    """\
try:
    raise ExceptionGroup('a',[KeyError(1), ValueError(2)])
except* KeyError as e:
    print(e.exceptions)
except* ValueError as e:
    print(e.exceptions)
""",
    """\
def f(): return f()
try: f()
except RecursionError as e: return 'maximum recursion depth exceeded' in str(e)
""",
    """\
try:
    async with asyncio.timeout(1): await asyncio.sleep(5)
except TimeoutError: return 'late'
""",
    "async with asyncio.timeout_at(asyncio.get_running_loop().time()+5) as t: print(t.expired())",
    "await act(x for x in 'a')",
    "await act([{'cb': len}])",
]
REFUSED = [
    (
        "WM110",
        """\
class M(type): pass
class C(metaclass=M): pass
""",
    ),
    (
        "WM110",
        """\
class C:
    def __del__(self): pass
""",
    ),
    (
        "WM405",
        """\
import errno
return errno.EDEADLK
""",
    ),
    ("WM405", "import no_such_module"),
    (
        "WM110",
        """\
from contextlib import redirect_stdout
with redirect_stdout(None): pass
""",
    ),
    ("WM204", "asyncio.run(None)"),
    ("WM202", "await asyncio.open_connection('a', 1)"),
    ("WM204", "await asyncio.to_thread(len, 'a')"),
    ("WM204", "asyncio.new_event_loop()"),
    (
        "WM110",
        """\
class C:
    __class__ = 1
""",
    ),
    (
        "WM110",
        """\
class C:
    import math
""",
    ),
    ("WM110", "class C(map): pass"),
    ("WM110", "class C(property): pass"),
    (
        "WM110",
        """\
class C:
    def __instancecheck__(self, x): return 1
""",
    ),
    (
        "WM110",
        """\
class C:
    @classmethod
    def __subclasshook__(cls, x): return 1
""",
    ),
    (
        "WM110",
        """\
class C:
    def __prepare__(self): pass
""",
    ),
    (
        "WM110",
        """\
class C:
    def __mro_entries__(self, b): pass
""",
    ),
    (
        "WM110",
        """\
class C:
    __dict__ = 1
""",
    ),
    (
        "WM110",
        """\
class C:
    __weakref__ = 1
""",
    ),
    ("WM110", "return EncodingWarning"),
    (
        "WM110",
        """\
class C:
    def f(self): return [super() for x in 'a']
""",
    ),
    (
        "WM110",
        """\
math = 3
import math
return math
""",
    ),
    ("WM110", "def f(x: (y := 1)): pass"),
    (
        "WM110",
        """\
from dataclasses import dataclass
@dataclass
class C:
    if True:
        a: int = 1
return C()
""",
    ),
    ("WM205", "eval('1')"),
    ("WM205", "locals()"),
    ("WM205", "id(1)"),
    (
        "WM205",
        """\
def f(): pass
f.__code__
""",
    ),
    (
        "WM205",
        """\
def f(): pass
f.__globals__
""",
    ),
    (
        "WM205",
        """\
def f(): pass
f.__closure__
""",
    ),
    (
        "WM206",
        """\
import os
os.environ['A']
""",
    ),
    (
        "WM301",
        """\
async def f(): pass
f()
""",
    ),
    ("WM401", "return nope"),
    ("WM101", "type X = int"),
    (
        "WM205",
        """\
import itertools
return itertools.count().__reduce__()
""",
    ),
]
ENDS = [
    """\
def f(a: int): pass
return f.__annotations__
""",
    """\
from dataclasses import dataclass, fields
@dataclass
class C:
    a: int
return fields(C)[0].type
""",
    """\
try:
    1/0
except ZeroDivisionError as e:
    e.__traceback__.tb_frame
""",
    """\
class C: x = 1
return list(C.__dict__)
""",
    """\
class C: pass
class D: pass
c = C()
c.__class__ = D
""",
    """\
class C: pass
C.__del__ = lambda self: None
""",
    """\
from datetime import date
x = date
return x.today()
""",
    """\
x = iter([1])
for i in range(420): x = map(abs, x)
return list(x)
""",
    """\
import copy
return copy.copy(iter([1]))
""",
    "return getattr(int, '__sub' + 'classes__')",
]
BRACKETS = [
    ("x = " + "not " * 101 + "1", "WM103"),
    ("return [0 " + "for a in 'a' " * 13 + "]", "WM103"),
    ("match 1:\n    case " + "[" * 9 + "_" + "]" * 9 + ": pass", "WM103"),
    ("a = 1\ndel " + "[" * 9 + "a" + "]" * 9, "WM103"),
]


@pytest.mark.parametrize("body", SAME)
def test_what_the_page_says_is_compiled_does_what_cpython_does(body: str) -> None:
    report = compare(script(body), ticks=[()])
    assert report.same, report.explain()


@pytest.mark.parametrize(("code", "body"), REFUSED)
def test_what_the_page_says_is_refused_is_refused_with_that_code(code: str, body: str) -> None:
    assert code in {each.code for each in compare(script(body)).refused}


@pytest.mark.parametrize("body", ENDS)
def test_what_the_page_says_ends_the_run_is_a_failure_that_nothing_catches(body: str) -> None:
    lines = "".join(f"\n    {line}" for line in body.splitlines())
    report = compare(script(f"try:{lines}\nexcept BaseException as error:\n    return 'caught'"), ticks=[()])
    assert not report.refused, report.explain()
    (seen,) = report.seen.values()
    assert seen.came_to.startswith("raised LimitExceeded"), seen


@pytest.mark.parametrize(("body", "code"), BRACKETS)
def test_what_stands_too_deep_is_refused(body: str, code: str) -> None:
    assert {each.code for each in compare(script(body)).refused} == {code}
    assert compare(script("x = " + "not " * 90 + "1\nreturn x"), ticks=[()]).same
