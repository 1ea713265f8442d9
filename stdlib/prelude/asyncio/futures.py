"""Whether something is a future."""

from asyncio import Future


def isfuture(obj):
    return isinstance(obj, Future)
