"""logging and warnings: their records are durable, and where they go is the engine's."""

from __future__ import annotations

from collections.abc import Mapping

_ENGINES = "records go into the log of the run, and where that is shown is the engine's: see WAYMARK_LOG_LEVEL"
_RECORDS = "a record is made once and for all: `logger.log(level, text, extra=...)` says what is in it"

TABLE: Mapping[str, Mapping[str, str]] = {
    "logging": {
        _ENGINES: "BASIC_FORMAT BufferingFormatter FileHandler Formatter Handler PercentStyle StrFormatStyle "
        "StreamHandler StringTemplateStyle basicConfig lastResort shutdown raiseExceptions getHandlerByName "
        "getHandlerNames",
        _RECORDS: "Filter Filterer LogRecord getLogRecordFactory makeLogRecord setLogRecordFactory",
        "`logging.getLogger(name)` gives every logger, and `logging.getLogger()` the root": "Manager PlaceHolder "
        "getLoggerClass root setLoggerClass",
        "a warning of a run is a record already": "captureWarnings",
        "each record has the line that it was logged at": "currentframe",
    },
    "warnings": {
        "a run records every warning: what is not worth a record, do not warn of": "catch_warnings filterwarnings "
        "formatwarning resetwarnings showwarning simplefilter WarningMessage",
        "`warnings.warn(text, category, stacklevel)` knows the line itself": "warn_explicit",
        "decorators of Python 3.13 are not in the 3.11 that the prelude follows: call `warnings.warn`": "deprecated",
    },
}
