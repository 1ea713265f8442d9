# Which exception is whose context. The body of a workflow: tests/unit/vm/test_exceptions.py compares it with CPython.
def ctx(e, n=6):
    out = []
    while e is not None and n:
        out.append(repr(e))
        e = e.__context__
        n -= 1
    return " <- ".join(out)


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


def t1():
    try:
        try:
            helper(1)
        finally:
            helper(2)
    except ValueError as e:
        print(1, ctx(e))


def t2():
    try:
        with CM("raise"):
            helper(1)
    except OSError as e:
        print(2, ctx(e))


def t3():
    try:
        with CM("same"):
            helper(1)
    except ValueError as e:
        print(3, ctx(e))


def t4():
    try:
        try:
            pass
        except KeyError:
            pass
        else:
            helper(4)
        finally:
            raise TypeError
    except TypeError as e:
        print(4, ctx(e))


def gen():
    try:
        yield 1
    except ValueError:
        try:
            yield helper(9)
        except ValueError as e:
            yield ctx(e)
    finally:
        try:
            raise IndexError
        except IndexError as e:
            print("fin", ctx(e))


def t5():
    try:
        raise OSError("o")
    except OSError:
        g = gen()
        next(g)
        print(5, g.throw(ValueError("t")))
        try:
            next(g)
        except StopIteration as e:
            print(5, ctx(e))


def t6():
    g = gen()
    next(g)
    try:
        helper(6)
    except ValueError:
        g.close()


def sub():
    try:
        yield 1
    except ValueError as e:
        raise TypeError("sub")


def outer():
    try:
        yield from sub()
    except TypeError as e:
        print(7, ctx(e))
        raise RuntimeError("outer")


def t7():
    g = outer()
    next(g)
    try:
        try:
            helper(7)
        except ValueError as v:
            g.throw(KeyError("k"))
    except BaseException as e:
        print(7, ctx(e))
    g = outer()
    next(g)
    try:
        try:
            helper(7)
        except ValueError as v:
            g.throw(v)
    except BaseException as e:
        print(7, ctx(e))


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


def t8():
    for i, f in enumerate(
        (
            lambda: sorted([L(1), L(2)]),
            lambda: {L(1): 1},
            lambda: [L(1)] == [L(2)],
            lambda: list(L(1)),
            lambda: repr([L(1)]),
            lambda: L(1).x,
            lambda: len(L(1)),
            lambda: L(1) in [L(2)],
            lambda: "%r" % L(1),
            lambda: f"{L(1)!r}",
            lambda: sum(L(1)),
            lambda: max([L(1), L(2)]),
            lambda: dict([(L(1), 1)]),
            lambda: list(map(helper, [3])),
            lambda: min([1, 2], key=helper),
        )
    ):
        try:
            try:
                1 // 0
            except ZeroDivisionError:
                f()
        except ValueError as e:
            print(8, i, ctx(e))


def t9():
    try:
        raise StopIteration(1)
    except StopIteration as s:

        def g():
            raise s
            yield

        try:
            next(g())
        except RuntimeError as e:
            print(9, ctx(e), repr(e.__cause__), e.__suppress_context__)


def t10():
    a, b, c = ValueError("a"), ValueError("b"), ValueError("c")
    a.__context__ = b
    b.__context__ = c
    c.__context__ = a
    try:
        try:
            raise a
        except ValueError:
            raise KeyError("k")
    except KeyError as e:
        print(10, ctx(e, 7))
    try:
        try:
            raise c
        except ValueError:
            raise b
    except ValueError as e:
        print(10, ctx(e, 7))


def t11():
    for n in range(3):
        try:
            try:
                if n:
                    raise ValueError(n)
            except ValueError:
                raise KeyError(n)
            else:
                raise IndexError(n)
            finally:
                if n == 2:
                    raise OSError(n)
        except Exception as e:
            print(11, ctx(e))


def t12():
    try:
        try:
            raise ValueError(1)
        except ValueError as e:
            try:
                raise KeyError(2)
            except KeyError:
                pass
            raise
    except ValueError as e:
        print(12, ctx(e))


def t13():
    try:
        try:
            raise ValueError(1)
        finally:
            try:
                raise KeyError(2)
            except KeyError as k:
                print(13, ctx(k))
    except ValueError as e:
        print(13, ctx(e))


async def co(x):
    try:
        return {}[x]
    except KeyError:
        raise ValueError(await act(x))


async def t14():
    try:
        try:
            1 // 0
        except ZeroDivisionError:
            await co(3)
    except ValueError as e:
        print(14, ctx(e))
    try:
        try:
            1 // 0
        finally:
            await co(4)
    except ValueError as e:
        print(14, ctx(e))


for f in (t1, t2, t3, t4, t5, t6, t7, t8, t9, t10, t11, t12, t13):
    f()
await t14()
