"""asyncio, contextlib and contextvars: the loop, threads, processes and streams are the engine's."""

from __future__ import annotations

_LOOP = "a run has one loop, which runs already: `asyncio.get_running_loop()` gives it"
_PROCESS = "do it in an action, which may start processes and read what they say"
_STREAM = "do it in an action, which may use the network"
_THREAD = "do it in an action, which may use threads"
_SIGNALS = "signals are the engine's: cancel the run with `handle.cancel()`"

TABLE = {
    "asyncio": {
        _LOOP: "AbstractEventLoop AbstractEventLoopPolicy AbstractServer BaseEventLoop DefaultEventLoopPolicy Runner "
        "SelectorEventLoop EventLoop get_event_loop_policy new_event_loop run set_event_loop set_event_loop_policy "
        "_get_running_loop _set_running_loop Server",
        _PROCESS: "SubprocessProtocol SubprocessTransport create_subprocess_exec create_subprocess_shell subprocess",
        _STREAM: "BaseProtocol BaseTransport BufferedProtocol DatagramProtocol DatagramTransport Protocol "
        "ReadTransport StreamReader StreamReaderProtocol StreamWriter Transport WriteTransport open_connection "
        "open_unix_connection start_server start_unix_server",
        _THREAD: "run_coroutine_threadsafe to_thread",
        _SIGNALS: "AbstractChildWatcher FastChildWatcher MultiLoopChildWatcher PidfdChildWatcher SafeChildWatcher "
        "ThreadedChildWatcher get_child_watcher set_child_watcher",
        "eager tasks are Python 3.12's, and the prelude is 3.11's: use `asyncio.create_task`": "eager_task_factory "
        "create_eager_task_factory",
        "ask `isinstance(handle, asyncio.Handle)`: a timer is one, too": "TimerHandle",
        "there is no shutdown of queues before Python 3.13: put a value that says so": "QueueShutDown",
        "the call graph is the interpreter's: `waymark runs show` tells what a run waits for": "FrameCallGraphEntry "
        "FutureCallGraph capture_call_graph format_call_graph print_call_graph future_add_to_awaited_by "
        "future_discard_from_awaited_by",
    },
    "contextlib": {
        "what a run prints is its log: collect the texts in a list": "redirect_stdout",
        "a run writes to no stderr: collect the texts in a list": "redirect_stderr",
        "a run has no working directory: give paths to actions in full": "chdir",
    },
}
