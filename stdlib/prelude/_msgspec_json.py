"""`msgspec.json` in workflow Python: texts of values, and values of texts, by the host (`vm/hosting.py`)."""

import _hosted


def encode(obj, /, **options):
    return _hosted.known("function", None, ("msgspec.json.encode", obj), options)


def decode(buf, /, **options):
    return _hosted.known("function", None, ("msgspec.json.decode", buf), options)
