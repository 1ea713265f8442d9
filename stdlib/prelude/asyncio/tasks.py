"""Tasks, and several awaitables at once: gather, wait, wait_for, as_completed, shield."""

from asyncio.exceptions import CancelledError
from asyncio.futures import isfuture
from asyncio.queues import Queue

from waymark.machine import (
    call_at as _call_at,
)
from waymark.machine import (
    current_task as _current_task,
)
from waymark.machine import (
    future as _future,
)
from waymark.machine import (
    gathering as _gathering,
)
from waymark.machine import (
    is_coroutine as _is_coroutine,
)
from waymark.machine import (
    open_tasks as _open_tasks,
)
from waymark.machine import (
    task as _task,
)
from waymark.machine import (
    time as _time,
)

FIRST_COMPLETED = "FIRST_COMPLETED"
FIRST_EXCEPTION = "FIRST_EXCEPTION"
ALL_COMPLETED = "ALL_COMPLETED"


def current_task(loop=None):
    return _current_task()


def all_tasks(loop=None):
    return set(_open_tasks())


def create_task(coro, *, name=None, context=None):
    return _task(coro, name, context)


def ensure_future(coro_or_future, *, loop=None):
    """What is a future already as it is, and a task over everything else that can be awaited."""
    if isfuture(coro_or_future):
        return coro_or_future
    if _is_coroutine(coro_or_future):
        return _task(coro_or_future, None, None)
    if hasattr(type(coro_or_future), "__await__"):
        return _task(_wrap_awaitable(coro_or_future), None, None)
    raise TypeError("An asyncio.Future, a coroutine or an awaitable is required")


async def _wrap_awaitable(awaitable):
    return await _Wrapped(awaitable)


class _Wrapped:
    __slots__ = ("awaitable",)

    def __init__(self, awaitable):
        self.awaitable = awaitable

    def __await__(self):
        return (yield from self.awaitable.__await__())


# --- gather ---


def gather(*coros_or_futures, return_exceptions=False):
    if not coros_or_futures:
        outer = _future()
        outer.set_result([])
        return outer
    children = []
    known = {}
    finished = 0
    outer = None

    def one_is_done(child):
        nonlocal finished
        finished += 1
        if outer is None or outer.done():
            if not child.cancelled():
                child.exception()
            return
        if not return_exceptions:
            if child.cancelled():
                outer.set_exception(child._make_cancelled_error())
                return
            error = child.exception()
            if error is not None:
                outer.set_exception(error)
                return
        if finished == len(known):
            results = [_told(each) for each in children]
            if outer._cancel_requested:
                # Of the last child, as in asyncio, whichever was the last to end.
                outer.set_exception(children[-1]._make_cancelled_error())
            else:
                outer.set_result(results)

    for argument in coros_or_futures:
        if argument not in known:
            child = ensure_future(argument)
            known[argument] = child
            child.add_done_callback(one_is_done)
        else:
            child = known[argument]
        children.append(child)
    # Cancelling this future cancels the children; it is cancelled when the last of them has answered.
    outer = _gathering(children)
    return outer


def _told(child):
    """A child's result, or its exception as a value."""
    if child.cancelled():
        message = child._cancel_message
        return CancelledError("" if message is None else message)
    error = child.exception()
    return child.result() if error is None else error


# --- wait ---


