# What `sys` says of exceptions. The body of a workflow: tests/unit/vm/test_exceptions.py compares it with CPython.
import sys, types


def f():
    return sys.exc_info()[1]


print(sys.exc_info(), sys.exception())
try:
    1 // 0
except Exception as e:
    t, v, tb = sys.exc_info()
    print(t, v is e, tb is e.__traceback__, isinstance(tb, types.TracebackType), f() is e)

    def g():
        yield f()
        try:
            raise KeyError
        except KeyError:
            yield f()
        yield f()

    print([repr(x) for x in g()])
    print(sorted([3, 1], key=lambda x: print(repr(f())) or x))
print(f())
for args in ((), (None,), (3,), ("x",), ((1, 2),), (1, 2)):
    try:
        sys.exit(*args)
    except (SystemExit, TypeError) as e:
        print(repr(e), getattr(e, "code", "no"), repr(e.__context__))
try:
    try:
        1 // 0
    finally:
        sys.exit(4)
except SystemExit as e:
    print(repr(e.__context__))
try:
    raise SystemExit
except BaseException as e:
    print(repr(e), e.code)


def h():
    raise SystemExit(5)


await act(1)
h()
