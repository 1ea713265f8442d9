"""`struct.Struct` and what `iter_unpack` gives, in workflow Python: a format, and a place in a buffer."""

from struct import calcsize, pack, pack_into, unpack, unpack_from

from _struct_parts import check_iterated, format_of


class Struct:
    """Struct(fmt) --> compiled struct object"""

    __slots__ = ("__dict__", "format", "size")

    def __init__(self, format):
        self.format = format_of(format)
        self.size = calcsize(format)

    def pack(self, /, *values):
        return pack(self.format, *values)

    def pack_into(self, /, *values):
        return pack_into(self.format, *values)

    def unpack(self, buffer, /):
        return unpack(self.format, buffer)

    def unpack_from(self, /, buffer, offset=0):
        return unpack_from(self.format, buffer, offset)

    def iter_unpack(self, buffer, /):
        return unpack_iterator._made(self.format, buffer)


class unpack_iterator:
    """What is left of a buffer, one after the other."""

    __slots__ = ("_buffer", "_format", "_place", "_size")

    def __init__(self):
        raise TypeError("Cannot create 'unpack_iterator objects")

    @classmethod
    def _made(cls, format, buffer):
        check_iterated(format, buffer)
        made = cls.__new__(cls)
        made._format, made._buffer, made._place = format, buffer, 0
        made._size = calcsize(format)
        return made

    def __iter__(self):
        return self

    def __length_hint__(self):
        return 0 if self._buffer is None else (len(self._buffer) - self._place) // self._size

    def __next__(self):
        if self._buffer is None or self._place >= len(self._buffer):
            self._buffer = None
            raise StopIteration
        place = self._place
        self._place += self._size
        return unpack_from(self._format, self._buffer, place)
