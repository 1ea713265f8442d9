"""The part of the prelude that is written in Python: its modules, what they offer, and what is refused beside it.

The modules have the names of CPython's. Each is a unit of its own (`compiler/prelude_units.py`), so nothing at its top
may be left to run: constants, functions and classes, and variables that a function binds. Only they may import
`waymark.machine`, whose names are the machine's intrinsics.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import resources

MACHINE = "waymark.machine"
_FOLDER = __name__.rpartition(".")[0]

# In the order in which CPython imports them: a module imports from those before it.
MODULES = (
    "asyncio.coroutines",
    "asyncio.events",
    "asyncio.futures",
    "asyncio.locks",
    "asyncio.timeouts",
    "asyncio.queues",
    "asyncio.tasks",
    "asyncio.taskgroups",
    "functools",
    "itertools",
    "contextlib",
    "_contextvars",
    "copy",
    "_enum",
)

_ASYNCIO = {
    "asyncio.coroutines": "iscoroutine iscoroutinefunction",
    "asyncio.events": "get_event_loop get_running_loop",
    "asyncio.futures": "isfuture",
    "asyncio.locks": "Barrier BoundedSemaphore Condition Event Lock Semaphore",
    "asyncio.queues": "LifoQueue PriorityQueue Queue",
    "asyncio.taskgroups": "TaskGroup",
    "asyncio.tasks": "ALL_COMPLETED FIRST_COMPLETED FIRST_EXCEPTION all_tasks as_completed create_task current_task "
    "ensure_future gather shield wait wait_for",
    "asyncio.timeouts": "Timeout timeout timeout_at",
}
_CONTEXTLIB = (
    "AbstractAsyncContextManager AbstractContextManager AsyncContextDecorator AsyncExitStack ContextDecorator "
    "ExitStack aclosing asynccontextmanager closing contextmanager nullcontext suppress"
)
_FUNCTOOLS = (
    "WRAPPER_ASSIGNMENTS WRAPPER_UPDATES cache cached_property cmp_to_key lru_cache partial partialmethod "
    "singledispatch singledispatchmethod total_ordering update_wrapper wraps"
)
_ITERTOOLS = (
    "accumulate chain combinations combinations_with_replacement compress count cycle dropwhile filterfalse groupby "
    "islice pairwise permutations product repeat starmap takewhile tee zip_longest"
)
_CONTEXTVARS = "Context ContextVar Token copy_context"
# What a name of a package means: the module of the prelude that defines it.
EXPORTS: Mapping[str, str] = {
    **{f"asyncio.{name}": module for module, names in _ASYNCIO.items() for name in names.split()},
    **{f"contextlib.{name}": "contextlib" for name in _CONTEXTLIB.split()},
    **{f"functools.{name}": "functools" for name in _FUNCTOOLS.split()},
    **{f"itertools.{name}": "itertools" for name in _ITERTOOLS.split()},
    **{f"contextvars.{name}": "_contextvars" for name in _CONTEXTVARS.split()},
    **{f"copy.{name}": "copy" for name in ("copy", "deepcopy")},
    "enum.verify": "_enum",
}

_LOOP = "a run has one loop, which runs already: `asyncio.get_running_loop()` gives it"
_PROCESS = "do it in an action, which may start processes and read what they say"
_STREAM = "do it in an action, which may use the network"
_THREAD = "do it in an action, which may use threads"
_SIGNALS = "signals are the engine's: cancel the run with `handle.cancel()`"
_REFUSED = {
    _LOOP: "AbstractEventLoop AbstractEventLoopPolicy AbstractServer BaseEventLoop DefaultEventLoopPolicy Runner "
    "SelectorEventLoop EventLoop get_event_loop_policy new_event_loop run set_event_loop set_event_loop_policy "
    "_get_running_loop _set_running_loop Server",
    _PROCESS: "SubprocessProtocol SubprocessTransport create_subprocess_exec create_subprocess_shell subprocess",
    _STREAM: "BaseProtocol BaseTransport BufferedProtocol DatagramProtocol DatagramTransport Protocol ReadTransport "
    "StreamReader StreamReaderProtocol StreamWriter Transport WriteTransport open_connection open_unix_connection "
    "start_server start_unix_server",
    _THREAD: "run_coroutine_threadsafe to_thread wrap_future",
    _SIGNALS: "AbstractChildWatcher FastChildWatcher MultiLoopChildWatcher PidfdChildWatcher SafeChildWatcher "
    "ThreadedChildWatcher get_child_watcher set_child_watcher",
    "eager tasks are Python 3.12's, and the prelude is 3.11's: use `asyncio.create_task`": "create_eager_task_factory "
    "eager_task_factory",
    "ask `isinstance(handle, asyncio.Handle)`: a timer is one, too": "TimerHandle",
    "there is no shutdown of queues before Python 3.13: put a value that says so": "QueueShutDown",
    "the call graph is the interpreter's: `waymark runs show` tells what a run waits for": "FrameCallGraphEntry "
    "FutureCallGraph capture_call_graph format_call_graph print_call_graph future_add_to_awaited_by "
    "future_discard_from_awaited_by",
}
# Full name -> what to do instead.
REFUSED: Mapping[str, str] = {
    **{f"asyncio.{name}": advice for advice, names in _REFUSED.items() for name in names.split()},
    "contextlib.redirect_stdout": "what a run prints is its log: collect the texts in a list",
    "contextlib.redirect_stderr": "a run writes to no stderr: collect the texts in a list",
    "contextlib.chdir": "a run has no working directory: give paths to actions in full",
}


def python_source(module: str) -> str:
    """The text of a module."""
    package, _, name = module.rpartition(".")
    return resources.files(_FOLDER).joinpath(package, f"{name}.py").read_text(encoding="utf-8")
