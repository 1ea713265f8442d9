# What exceptions hold, and what may be set. The body of a workflow: tests/unit/vm/test_exceptions.py compares it with CPython.
def show(e, *names):
    out = [type(e).__name__, repr(e), str(e), repr(e.args)]
    for n in names:
        out.append(f"{n}={getattr(e, n, 'ABSENT')!r}")
    print(*out)


show(OSError(2, "No such file", "a.txt"), "errno", "strerror", "filename", "filename2")
show(OSError(2, "x", "a", None, "b"), "errno", "strerror", "filename", "filename2")
show(OSError("only"), "errno", "strerror", "filename")
show(FileNotFoundError(1, 2, 3, 4, 5, 6), "errno")
show(BlockingIOError(11, "b", 7), "characters_written", "errno")
show(StopIteration(), "value")
show(StopIteration(1, 2), "value")
show(SystemExit(), "code")
show(SystemExit(3), "code")
show(SystemExit(1, 2), "code")
show(KeyError("k"))
show(KeyError("a", "b"))
show(KeyError())
show(UnicodeDecodeError("utf8", b"abc", 1, 2, "why"), "encoding", "object", "start", "end", "reason")
show(UnicodeEncodeError("ascii", "abc\u1234", 3, 4, "why"), "encoding", "object", "start", "end", "reason")
show(UnicodeTranslateError("abc", 1, 2, "why"), "object", "start", "end", "reason")
show(ImportError("m", name="n", path="p"), "name", "path", "msg")
show(ModuleNotFoundError("m"), "name", "path", "msg")
show(AttributeError("m", name="n", obj=3), "name", "obj")
show(AttributeError(), "name", "obj")
show(NameError("m", name="n"), "name")
show(NameError("m"), "name")
show(
    SyntaxError("m", ("f", 1, 2, "t", 3, 4)),
    "msg",
    "filename",
    "lineno",
    "offset",
    "text",
    "end_lineno",
    "end_offset",
    "print_file_and_line",
)
show(SyntaxError("m", ("f", 1, 2, "t")))
show(SyntaxError("bad"), "msg", "filename", "lineno")
show(IndentationError("x", ("f", 2, 3, "q")))
for f in (
    lambda: UnicodeDecodeError("a"),
    lambda: UnicodeDecodeError(1, 2, 3, 4, 5),
    lambda: ImportError(foo=1),
    lambda: AttributeError(x=1),
    lambda: SyntaxError("m", 3),
    lambda: SyntaxError("m", (1,)),
    lambda: ValueError(x=1),
    lambda: StopIteration(x=1),
    lambda: ExceptionGroup(),
    lambda: ExceptionGroup("a"),
    lambda: ExceptionGroup(1, [ValueError()]),
    lambda: ExceptionGroup("a", []),
    lambda: ExceptionGroup("a", [1]),
    lambda: ExceptionGroup("a", [ValueError]),
    lambda: ExceptionGroup("a", 3),
    lambda: ExceptionGroup("a", {ValueError()}),
    lambda: ExceptionGroup("a", [KeyboardInterrupt()]),
    lambda: ExceptionGroup("a", iter([ValueError()])),
    lambda: ExceptionGroup("a", [ValueError()], 3),
):
    try:
        print(repr(f()))
    except Exception as e:
        show(e)
print(
    repr(BaseExceptionGroup("a", [ValueError()])),
    repr(BaseExceptionGroup("a", [KeyboardInterrupt()])),
    ExceptionGroup("a", (ValueError(),)).exceptions,
    ExceptionGroup("m", [ValueError()]).message,
)
try:
    ExceptionGroup("a", [ValueError()]).exceptions = 3
except AttributeError as e:
    show(e)
try:
    ExceptionGroup("a", [ValueError()]).message = 3
except AttributeError as e:
    show(e)
e = OSError(2, "No such", "f")
e.errno = 5
e.filename = "z"
e.strerror = None
show(e, "errno", "filename")
e = StopIteration(3)
e.value = 5
show(e, "value")
e = SystemExit(3)
e.code = 9
show(e, "code")
e = KeyError(3)
e.x = 1
e.y = [e]
print(e.x, e.y[0] is e)
try:
    print(e.zz)
except AttributeError as a:
    show(a, "name")
del e.x
try:
    del e.x
except AttributeError as a:
    show(a, "name")
try:
    e.args = 3
except TypeError as a:
    show(a)
try:
    del e.args
except TypeError as a:
    show(a)
e.args = "ab"
show(e)
try:
    e.__cause__ = 3
except TypeError as a:
    show(a)
try:
    e.__context__ = 3
except TypeError as a:
    show(a)
try:
    del e.__cause__
except TypeError as a:
    show(a)
try:
    del e.__context__
except TypeError as a:
    show(a)
try:
    e.__suppress_context__ = 3
except TypeError as a:
    show(a)
try:
    e.add_note(3)
except TypeError as a:
    show(a)
try:
    e.__notes__
except AttributeError as a:
    show(a, "name")
e.add_note("n1")
e.add_note("n2")
print(e.__notes__)
e.__notes__ = 3
try:
    e.add_note("n")
except TypeError as a:
    show(a)
del e.__notes__
print(hasattr(e, "__notes__"), hasattr(e, "__cause__"), hasattr(e, "__traceback__"), getattr(e, "__traceback__"))
setattr(e, "__cause__", ValueError(3))
print(repr(e.__cause__), e.__suppress_context__)
print(e.__str__(), e.__repr__(), ValueError.__name__)
print(
    issubclass(ExceptionGroup, Exception),
    issubclass(BaseExceptionGroup, Exception),
    ExceptionGroup.__mro__ if False else 0,
)
print(ValueError(1) == ValueError(1), len({ValueError(1), ValueError(1)}))
