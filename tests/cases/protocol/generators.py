def g():
    try:
        got = yield 1
        print("got", got)
        while True:
            got = yield got
    except GeneratorExit:
        print("exit")
        raise
    finally:
        print("finally")
it = g()
attempt(it.send, 5)
attempt(next, it)
attempt(it.send, "a")
attempt(it.close)
attempt(it.close)
attempt(next, it)
attempt(it.send, 1)
it = g()
attempt(it.close)
attempt(next, it)
def stubborn():
    try:
        yield 1
    except GeneratorExit:
        yield 2
it = stubborn(); next(it)
attempt(it.close)
attempt(next, it)
def swallow():
    try:
        yield 1
    except GeneratorExit:
        pass
it = swallow(); next(it)
attempt(it.close)
def returns():
    try:
        yield 1
    except GeneratorExit:
        return 5
it = returns(); next(it)
attempt(it.close)
def raises():
    try:
        yield 1
    finally:
        raise KeyError("in close")
it = raises(); next(it)
attempt(it.close)
it = g(); next(it)
attempt(it.throw, ValueError("thrown"))
attempt(it.throw, ValueError("again"))
it = g()
attempt(it.throw, ValueError)
attempt(it.throw, 3)
def catches():
    while True:
        try:
            x = yield "ready"
        except ValueError as e:
            print("caught", e)
it = catches(); next(it)
attempt(it.throw, ValueError("v"))
attempt(it.throw, ValueError, "text") if False else None
attempt(it.throw, KeyError("k"))
def selfnext():
    yield 1
    try:
        next(me)
    except ValueError as e:
        print("self", e)
    try:
        me.send(1)
    except ValueError as e:
        print("self", e)
    try:
        me.close()
    except ValueError as e:
        print("self", e)
    try:
        me.throw(KeyError)
    except ValueError as e:
        print("self", e)
    yield 2
me = selfnext()
attempt(next, me)
attempt(next, me)
attempt(lambda: list(me))
def si():
    yield 1
    raise StopIteration(4)
it = si()
attempt(lambda: list(it))
def si2():
    next(iter([]))
    yield
attempt(lambda: list(si2()))
def ret():
    yield 1
    return "r"
it = ret()
next(it)
try:
    next(it)
except StopIteration as e:
    print("stop", e.value, e.args)
attempt(lambda: next(it))
attempt(lambda: next(it, "d"))
def deleg():
    r = yield from ret()
    print("r", r)
    try:
        yield from g()
    except KeyError as e:
        print("deleg caught", e)
    yield from [7, 8]
    yield from It()
class It:
    def __iter__(self): return iter("xy")
it = deleg()
attempt(next, it); attempt(next, it); attempt(it.send, "s"); attempt(it.throw, KeyError("kk")); attempt(next, it); attempt(lambda: list(it))
it = deleg(); next(it); next(it)
attempt(it.close)
async def co():
    return 1
c = co()
attempt(c.close)
attempt(c.close)
try:
    await c
except RuntimeError as e:
    print(e)
c2 = co()
print(await c2)
attempt(c2.close)
print(type(it).__name__, type(c).__name__, iter(it) is it)
def infinite():
    n = 0
    while True:
        yield n
        n += 1
def take():
    for x in infinite():
        if x > 3: return x
print(take())
gen = (x * 2 for x in infinite())
print(next(gen), next(gen))
def rec(n):
    if n: yield from rec(n - 1)
    yield n
print(list(rec(5)))
def ctx():
    try:
        yield 1
    except ValueError as e:
        print(repr(e.__context__))
        yield 2
it = ctx(); next(it)
try:
    raise KeyError("outer")
except KeyError:
    attempt(it.throw, ValueError("inner"))
return "end"
