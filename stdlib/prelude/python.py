"""The part of the prelude that is written in Python: its modules, and what they offer.

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
    "operator",
    "_collections_abc",
    "_collections",
    "itertools",
    "heapq",
    "bisect",
    "types",
    "typing",
    "collections",
    "asyncio.coroutines",
    "asyncio.events",
    "asyncio.futures",
    "asyncio.locks",
    "asyncio.timeouts",
    "asyncio.queues",
    "asyncio.tasks",
    "asyncio.taskgroups",
    "functools",
    "contextlib",
    "_contextvars",
    "copy",
    "_enum",
    "_decimal",
    "numbers",
    "_calendar",
    "_calendar_shared",
    "_calendar_html",
    "logging",
    "_logging_root",
    "warnings",
    "_io",
    "re",
    "_re",
    "json.encoder",
    "json.decoder",
    "_json",
    "string",
    "textwrap",
    "_struct",
    "_struct_functions",
    "_hashlib",
    "hmac",
    "_hmac",
    "urllib.parse",
    "difflib",
    "_difflib",
    "_hosts",
    "_pydantic",
    "_msgspec",
    "_msgspec_json",
    "_msgspec_msgpack",
    "_msgspec_structs",
    "_attrs",
    "_children",
)

_ASYNCIO = {
    "asyncio.coroutines": "iscoroutine iscoroutinefunction",
    "asyncio.events": "get_event_loop get_running_loop",
    "asyncio.futures": "isfuture wrap_future",
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
    "WRAPPER_ASSIGNMENTS WRAPPER_UPDATES cache cached_property cmp_to_key lru_cache partial partialmethod reduce "
    "singledispatch singledispatchmethod total_ordering update_wrapper wraps"
)
_ITERTOOLS = (
    "accumulate batched chain combinations combinations_with_replacement compress count cycle dropwhile filterfalse "
    "groupby islice pairwise permutations product repeat starmap takewhile tee zip_longest"
)
_COLLECTIONS_ABC = (
    "AsyncGenerator AsyncIterable AsyncIterator Awaitable ByteString Callable Collection Container Coroutine Generator "
    "Hashable ItemsView Iterable Iterator KeysView Mapping MappingView MutableMapping MutableSequence MutableSet "
    "Reversible Sequence Set Sized ValuesView"
)
_COLLECTIONS = {
    "_collections": "OrderedDict defaultdict deque",
    "collections": "ChainMap Counter UserDict UserList UserString",
}
_BISECT = "bisect bisect_left bisect_right insort insort_left insort_right"
_OPERATOR = "attrgetter call is_ is_not itemgetter length_hint methodcaller"
_TYPING = (
    "NewType SupportsAbs SupportsBytes SupportsComplex SupportsFloat SupportsIndex SupportsInt SupportsRound "
    "assert_never final overload override"
)
_LOGGING = (
    "CRITICAL DEBUG ERROR FATAL INFO Logger LoggerAdapter NOTSET NullHandler RootLogger WARN WARNING addLevelName "
    "disable getLevelName getLevelNamesMapping getLogger"
)
_LOGGING_ROOT = "critical debug error exception fatal info log warn warning"
_CONTEXTVARS = "Context ContextVar Token copy_context"
_HASHLIB = (
    "blake2b blake2s md5 new sha1 sha224 sha256 sha384 sha3_224 sha3_256 sha3_384 sha3_512 sha512 shake_128 shake_256"
)
_DIFFLIB = "Differ Match SequenceMatcher context_diff diff_bytes restore unified_diff"
_RE = "compile findall finditer fullmatch match purge search split sub subn"
_ATTRS = "asdict astuple evolve has validate"
_FROZEN = "FrozenAttributeError FrozenError FrozenInstanceError"
_CALENDAR = (
    "Calendar EPOCH FRIDAY February IllegalMonthError IllegalWeekdayError January MONDAY SATURDAY SUNDAY THURSDAY "
    "TUESDAY TextCalendar WEDNESDAY format formatstring isleap leapdays monthrange timegm"
)
_CALENDAR_SHARED = "calendar firstweekday monthcalendar prcal prmonth prweek week weekday weekheader"
# What a name of a package means: the module of the prelude that defines it.
EXPORTS: Mapping[str, str] = {
    **{f"asyncio.{name}": module for module, names in _ASYNCIO.items() for name in names.split()},
    **{f"contextlib.{name}": "contextlib" for name in _CONTEXTLIB.split()},
    **{f"functools.{name}": "functools" for name in _FUNCTOOLS.split()},
    **{f"itertools.{name}": "itertools" for name in _ITERTOOLS.split()},
    **{f"contextvars.{name}": "_contextvars" for name in _CONTEXTVARS.split()},
    **{f"copy.{name}": "copy" for name in ("copy", "deepcopy")},
    **{f"heapq.{name}": "heapq" for name in ("merge", "nlargest", "nsmallest")},
    "types.SimpleNamespace": "types",
    **{f"typing.{name}": "typing" for name in _TYPING.split()},
    **{f"bisect.{name}": "bisect" for name in _BISECT.split()},
    **{f"io.{name}": "_io" for name in ("BytesIO", "StringIO")},
    **{f"operator.{name}": "operator" for name in _OPERATOR.split()},
    **{f"collections.abc.{name}": "_collections_abc" for name in _COLLECTIONS_ABC.split()},
    **{f"collections.{name}": module for module, names in _COLLECTIONS.items() for name in names.split()},
    **{f"pydantic.{name}": "_pydantic" for name in ("BaseModel", "RootModel", "ValidationError")},
    "pydantic_core.ValidationError": "_pydantic",
    **{f"msgspec.{name}": "_msgspec" for name in ("Struct", "convert", "to_builtins")},
    **{f"msgspec.{name}.{call}": f"_msgspec_{name}" for name in ("json", "msgpack") for call in ("encode", "decode")},
    **{f"msgspec.structs.{name}": "_msgspec_structs" for name in ("asdict", "astuple", "replace")},
    **{f"{package}.{name}": "_attrs" for package in ("attr", "attrs") for name in _ATTRS.split()},
    **{f"{package}.exceptions.{name}": "_attrs" for package in ("attr", "attrs") for name in _FROZEN.split()},
    "_collections._shown": "_collections",  # for the prelude alone
    "enum.verify": "_enum",
    "decimal.localcontext": "_decimal",
    **{f"numbers.{name}": "numbers" for name in ("Complex", "Integral", "Number", "Rational", "Real")},
    **{f"calendar.{name}": "_calendar" for name in _CALENDAR.split()},
    **{f"calendar.{name}": "_calendar_shared" for name in _CALENDAR_SHARED.split()},
    "calendar.HTMLCalendar": "_calendar_html",
    "calendar.month": "_calendar_html",
    "calendar.setfirstweekday": "_calendar_html",
    "_calendar.shared": "_calendar_shared",
    **{f"logging.{name}": "logging" for name in _LOGGING.split()},
    **{f"logging.{name}": "_logging_root" for name in _LOGGING_ROOT.split()},
    "warnings.warn": "warnings",
    **{f"re.{name}": "re" for name in ("Match", "Pattern")},
    **{f"re.{name}": "_re" for name in _RE.split()},
    "json.JSONEncoder": "json.encoder",
    **{f"string.{name}": "string" for name in ("Formatter", "Template")},
    **{f"textwrap.{name}": "textwrap" for name in ("TextWrapper", "indent")},
    "struct.Struct": "_struct",
    "_struct.unpack_iterator": "_struct",
    "struct.iter_unpack": "_struct_functions",
    **{f"hashlib.{name}": "_hashlib" for name in _HASHLIB.split()},
    "hmac.HMAC": "hmac",
    **{f"hmac.{name}": "_hmac" for name in ("digest", "new")},
    **{f"difflib.{name}": "difflib" for name in _DIFFLIB.split()},
    "difflib.ndiff": "_difflib",
    "json.JSONDecoder": "json.decoder",
    **{f"_children.{name}": "_children" for name in ("ChildRun", "ChildWorkflow")},
    **{f"json.{name}": "_json" for name in ("dump", "dumps", "load", "loads")},
}


def python_source(module: str) -> str:
    """The text of a module."""
    package, _, name = module.rpartition(".")
    return resources.files(_FOLDER).joinpath(package, f"{name}.py").read_text(encoding="utf-8")
