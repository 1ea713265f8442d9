# What clauses handle, raise and leave. The body of a workflow: tests/unit/vm/test_exceptions.py compares it with CPython.
eg = ExceptionGroup("m", [ValueError(1), TypeError(2), ExceptionGroup("n", [KeyError(await act(3)), OSError(4)])])
try:
    try:
        raise eg
    except* OSError as e:
        print(repr(e), await act(1))
    except* (KeyError, TypeError) as e:
        print(repr(e))
        raise
    except* ValueError:
        raise ZeroDivisionError
    else:
        print("no")
    finally:
        print("fin")
except BaseException as e:
    print(e is eg, repr(e), [repr(x.__context__) for x in e.exceptions])
try:
    try:
        raise ValueError(1)
    except* ValueError as g:
        raise KeyError(3)
except BaseException as e:
    print(repr(e), repr(e.__context__))
for i in range(2):
    try:
        if i:
            continue
    except* OSError:
        pass
    else:
        print("else")
try:
    try:
        raise eg
    except* 3:
        pass
except TypeError as e:
    print(repr(e), repr(e.__context__))
try:
    try:
        raise eg
    except* TypeError:
        pass
    except* ExceptionGroup:
        pass
except TypeError as e:
    print(repr(e), repr(e.__context__))
try:
    try:
        raise eg
    except* Exception as e:
        print("all", e is eg)
except TypeError as e:
    print(repr(e), repr(e.__context__))
