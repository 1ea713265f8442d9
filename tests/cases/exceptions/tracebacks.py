# The lines that exceptions pass. The body of a workflow: tests/unit/vm/test_exceptions.py compares it with CPython.
def helper(x):
    try:
        return {}[x]
    except KeyError:
        raise ValueError(x)


class CM:
    def __init__(self, how):
        self.how = how

    def __enter__(self):
        return self

    def __exit__(self, t, v, tb):
        if self.how == "raise":
            raise OSError("exit")
        if self.how == "same":
            raise v
        return self.how == "swallow"


async def co(x):
    try:
        return {}[x]
    except KeyError:
        raise ValueError(await act(x))


class L:
    def __init__(s, v):
        s.v = v

    def __lt__(s, o):
        helper("lt")

    def __hash__(s):
        helper("hash")

    def __eq__(s, o):
        helper("eq")

    def __iter__(s):
        helper("iter")

    def __repr__(s):
        helper("repr")

    def __getattr__(s, n):
        helper("ga")

    def __len__(s):
        helper("len")


def lines(tb):
    out = []
    while tb is not None:
        out.append(tb.tb_lineno)
        tb = tb.tb_next
    return out


def p1():
    try:
        helper(1)
    except ValueError as e:
        print(lines(e.__traceback__), lines(e.__context__.__traceback__))
        raise


def p2():
    try:
        p1()
    except ValueError as e:
        raise e


def p3():
    with CM("no"):
        p2()


def p4():
    g = pg()
    next(g)
    try:
        p3()
    except ValueError as e:
        g.throw(e)


def pg():
    try:
        yield 1
    finally:
        print("x")


try:
    p4()
except ValueError as e:
    print(lines(e.__traceback__))
try:
    sorted([L(1), L(2)])
except ValueError as e:
    print(lines(e.__traceback__))
try:
    repr([L(1)])
except ValueError as e:
    print(lines(e.__traceback__))
try:
    await co(2)
except ValueError as e:
    print(lines(e.__traceback__))
try:
    (1, 1 // 0)
except ZeroDivisionError as e:
    print(lines(e.__traceback__))
try:
    for x in L(1):
        pass
except ValueError as e:
    print(lines(e.__traceback__))
try:
    raise ExceptionGroup("g", [ValueError()])
except* ValueError as e:
    print(lines(e.__traceback__))
try:
    try:
        raise ExceptionGroup("g", [ValueError(), KeyError()])
    except* ValueError as e:
        raise
except BaseException as e:
    print(lines(e.__traceback__))


def star():
    try:
        raise ExceptionGroup("g", [ValueError(), KeyError()])
    except* ValueError as e:
        raise OSError(1)


try:
    star()
except BaseException as e:
    print(lines(e.__traceback__), [lines(x.__traceback__) for x in e.exceptions], repr(e))


def star2():
    try:
        raise ExceptionGroup("g", [ValueError(), KeyError()])
    except* ValueError as e:
        raise e


try:
    star2()
except BaseException as e:
    print(lines(e.__traceback__), [lines(x.__traceback__) for x in e.exceptions], repr(e))


def star3():
    try:
        star2()
    except* KeyError as e:
        e.add_note("n")
    finally:
        print("f3")


try:
    star3()
except BaseException as e:
    print(lines(e.__traceback__), repr(e))
