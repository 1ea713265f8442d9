"""Task groups: tasks that end before their block does, and of which one failure cancels the others."""

from asyncio.exceptions import CancelledError

from waymark.machine import current_task as _current_task
from waymark.machine import future as _future
from waymark.machine import report as _report
from waymark.machine import task as _task


class TaskGroup:
    def __init__(self):
        self._entered = False
        self._exiting = False
        self._aborting = False
        self._parent = None
        self._parent_cancel_requested = False
        self._tasks = set()
        self._errors = []
        self._base_error = None
        self._all_done = None

    def __repr__(self):
        parts = [""]
        if self._tasks:
            parts.append(f"tasks={len(self._tasks)}")
        if self._errors:
            parts.append(f"errors={len(self._errors)}")
        if self._aborting:
            parts.append("cancelling")
        elif self._entered:
            parts.append("entered")
        return f"<TaskGroup{' '.join(parts)}>"

    async def __aenter__(self):
        if self._entered:
            raise RuntimeError(f"TaskGroup {self!r} has already been entered")
        self._parent = _current_task()
        if self._parent is None:
            raise RuntimeError(f"TaskGroup {self!r} cannot determine the parent task")
        self._entered = True
        return self

    async def __aexit__(self, exc_type, error, traceback):
        self._exiting = True
        if error is not None and _is_of_the_process(error) and self._base_error is None:
            self._base_error = error
        cancellation = error if exc_type is CancelledError else None
        # The cancellation that the group itself asked for ends here; one more from outside goes on.
        if self._parent_cancel_requested and self._parent.uncancel() == 0:
            cancellation = None
        if exc_type is not None and not self._aborting:
            self._abort()
        cancellation = await self._until_done(cancellation)
        if self._base_error is not None:
            raise self._base_error
        if cancellation is not None and not self._errors:
            raise cancellation
        if exc_type is not None and exc_type is not CancelledError:
            self._errors.append(error)
        if self._errors:
            try:
                raise BaseExceptionGroup("unhandled errors in a TaskGroup", self._errors) from None
            finally:
                self._errors = None

    async def _until_done(self, cancellation):
        """Wait for all tasks, however often the parent is cancelled meanwhile; return what is to be raised for that."""
        while self._tasks:
            if self._all_done is None:
                self._all_done = _future()
            try:
                await self._all_done
            except CancelledError as error:
                if not self._aborting:
                    cancellation = error
                    self._abort()
            self._all_done = None
        return cancellation

    def create_task(self, coro, *, name=None, context=None):
        if not self._entered:
            raise RuntimeError(f"TaskGroup {self!r} has not been entered")
        if self._exiting and not self._tasks:
            raise RuntimeError(f"TaskGroup {self!r} is finished")
        if self._aborting:
            raise RuntimeError(f"TaskGroup {self!r} is shutting down")
        task = _task(coro, name, context)
        task.add_done_callback(self._one_is_done)
        self._tasks.add(task)
        return task

    def _abort(self):
        self._aborting = True
        for task in self._tasks:
            if not task.done():
                task.cancel()

    def _one_is_done(self, task):
        self._tasks.discard(task)
        if self._all_done is not None and not self._tasks and not self._all_done.done():
            self._all_done.set_result(True)
        if task.cancelled():
            return
        error = task.exception()
        if error is None:
            return
        self._errors.append(error)
        if _is_of_the_process(error) and self._base_error is None:
            self._base_error = error
        if self._parent.done():
            message = f"Task {task!r} has errored out but its parent task {self._parent} is already completed"
            _report(message, error, task)
            return
        if not self._aborting and not self._parent_cancel_requested:
            self._abort()
            self._parent_cancel_requested = True
            self._parent.cancel()


def _is_of_the_process(error):
    """What ends a process, and is never put into a group."""
    return isinstance(error, (SystemExit, KeyboardInterrupt))
