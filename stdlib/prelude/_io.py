"""`io.StringIO` and `io.BytesIO` in workflow Python, with the texts and the order of effects of CPython's C.

What is written stands in a list of pieces as long as it is only added to, so that a long text grows in linear time; it
becomes one piece when it is read or changed. A `BytesIO` has a bytearray, of which `getbuffer` is a view.
"""

from array import array
from io import UnsupportedOperation
from operator import index as _index

from _buffers import refuse as _refuse

_CLOSED = "I/O operation on closed file"


def _size(size):
    """How much to read; None: all."""
    if size is None:
        return None
    if not hasattr(type(size), "__index__"):
        raise TypeError(f"argument should be integer or None, not '{type(size).__name__}'")
    size = _index(size)
    return None if size < 0 else size


def _bytes(data):
    if not isinstance(data, (bytes, bytearray, memoryview, array)):
        raise TypeError(f"a bytes-like object is required, not '{type(data).__name__}'")
    return b"".join((data,))


class _Base:
    """What both have from `io.IOBase`."""

    def _check(self):
        if self.closed:
            raise ValueError(_CLOSED + ".")

    def __enter__(self):
        self._check()
        return self

    def __exit__(self, *args):
        self.close()

    def __iter__(self):
        self._check()
        return self

    def __getattr__(self, name):
        kind = type(self)
        shown = f"_io.{kind.__name__}" if kind in (StringIO, BytesIO) else kind.__name__
        if name in ("__getstate__", "__setstate__", "__reduce__", "__reduce_ex__"):
            _refuse(f"use `{name}` of {shown}, which is for pickles: take `getvalue()` and `tell()`")
        raise AttributeError(f"'{shown}' object has no attribute '{name}'", name=name, obj=self)

    def isatty(self):
        """Return whether this is an 'interactive' stream."""
        self._check()
        return False

    def fileno(self):
        """Returns underlying file descriptor if one exists."""
        raise UnsupportedOperation("fileno")

    def detach(self):
        """Separate the underlying buffer and return it."""
        raise UnsupportedOperation("detach")

    def readlines(self, hint=-1, /):
        """Return a list of lines from the stream."""
        hint = _size(hint)
        lines = []
        length = 0
        for line in self:
            lines.append(line)
            length += len(line)
            if hint and length > hint:
                break
        return lines

    def writelines(self, lines, /):
        """Write a list of lines to stream."""
        self._check()
        for line in lines:
            self.write(line)


def _universal(text):
    return text.replace("\r\n", "\n").replace("\r", "\n")