async def wait(fs, *, timeout=None, return_when=ALL_COMPLETED):
    if isfuture(fs) or _is_coroutine(fs):
        raise TypeError(f"expect a list of futures, not {type(fs).__name__}")
    if not fs:
        raise ValueError("Set of Tasks/Futures is empty.")
    if return_when not in (FIRST_COMPLETED, FIRST_EXCEPTION, ALL_COMPLETED):
        raise ValueError(f"Invalid return_when value: {return_when}")
    fs = set(fs)
    for one in fs:
        if _is_coroutine(one):
            raise TypeError("Passing coroutines is forbidden, use tasks explicitly.")
    waiter = _future()
    timer = None if timeout is None else _call_at(_time() + timeout, _release, (waiter,), None)
    left = len(fs)

    def one_is_done(one):
        nonlocal left
        left -= 1
        if left <= 0 or return_when == FIRST_COMPLETED or (return_when == FIRST_EXCEPTION and _raised(one)):
            if timer is not None:
                timer.cancel()
            _release(waiter)

    for one in fs:
        one.add_done_callback(one_is_done)
    try:
        await waiter
    finally:
        if timer is not None:
            timer.cancel()
        for one in fs:
            one.remove_done_callback(one_is_done)
    done, pending = set(), set()
    for one in fs:
        if one.done():
            done.add(one)
        else:
            pending.add(one)
    return done, pending


def _raised(one):
    return not one.cancelled() and one.exception() is not None


def _release(waiter, *_):
    if not waiter.done():
        waiter.set_result(None)


# --- wait_for ---


async def wait_for(fut, timeout):
    if timeout is None:
        return await fut
    if timeout <= 0:
        fut = ensure_future(fut)
        if fut.done():
            return fut.result()
        return await _overdue(fut)
    waiter = _future()
    timer = _call_at(_time() + timeout, _release, (waiter,), None)

    def release(_):
        _release(waiter)

    fut = ensure_future(fut)
    fut.add_done_callback(release)
    try:
        try:
            await waiter
        except CancelledError:
            if fut.done():
                return fut.result()
            fut.remove_done_callback(release)
            await _cancel_and_wait(fut)
            raise
        if fut.done():
            return fut.result()
        fut.remove_done_callback(release)
        return await _overdue(fut)
    finally:
        timer.cancel()


async def _overdue(fut):
    """Cancel what took too long. If it ends with something else than its cancellation, that is what counts."""
    await _cancel_and_wait(fut)
    try:
        return fut.result()
    except CancelledError as error:
        raise TimeoutError() from error


async def _cancel_and_wait(fut):
    """Waited for is a future of our own, so that this very wait can be cancelled, too."""
    waiter = _future()

    def release(_):
        _release(waiter)

    fut.add_done_callback(release)
    try:
        fut.cancel()
        await waiter
    finally:
        fut.remove_done_callback(release)


# --- as_completed ---


def as_completed(fs, *, timeout=None):
    if isfuture(fs) or _is_coroutine(fs):
        raise TypeError(f"expect an iterable of futures, not {type(fs).__name__}")
    done = Queue()
    todo = {ensure_future(one) for one in set(fs)}
    timer = None

    def too_late():
        for one in todo:
            one.remove_done_callback(one_is_done)
            done.put_nowait(None)
        todo.clear()

    def one_is_done(one):
        if not todo:
            return
        todo.remove(one)
        done.put_nowait(one)
        if not todo and timer is not None:
            timer.cancel()

    async def next_one():
        one = await done.get()
        if one is None:
            raise TimeoutError
        return one.result()

    for one in todo:
        one.add_done_callback(one_is_done)
    if todo and timeout is not None:
        timer = _call_at(_time() + timeout, too_late, (), None)
    for _ in range(len(todo)):
        yield next_one()


# --- shield ---


def shield(arg):
    inner = ensure_future(arg)
    if inner.done():
        return inner
    outer = _future()

    def inner_is_done(inner):
        if outer.cancelled():
            if not inner.cancelled():
                inner.exception()  # asked for, so that nobody is told that nobody has
            return
        if inner.cancelled():
            outer.cancel()
            return
        error = inner.exception()
        if error is not None:
            outer.set_exception(error)
        else:
            outer.set_result(inner.result())

    def outer_is_done(outer):
        if not inner.done():
            inner.remove_done_callback(inner_is_done)

    inner.add_done_callback(inner_is_done)
    outer.add_done_callback(outer_is_done)
    return outer
