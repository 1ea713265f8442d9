"""Runs of other workflows, as the run that starts them holds them: `Child()`, and what its `start` gives."""

from asyncio import shield as _shield

from waymark.machine import start_run as _start_run
from waymark.machine import tell_run as _tell_run


class ChildWorkflow:
    """What naming a workflow's class and calling it gives inside of a run."""

    __slots__ = ("_workflow",)

    def __init__(self, workflow):
        self._workflow = workflow

    def __repr__(self):
        return f"<workflow {self._workflow!r}>"

    def __getattr__(self, name):
        raise AttributeError(
            f"inside of a run, the workflow {self._workflow!r} has `run` and `start` alone, and no {name!r}",
            name=name,
            obj=self,
        )

    async def run(self, /, *args, **kwargs):
        future, _, _ = _start_run(self._workflow, None, False, 0, args, kwargs)
        return await future

    async def start(self, /, *args, id=None, detached=False, priority=0, **kwargs):
        for name in ("at", "client", "connection", "delay", "on_conflict", "tags", "timeout"):
            if name in kwargs:
                raise TypeError(
                    f"inside of a run, start() takes id, detached and priority; {name} is for those outside, and a "
                    "parameter of run() with this name is given by position"
                )
        return ChildRun(self._workflow, *_start_run(self._workflow, id, detached, priority, args, kwargs))


class ChildRun:
    """A run that this one has started."""

    __slots__ = ("_future", "_id", "_number", "_workflow")

    def __init__(self, workflow, future, id, number):
        self._workflow = workflow
        self._future = future
        self._id = id
        self._number = number

    def __repr__(self):
        return f"<run {self._id!r} of {self._workflow!r}>"

    @property
    def id(self):
        return self._id

    @property
    def workflow(self):
        return self._workflow

    def done(self):
        return self._future.done()

    async def result(self):
        """Its value; WorkflowFailed. Who stops waiting for it leaves the run alone."""
        return await _shield(self._future)

    async def cancel(self, reason=""):
        _tell_run(self._workflow, self._id, self._number, None, reason)

    async def send(self, topic, value=None):
        if topic is None:
            raise TypeError("a topic is a str, and this one is of type NoneType")
        _tell_run(self._workflow, self._id, self._number, topic, value)
