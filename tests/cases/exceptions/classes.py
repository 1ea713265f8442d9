# Exceptions of the program; what may be raised and caught. The body of a workflow: tests/unit/vm/test_exceptions.py compares it with CPython.
class Base(Exception):
    code = 1

    def __init__(self, msg, *, extra=None):
        super().__init__(msg)
        self.extra = extra

    def __str__(self):
        return f"<{self.args[0]} {self.extra}>"


class Sub(Base, KeyError):
    def __new__(cls, *a, **k):
        print("new", cls.__name__, a, k)
        return super().__new__(cls, *a, **k)


class NoArgs(Exception):
    def __init__(self):
        pass


class Two(ValueError, OSError):
    pass


class R(Exception):
    def __repr__(self):
        return "R!"


class Stop(StopIteration):
    def __init__(self, v):
        self.v = v


class NotExc:
    pass


class NewBad(Exception):
    def __new__(cls):
        return 3


class Meth(Exception):
    def info(self):
        return self.args

    @property
    def first(self):
        return self.args[0]

    @classmethod
    def make(cls, *a):
        return cls(*a)


for make in (
    lambda: Base("a", extra=2),
    lambda: Sub("b", extra=3),
    lambda: NoArgs(),
    lambda: Two(2, "x"),
    lambda: R(1),
    lambda: Stop(3),
    lambda: Meth.make(1, 2),
):
    try:
        raise make()
    except Exception as e:
        print(type(e).__name__, repr(e), str(e), e.args, await act(1))
        if isinstance(e, Two):
            print(e.errno, e.strerror)
        if isinstance(e, Meth):
            print(e.info(), e.first)
try:
    NoArgs(1)
except TypeError as e:
    print(e)
for bad in (NotExc, NotExc(), 3, "x", None, NewBad):
    try:
        raise bad
    except TypeError as e:
        print(e, repr(e.__context__))
for bad in (NotExc, NotExc(), 3, "x"):
    try:
        raise ValueError from bad
    except TypeError as e:
        print(e, repr(e.__context__))
try:
    raise Base
except TypeError as e:
    print(e)
try:
    raise ValueError from KeyError
except ValueError as e:
    print(repr(e.__cause__), e.__suppress_context__)
try:
    raise ValueError from None
except ValueError as e:
    print(repr(e.__cause__), e.__suppress_context__)
try:
    try:
        raise KeyError(1)
    except KeyError:
        raise ValueError from None
except ValueError as e:
    print(repr(e.__cause__), e.__suppress_context__, repr(e.__context__))
try:
    raise
except RuntimeError as e:
    print(e)


def reraise():
    raise


try:
    try:
        1 // 0
    except ZeroDivisionError:
        reraise()
except ZeroDivisionError as e:
    print("re", e)
try:
    reraise()
except RuntimeError as e:
    print(e)
for kinds in (3, "x", (ValueError, 3), NotExc, (ValueError, (KeyError,)), None):
    try:
        try:
            raise OSError(1)
        except kinds:
            print("no")
    except TypeError as e:
        print(e, repr(e.__context__))
try:
    try:
        raise ValueError
    except ():
        print("no")
except ValueError:
    print("empty")
try:
    raise KeyError(2)
except (ValueError, KeyError) as e:
    print("t", e)
try:
    e
except UnboundLocalError as u:
    print(u)
try:
    raise KeyError(3)
except KeyError as err:
    del err
try:
    err
except UnboundLocalError as u:
    print(u)


def gen():
    try:
        yield 1
        yield 2
    except ValueError as e:
        print("in gen", repr(e), repr(e.__context__))
        try:
            yield 3
            raise KeyError("g")
        finally:
            print("fin")


g = gen()
next(g)
try:
    raise OSError("o")
except OSError as o:
    print(g.throw(ValueError("v")))
    try:
        next(g)
    except KeyError as k:
        print(repr(k), repr(k.__context__), repr(k.__context__.__context__))


class Key:
    def __init__(self, v):
        self.v = v

    def __lt__(self, o):
        try:
            {}["x"]
        except KeyError:
            raise ValueError("lt")


try:
    try:
        1 // 0
    except ZeroDivisionError:
        sorted([Key(1), Key(2)])
except ValueError as e:
    print(repr(e), repr(e.__context__), repr(e.__context__.__context__))
a = ValueError("a")
b = KeyError("b")
try:
    try:
        raise a
    except ValueError:
        try:
            raise b
        except KeyError:
            raise a
except ValueError as e:
    print(e is a, repr(a.__context__), repr(b.__context__))
try:
    try:
        raise a
    except ValueError as q:
        raise q
except ValueError as e:
    print(repr(e.__context__))


def loops():
    out = []
    for i in range(6):
        try:
            if i == 1:
                continue
            if i == 4:
                break
            if i == 2:
                raise ValueError(i)
            out.append(i)
        except ValueError:
            out.append("v")
            continue
        else:
            out.append("e")
        finally:
            out.append("f")
            if i == 3:
                continue
    return out


print(loops())


def ret():
    for i in range(3):
        try:
            return i
        finally:
            if i < 2:
                continue


print(ret())


def ret2():
    while True:
        try:
            try:
                raise ValueError
            finally:
                break
        except ValueError:
            print("no")
    return "done"


print(ret2())