class StringIO(_Base):
    """Text I/O implementation using an in-memory buffer."""

    encoding = None
    errors = None

    def __init__(self, initial_value="", newline="\n"):
        if newline is not None and not isinstance(newline, str):
            raise TypeError(f"newline must be str or None, not {type(newline).__name__}")
        if newline not in (None, "", "\n", "\r", "\r\n"):
            raise ValueError(f"illegal newline value: {newline!r}")
        if initial_value is not None and not isinstance(initial_value, str):
            raise TypeError(f"initial_value must be str or None, not {type(initial_value).__name__}")
        self._closed = False
        self._newline = newline
        self._seen = []
        self._text = ""
        self._more = []
        self._pos = 0
        self._end = 0
        if initial_value:
            self._put(initial_value)
            self._pos = 0

    @property
    def closed(self):
        return self._closed

    @property
    def line_buffering(self):
        self._open()
        return False

    @property
    def newlines(self):
        self._open()
        if not self._seen:
            return None
        return self._seen[0] if len(self._seen) == 1 else tuple(self._seen)

    def _open(self):
        if self._closed:
            raise ValueError(_CLOSED)

    def _whole(self):
        if self._more:
            self._text += "".join(self._more)
            self._more = []
        return self._text

    def _note(self, text):
        """Which ends of lines were seen, in the order of CPython's table."""
        for end, here in (
            ("\r", "\r" in text.replace("\r\n", "")),
            ("\n", "\n" in text.replace("\r\n", "")),
            ("\r\n", "\r\n" in text),
        ):
            if here and end not in self._seen:
                self._seen.append(end)
        self._seen = [end for end in ("\r", "\n", "\r\n") if end in self._seen]

    def _put(self, text):
        newline = self._newline
        if not newline:
            self._note(text)
            if newline is None:
                text = _universal(text)
        elif newline != "\n":
            text = text.replace("\n", newline)
        text = str(text)
        if self._pos == self._end:
            self._more.append(text)
            self._end += len(text)
            self._pos = self._end
            return
        whole = self._whole()
        end = self._pos + len(text)
        self._text = whole[: self._pos] + "\0" * (self._pos - self._end) + text + whole[end:]
        self._pos = end
        self._end = len(self._text)

    def write(self, s, /):
        """Write string to file."""
        if not isinstance(s, str):
            raise TypeError(f"string argument expected, got '{type(s).__name__}'")
        self._open()
        if s:
            self._put(s)
        return len(s)

    def getvalue(self):
        """Retrieve the entire contents of the object."""
        self._open()
        return self._whole()

    def read(self, size=-1, /):
        """Read at most size characters, returned as a string."""
        size = _size(size)
        self._open()
        if self._pos >= self._end:
            return ""
        end = self._end if size is None else min(self._pos + size, self._end)
        text = self._whole()[self._pos : end]
        self._pos = end
        return text

    def readline(self, size=-1, /):
        """Read until newline or EOF."""
        size = _size(size)
        self._open()
        return self._line(size)

    def _line(self, size=None):
        if self._pos >= self._end:
            return ""
        text = self._whole()
        newline = self._newline
        if newline == "":
            at = [text.find(end, self._pos) for end in "\n\r"]
            at = [place for place in at if place >= 0]
            end = min(at) + 1 if at else self._end
            if at and text[end - 1] == "\r" and text[end : end + 1] == "\n":
                end += 1
        else:
            wanted = newline or "\n"
            place = text.find(wanted, self._pos)
            end = self._end if place < 0 else place + len(wanted)
        if size is not None:
            end = min(end, self._pos + size)
        line = text[self._pos : end]
        self._pos = end
        return line

    def __next__(self):
        self._open()
        if type(self) is StringIO:
            line = self._line()
        else:
            line = self.readline()
            if line and not isinstance(line, str):
                raise OSError(f"readline() should have returned a str object, not '{type(line).__name__}'")
        if not line:
            raise StopIteration
        return line

    def tell(self):
        """Tell the current file position."""
        self._open()
        return self._pos

    def seek(self, pos, whence=0, /):
        """Change stream position."""
        pos = _index(pos)
        whence = _index(whence)
        self._open()
        if not 0 <= whence <= 2:
            raise ValueError(f"Invalid whence ({whence}, should be 0, 1 or 2)")
        if pos < 0 and whence == 0:
            raise ValueError(f"Negative seek position {pos}")
        if whence and pos:
            raise OSError("Can't do nonzero cur-relative seeks")
        self._pos = pos if whence == 0 else self._pos if whence == 1 else self._end
        return self._pos

    def truncate(self, pos=None, /):
        """Truncate size to pos."""
        if pos is not None:
            given = pos
            if not hasattr(type(pos), "__index__"):
                raise TypeError(f"argument should be integer or None, not '{type(given).__name__}'")
            pos = _index(pos)
        self._open()
        if pos is None:
            pos = self._pos
        if pos < 0:
            raise ValueError(f"Negative size value {pos}")
        if pos < self._end:
            self._text = self._whole()[:pos]
            self._end = pos
        return pos

    def readable(self):
        """Returns True if the IO object can be read."""
        self._open()
        return True

    def writable(self):
        """Returns True if the IO object can be written."""
        self._open()
        return True

    def seekable(self):
        """Returns True if the IO object can be seeked."""
        self._open()
        return True

    def flush(self):
        """Flush write buffers, if applicable."""

    def close(self):
        """Close the IO object."""
        self._closed = True
        self._text = ""
        self._more = []


