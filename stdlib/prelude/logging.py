"""`logging` in workflow Python: what a program logs becomes records of its run, each made once.

Loggers, levels and the texts of records are CPython 3.11's. Where records go is the engine's affair: a run has one log,
into which the root logger writes everything from DEBUG on. So handlers, filters and formatters are refused by name, but
for `NullHandler`, which does nothing.
"""

from sys import exc_info as _exc_info

from _logging import headline as _headline
from _logging import refuse as _refuse
from _logging import told as _told
from _logging import write as _write

CRITICAL = 50
FATAL = 50
ERROR = 40
WARNING = 30
WARN = 30
INFO = 20
DEBUG = 10
NOTSET = 0

_ENGINES = "records go into the log of the run, and where that is shown is the engine's: see WAYMARK_LOG_LEVEL"
# What every record has, so that no `extra` may bring it.
_OF_RECORDS = (
    "name",
    "msg",
    "args",
    "levelname",
    "levelno",
    "pathname",
    "filename",
    "module",
    "exc_info",
    "exc_text",
    "stack_info",
    "lineno",
    "funcName",
    "created",
    "msecs",
    "relativeCreated",
    "thread",
    "threadName",
    "processName",
    "process",
    "message",
    "asctime",
)


def getLogger(name=None):
    if not name or (isinstance(name, str) and name == "root"):
        return _state().root
    return _named(name)


def _named(name):
    if not isinstance(name, str):
        raise TypeError("A logger name must be a string")
    loggers = _state().loggers
    if name not in loggers:
        loggers[name] = Logger(name)
    return loggers[name]


def _shown(exc_info):
    error = exc_info[1] if isinstance(exc_info, tuple) else exc_info
    return "NoneType: None" if error is None else _told(error)


class _State:
    """What a run knows of loggers and levels."""

    __slots__ = ("disable", "loggers", "names", "numbers", "root")

    def __init__(self):
        self.root = RootLogger(DEBUG)
        self.loggers = {}
        self.disable = 0
        self.names = {50: "CRITICAL", 40: "ERROR", 30: "WARNING", 20: "INFO", 10: "DEBUG", 0: "NOTSET"}
        self.numbers = {
            "CRITICAL": 50,
            "FATAL": 50,
            "ERROR": 40,
            "WARN": 30,
            "WARNING": 30,
            "INFO": 20,
            "DEBUG": 10,
            "NOTSET": 0,
        }


def _state():
    global _STATE
    try:
        return _STATE
    except NameError:
        _STATE = _State()
        return _STATE


def getLevelName(level):
    state = _state()
    result = state.names.get(level)
    if result is not None:
        return result
    result = state.numbers.get(level)
    if result is not None:
        return result
    return f"Level {level}"


def addLevelName(level, levelName):
    state = _state()
    state.names[level] = levelName
    state.numbers[levelName] = level


def getLevelNamesMapping():
    return _state().numbers.copy()


def _checkLevel(level):
    if isinstance(level, int):
        return level
    if str(level) == level:
        if level not in _state().numbers:
            raise ValueError(f"Unknown level: {level!r}")
        return _state().numbers[level]
    raise TypeError(f"Level not an integer or a valid string: {level!r}")


class NullHandler:
    """A handler that does nothing: libraries give one to their loggers."""

    def __init__(self, level=NOTSET):
        self.level = _checkLevel(level)
        self.name = None


