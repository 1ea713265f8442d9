"""Which names outside a program make a workflow give another answer, or act twice, when it resumes.

The table knows full names, after aliases are resolved: `dt.now` with `from datetime import datetime as dt` is
`datetime.datetime.now`. A row ending in a dot covers everything below it; the longest row that fits decides.
"""

from __future__ import annotations

from ..diagnostics.determinism import (
    ClockRead,
    EnvironmentRead,
    Impure,
    InputOutput,
    Introspection,
    RandomRead,
    ThreadUse,
)

_ROWS: dict[type[Impure], str] = {
    ClockRead: "datetime.datetime.now datetime.datetime.today datetime.datetime.utcnow datetime.date.today time.time "
    "time.time_ns time.monotonic time.monotonic_ns time.perf_counter time.perf_counter_ns time.process_time "
    "time.process_time_ns time.thread_time time.localtime time.gmtime time.ctime time.asctime time.strftime "
    "email.utils.localtime email.utils.formatdate timeit.",
    RandomRead: "random. secrets. uuid.uuid1 uuid.uuid4 uuid.uuid6 uuid.uuid7 uuid.uuid8 uuid.getnode os.urandom "
    "os.getrandom numpy.random. tempfile.",
    EnvironmentRead: "os.environ os.environ. os.environb os.environb. os.getenv os.getenvb",
    InputOutput: "builtins.open builtins.input builtins.breakpoint builtins.help builtins.copyright builtins.credits "
    "builtins.license builtins.exit builtins.quit os._exit io. os. pathlib.Path. shutil. glob. "
    "socket. ssl. select. selectors. subprocess. urllib.request. http.client. http.server. ftplib. smtplib. imaplib. "
    "sqlite3. logging.handlers. logging.config. sys.stdin. sys.stdout. sys.stderr. sys.argv fileinput. getpass. "
    "platform. webbrowser. "
    "requests. httpx. aiohttp. urllib3. boto3. psycopg. psycopg2. asyncpg. redis. sqlalchemy. asyncio.open_connection "
    "asyncio.start_server asyncio.create_subprocess_exec asyncio.create_subprocess_shell",
    ThreadUse: "time.sleep threading. multiprocessing. concurrent.futures. queue. _thread. signal. asyncio.to_thread "
    "asyncio.run asyncio.new_event_loop",
    Introspection: "builtins.eval builtins.exec builtins.compile builtins.globals builtins.locals builtins.vars "
    "builtins.id builtins.dir builtins.__import__ inspect. sys._getframe gc. ctypes. importlib. dis. traceback. "
    "weakref.",
}
# Of what the rows cover, that which only looks at its arguments. Whether it is compiled, the catalogue says.
_PURE = frozenset(
    "os.path.join os.path.basename os.path.dirname os.path.split os.path.splitext os.path.normpath os.path.isabs "
    "os.path.commonprefix os.path.commonpath os.path.sep os.sep os.linesep os.fspath os.PathLike io.StringIO "
    "io.UnsupportedOperation io.SEEK_SET io.SEEK_CUR io.SEEK_END "
    "io.BytesIO inspect.isawaitable inspect.iscoroutine inspect.cleandoc importlib.abc "
    "traceback.TracebackException".split()
)
_BY_NAME = {row: kind for kind, rows in _ROWS.items() for row in rows.split()}
assert len(_BY_NAME) == sum(len(rows.split()) for rows in _ROWS.values()), "a name stands in two rows"


def impurity(name: str) -> type[Impure] | None:
    """Return what is wrong with using `name` in a workflow, or None if the table does not know it."""
    if name in _BY_NAME:
        return _BY_NAME[name]
    if name in _PURE:
        return None
    parts = name.split(".")
    prefixes = (".".join(parts[:length]) + "." for length in range(len(parts), 0, -1))
    return next((_BY_NAME[prefix] for prefix in prefixes if prefix in _BY_NAME), None)
