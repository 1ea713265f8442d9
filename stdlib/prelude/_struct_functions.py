"""`struct.iter_unpack` in workflow Python."""

from _struct import unpack_iterator


def iter_unpack(format, buffer, /):
    return unpack_iterator._made(format, buffer)
