"""How far into its object a view of memory begins, which CPython does not say: the two addresses are compared."""

from __future__ import annotations

import ctypes
from typing import Any

_FULL_READ_ONLY = 0x011C  # PyBUF_FULL_RO


class _Buffer(ctypes.Structure):
    """CPython's `Py_buffer`, which is part of its stable ABI."""

    _fields_ = (
        ("buf", ctypes.c_void_p),
        ("obj", ctypes.c_void_p),
        ("len", ctypes.c_ssize_t),
        ("itemsize", ctypes.c_ssize_t),
        ("readonly", ctypes.c_int),
        ("ndim", ctypes.c_int),
        ("format", ctypes.c_char_p),
        ("shape", ctypes.c_void_p),
        ("strides", ctypes.c_void_p),
        ("suboffsets", ctypes.c_void_p),
        ("internal", ctypes.c_void_p),
    )


def distance(view: Any, exporter: Any) -> int:
    return _address(view) - _address(exporter)


def _address(exporter: Any) -> int:
    held = _Buffer()
    ctypes.pythonapi.PyObject_GetBuffer(ctypes.py_object(exporter), ctypes.byref(held), _FULL_READ_ONLY)
    found: int = held.buf or 0
    ctypes.pythonapi.PyBuffer_Release(ctypes.byref(held))
    return found
