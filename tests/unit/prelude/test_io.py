"""`io.StringIO`, `io.BytesIO` and `print(..., file=...)`: CPython's, wherever a run pauses."""

from __future__ import annotations

import pytest
from differential import assert_same, script

ASKED = """
def asked(*calls):
    for call in calls:
        try:
            print(call())
        except (ValueError, OSError, TypeError, AttributeError) as error:
            print(type(error), error)
"""
TEXT = {
    "reading and writing": """
        s = io.StringIO()
        print(s.write("abc"), s.write("def\\n"), s.tell(), s.getvalue())
        await act()
        s.seek(1)
        s.write("ZZ")
        print(s.getvalue(), s.read(2), s.read(), repr(s.readline()))
        s.seek(20)
        s.write("x")
        await act(s.getvalue())
        print(s.truncate(3), s.getvalue(), s.readlines(), s.closed, s.seekable(), s.isatty(), s.line_buffering)
        s.writelines(c for c in "uv")
        s.foo = 1
        return s.getvalue(), s.foo, type(s), hasattr(s, "name"), s.seek(0, io.SEEK_END)
    """,
    "ends of lines": """
        text = "a\\nb\\r\\nc\\rd\\n"
        for newline in (None, "", "\\n", "\\r", "\\r\\n"):
            s = io.StringIO(text, newline)
            await act(next(s))
            s.write("\\n")
            print(list(s), s.newlines, repr(s.getvalue()))
        return [io.StringIO("ab\\ncd").readline(n) for n in range(-1, 5)], io.StringIO("a\\nb\\nc").readlines(2)
    """,
    "what is refused, and what is closed": """
        s = io.StringIO("abc")
        asked(lambda: s.seek(-1), lambda: s.seek(1, 1), lambda: s.seek(0, 5), lambda: s.read("x"))
        asked(lambda: s.write(b"x"), lambda: io.StringIO(3), lambda: io.StringIO("", 3), lambda: io.StringIO("", "x"))
        asked(lambda: s.truncate(-1), s.fileno, s.detach, lambda: s.nope)
        with s as same:
            await act(same is s)
        asked(s.read, s.getvalue, s.readline, s.tell, lambda: list(s), lambda: s.write("a"), lambda: s.__enter__())
        asked(lambda: s.writelines([]), s.flush, s.readable, s.isatty, s.close, lambda: s.closed)
    """,
    "what a program prints into": """
        class Lines(io.StringIO):
            def readline(self):
                return ""
        class Sink:
            def write(self, text):
                parts.append(text)
            def flush(self):
                parts.append(None)
        parts = []
        s = io.StringIO()
        print(1, [2], sep="-", end="!", file=s, flush=True)
        print("a", Sink, file=Sink(), flush=True)
        print(file=Sink())
        asked(lambda: print(1, file=[]), lambda: print(1, file=parts, sep=3))
        return s.getvalue(), len(parts), parts[0], parts[-2:], Lines("abc").getvalue(), list(Lines("abc"))
    """,
}
BYTES = {
    "reading and writing": """
        b = io.BytesIO(b"hello\\nworld")
        print(b.read(2), b.tell(), b.readline(), b.read(), b.read(), b.read1(1))
        await act()
        b.seek(0, io.SEEK_END)
        b.write(b"!!")
        b.seek(-3, 2)
        print(b.read(), b.getvalue())
        b.seek(30)
        b.write(memoryview(b"xyz")[1:])
        await act(b.getvalue())
        print(b.truncate(4), b.getvalue(), b.readlines(), b.seek(-99, 1))
        buffer = bytearray(3)
        print(b.readinto(buffer), buffer, b.readinto(memoryview(buffer)[1:]), buffer)
        return list(io.BytesIO(b"a\\nb\\nc")), io.BytesIO(b"a\\nb\\nc").readlines(2)
    """,
    "a view of what is in it": """
        b = io.BytesIO(b"abc")
        view = b.getbuffer()
        view[0] = 65
        await act()
        for change in (lambda: b.write(b"x" * 9), b.close):
            try:
                change()
            except BufferError as error:
                print(error)
        view.release()
        return b.write(b"x" * 9), b.getvalue()
    """,
    "what is refused, and what is closed": """
        b = io.BytesIO(b"abc")
        asked(lambda: b.seek(-1), lambda: b.seek(0, 5), lambda: b.read("x"), lambda: b.write("x"))
        asked(lambda: io.BytesIO("x"), lambda: b.truncate(-1), b.fileno, b.detach)
        with b:
            await act()
            b.writelines([b"q", bytearray(b"r")])
            print(b.getvalue())
        asked(b.read, b.getvalue, b.readline, b.tell, lambda: list(b), lambda: b.write(b"a"), lambda: b.__enter__())
        asked(b.getbuffer, b.flush, b.readable, b.isatty, b.close, lambda: b.closed)
    """,
}


@pytest.mark.parametrize("name", TEXT)
def test_texts_in_memory_are_cpythons(name: str) -> None:
    assert_same(script(TEXT[name], above="import io\n" + ASKED))


@pytest.mark.parametrize("name", BYTES)
def test_bytes_in_memory_are_cpythons(name: str) -> None:
    assert_same(script(BYTES[name], above="import io\n" + ASKED))
