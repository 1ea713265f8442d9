"""`msgspec.msgpack` in workflow Python: bytes of values, and values of bytes, by the host (`vm/hosting.py`)."""

import _hosted


def encode(obj, /, **options):
    return _hosted.known("function", None, ("msgspec.msgpack.encode", obj), options)


def decode(buf, /, **options):
    return _hosted.known("function", None, ("msgspec.msgpack.decode", buf), options)