class Logger:
    """A channel of the run's log."""

    def __init__(self, name, level=NOTSET):
        self.name = name
        self.level = _checkLevel(level)
        self.disabled = False

    @property
    def root(self):
        return _state().root

    @property
    def parent(self):
        state = _state()
        if self is state.root:
            return None
        name = self.name
        while "." in name:
            name = name[: name.rfind(".")]
            if name in state.loggers:
                return state.loggers[name]
        return state.root

    @property
    def propagate(self):
        return True

    @propagate.setter
    def propagate(self, value):
        if not value:
            _refuse("`propagate = False`", _ENGINES)

    @property
    def handlers(self):
        _refuse("`logger.handlers`", _ENGINES)

    @property
    def filters(self):
        _refuse("`logger.filters`", _ENGINES)

    @property
    def manager(self):
        _refuse("`logger.manager`", "`logging.getLogger(name)` gives every logger")

    def addHandler(self, hdlr):
        if not isinstance(hdlr, NullHandler):
            _refuse("`logger.addHandler`", _ENGINES)

    def removeHandler(self, hdlr):
        if not isinstance(hdlr, NullHandler):
            _refuse("`logger.removeHandler`", _ENGINES)

    def hasHandlers(self):
        return True

    def addFilter(self, filter):
        _refuse("`logger.addFilter`", "ask before you log, or give the logger a level")

    def removeFilter(self, filter):
        _refuse("`logger.removeFilter`", "ask before you log, or give the logger a level")

    def filter(self, record):
        _refuse("`logger.filter`", "ask before you log, or give the logger a level")

    def handle(self, record):
        _refuse("`logger.handle`", "`logger.log(level, text)` makes a record")

    def callHandlers(self, record):
        _refuse("`logger.callHandlers`", "`logger.log(level, text)` makes a record")

    def makeRecord(self, *args, **kwargs):
        _refuse("`logger.makeRecord`", "`logger.log(level, text)` makes a record")

    def findCaller(self, stack_info=False, stacklevel=1):
        _refuse("`logger.findCaller`", "each record has the line that it was logged at")

    def setLevel(self, level):
        self.level = _checkLevel(level)

    def getEffectiveLevel(self):
        logger = self
        while logger:
            if logger.level:
                return logger.level
            logger = logger.parent
        return NOTSET

    def isEnabledFor(self, level):
        if self.disabled:
            return False
        if _state().disable >= level:
            return False
        return level >= self.getEffectiveLevel()

    def getChild(self, suffix):
        if self.root is not self:
            suffix = ".".join((self.name, suffix))
        return getLogger(suffix) if suffix else _named(suffix)

    def debug(self, msg, *args, **kwargs):
        if self.isEnabledFor(DEBUG):
            self._log(DEBUG, msg, args, **kwargs)

    def info(self, msg, *args, **kwargs):
        if self.isEnabledFor(INFO):
            self._log(INFO, msg, args, **kwargs)

    def warning(self, msg, *args, **kwargs):
        if self.isEnabledFor(WARNING):
            self._log(WARNING, msg, args, **kwargs)

    def warn(self, msg, *args, **kwargs):
        self.warning(msg, *args, **kwargs)

    def error(self, msg, *args, **kwargs):
        if self.isEnabledFor(ERROR):
            self._log(ERROR, msg, args, **kwargs)

    def exception(self, msg, *args, exc_info=True, **kwargs):
        self.error(msg, *args, exc_info=exc_info, **kwargs)

    def critical(self, msg, *args, **kwargs):
        if self.isEnabledFor(CRITICAL):
            self._log(CRITICAL, msg, args, **kwargs)

    def fatal(self, msg, *args, **kwargs):
        self.critical(msg, *args, **kwargs)

    def log(self, level, msg, *args, **kwargs):
        if not isinstance(level, int):
            raise TypeError("level must be an integer")
        if self.isEnabledFor(level):
            self._log(level, msg, args, **kwargs)

    def _log(self, level, msg, args, exc_info=None, extra=None, stack_info=False, stacklevel=1):
        if stack_info:
            _refuse("`stack_info`", "each record has the line that it was logged at, and `stacklevel` says how far out")
        if exc_info and not isinstance(exc_info, (tuple, BaseException)):
            exc_info = _exc_info()
        if args and len(args) == 1 and isinstance(args[0], dict) and args[0]:
            args = args[0]
        brought = {}
        if extra is not None:
            for key in extra:
                if key in _OF_RECORDS:
                    raise KeyError(f"Attempt to overwrite {key!r} in LogRecord")
                brought[key] = extra[key]
        name = _state().names.get(level)
        told = name.lower() if name is not None and level in (10, 20, 30, 40, 50) else f"level {level:d}"
        try:
            text = str(msg)
            if args:
                text = text % args
            if exc_info:
                text = f"{text.removesuffix(chr(10))}\n{_shown(exc_info)}"
            brought = {str(key): repr(brought[key]) for key in brought}
        except RecursionError:
            raise
        except Exception as error:
            told, text, brought = "error", f"Logging error: {_headline(error)}", {}
        _write(told, str(self.name), text, stacklevel, brought)

    def __repr__(self):
        return f"<{self.__class__.__name__} {self.name} ({getLevelName(self.getEffectiveLevel())})>"


class RootLogger(Logger):
    """The logger that all others write through."""

    def __init__(self, level):
        Logger.__init__(self, "root", level)


class LoggerAdapter:
    """A logger with something to say beside each record."""

    def __init__(self, logger, extra=None):
        self.logger = logger
        self.extra = extra

    def process(self, msg, kwargs):
        kwargs["extra"] = self.extra
        return msg, kwargs

    def debug(self, msg, *args, **kwargs):
        self.log(DEBUG, msg, *args, **kwargs)

    def info(self, msg, *args, **kwargs):
        self.log(INFO, msg, *args, **kwargs)

    def warning(self, msg, *args, **kwargs):
        self.log(WARNING, msg, *args, **kwargs)

    def warn(self, msg, *args, **kwargs):
        self.warning(msg, *args, **kwargs)

    def error(self, msg, *args, **kwargs):
        self.log(ERROR, msg, *args, **kwargs)

    def exception(self, msg, *args, exc_info=True, **kwargs):
        self.log(ERROR, msg, *args, exc_info=exc_info, **kwargs)

    def critical(self, msg, *args, **kwargs):
        self.log(CRITICAL, msg, *args, **kwargs)

    def log(self, level, msg, *args, **kwargs):
        if self.isEnabledFor(level):
            msg, kwargs = self.process(msg, kwargs)
            self.logger.log(level, msg, *args, **kwargs)

    def isEnabledFor(self, level):
        return self.logger.isEnabledFor(level)

    def setLevel(self, level):
        self.logger.setLevel(level)

    def getEffectiveLevel(self):
        return self.logger.getEffectiveLevel()

    def hasHandlers(self):
        return self.logger.hasHandlers()

    @property
    def manager(self):
        return self.logger.manager

    @property
    def name(self):
        return self.logger.name

    def __repr__(self):
        logger = self.logger
        level = getLevelName(logger.getEffectiveLevel())
        return f"<{self.__class__.__name__} {logger.name} ({level})>"


def disable(level=CRITICAL):
    _state().disable = _checkLevel(level)
