"""What is a coroutine, and what makes one."""

from waymark.machine import is_coroutine as _is_coroutine
from waymark.machine import makes_coroutines as _makes_coroutines


def iscoroutine(obj):
    return _is_coroutine(obj)


def iscoroutinefunction(func):
    return _makes_coroutines(func)
