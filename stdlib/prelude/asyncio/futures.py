"""Whether something is a future: one of the machine's, or an object of the program whose class says so."""

from asyncio import Future


def isfuture(obj):
    if isinstance(obj, Future):
        return True
    return hasattr(type(obj), "_asyncio_future_blocking") and obj._asyncio_future_blocking is not None


def wrap_future(future, *, loop=None):
    """Futures of threads there are none; what is one of asyncio's already goes through."""
    if isfuture(future):
        return future
    raise AssertionError(f"concurrent.futures.Future is expected, got {future!r}")