class BytesIO(_Base):
    """Buffered I/O implementation using an in-memory bytes buffer."""

    def __init__(self, initial_bytes=b""):
        self._data = bytearray()
        self._pos = 0
        if initial_bytes is not None:
            self._data += _bytes(initial_bytes)

    @property
    def closed(self):
        return self._data is None

    def read(self, size=-1, /):
        """Read at most size bytes, returned as a bytes object."""
        size = _size(size)
        self._check()
        end = len(self._data) if size is None else min(self._pos + size, len(self._data))
        return self._take(end)

    def read1(self, size=-1, /):
        """Read at most size bytes, returned as a bytes object."""
        size = _size(size)
        self._check()
        end = len(self._data) if size is None else min(self._pos + size, len(self._data))
        return self._take(end)

    def _take(self, end):
        if self._pos >= end:
            return b""
        with memoryview(self._data) as view:
            data = bytes(view[self._pos : end])
        self._pos = end
        return data

    def readline(self, size=-1, /):
        """Next line from the file, as a bytes object."""
        size = _size(size)
        self._check()
        return self._line(size)

    def _line(self, size=None):
        place = self._data.find(b"\n", self._pos)
        end = len(self._data) if place < 0 else place + 1
        return self._take(end if size is None else min(end, self._pos + size))

    def readlines(self, size=None, /):
        """List of bytes objects, each a line from the file."""
        size = _size(size)
        self._check()
        lines = []
        length = 0
        while line := self._line():
            lines.append(line)
            length += len(line)
            if size and length >= size:
                break
        return lines

    def readinto(self, buffer, /):
        """Read bytes into buffer."""
        view = memoryview(buffer).cast("B")
        self._check()
        count = max(0, min(len(view), len(self._data) - self._pos))
        if count:
            view[:count] = self._data[self._pos : self._pos + count]
            self._pos += count
        return count

    def __next__(self):
        self._check()
        line = self._line()
        if not line:
            raise StopIteration
        return line

    def write(self, b, /):
        """Write bytes to file."""
        self._check()
        data = _bytes(b)
        if data:
            end = self._pos + len(data)
            if self._pos > len(self._data):
                self._data += bytes(self._pos - len(self._data))
            if end > len(self._data):
                self._data[self._pos :] = data
            else:
                self._data[self._pos : end] = data
            self._pos = end
        return len(data)

    def getvalue(self):
        """Retrieve the entire contents of the BytesIO object."""
        self._check()
        return bytes(self._data)

    def getbuffer(self):
        """Get a read-write view over the contents of the BytesIO object."""
        self._check()
        return memoryview(self._data)

    def tell(self):
        """Current file position, an integer."""
        self._check()
        return self._pos

    def seek(self, pos, whence=0, /):
        """Change stream position."""
        pos = _index(pos)
        whence = _index(whence)
        self._check()
        if pos < 0 and whence == 0:
            raise ValueError(f"negative seek value {pos}")
        if not 0 <= whence <= 2:
            raise ValueError(f"invalid whence ({whence}, should be 0, 1 or 2)")
        if whence:
            pos += self._pos if whence == 1 else len(self._data)
        self._pos = max(pos, 0)
        return self._pos

    def truncate(self, size=None, /):
        """Truncate the file to at most size bytes."""
        if size is not None:
            given = size
            if not hasattr(type(size), "__index__"):
                raise TypeError(f"argument should be integer or None, not '{type(given).__name__}'")
            size = _index(size)
        self._check()
        if size is None:
            size = self._pos
        if size < 0:
            raise ValueError(f"negative size value {size}")
        if size < len(self._data):
            del self._data[size:]
        return size

    def readable(self):
        """Returns True if the IO object can be read."""
        self._check()
        return True

    def writable(self):
        """Returns True if the IO object can be written."""
        self._check()
        return True

    def seekable(self):
        """Returns True if the IO object can be seeked."""
        self._check()
        return True

    def flush(self):
        """Does nothing."""
        self._check()

    def close(self):
        """Disable all I/O operations."""
        if self._data is not None:
            self._data.append(0)  # a BufferError, while there is a view
            self._data = None
