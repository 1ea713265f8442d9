"""datetime, calendar, time, zoneinfo and uuid."""

from __future__ import annotations

from collections.abc import Mapping

_CLOCK = "use `waymark.now()`, a datetime in UTC, which is recorded once and the same when the run resumes"
_OF_MACHINE = "the machine's own time zone is another one elsewhere: give the zone, as `fromtimestamp(t, zone)` does"
_LOCALE = "the locale is the process's, and another one elsewhere: names are English, in `TextCalendar` and the like"
_RANDOM = "use `waymark.uuid4()`, which is recorded once and the same when the run resumes"
_ZONES = "zones come from the tzdata package, so that every engine has the same: name one by its key"
_SINCE_12 = "it is Python 3.12's: use the number, or `calendar.MONDAY` and its like"

TABLE: Mapping[str, Mapping[str, str]] = {
    "datetime.datetime": {_CLOCK: "now today utcnow"},
    "datetime.date": {_CLOCK: "today", _OF_MACHINE: "fromtimestamp"},
    "datetime": {"it is the C interface of the module": "datetime_CAPI"},
    "time": {
        _CLOCK: "time time_ns monotonic monotonic_ns perf_counter perf_counter_ns process_time process_time_ns "
        "thread_time thread_time_ns clock_gettime clock_gettime_ns clock_getres get_clock_info",
        "the machine's own time zone is another one elsewhere: use `time.gmtime(t)` or a datetime with a zone": "ctime "
        "localtime mktime altzone daylight timezone tzname tzset",
        "use `await asyncio.sleep(seconds)`, which takes nothing while it waits": "sleep",
        "clocks are the machine's": "clock_settime clock_settime_ns pthread_getcpuclockid CLOCK_BOOTTIME "
        "CLOCK_MONOTONIC CLOCK_MONOTONIC_RAW CLOCK_PROCESS_CPUTIME_ID CLOCK_REALTIME CLOCK_TAI "
        "CLOCK_THREAD_CPUTIME_ID",
    },
    "zoneinfo": {_ZONES: "TZPATH available_timezones reset_tzpath InvalidTZPathWarning"},
    "zoneinfo.ZoneInfo": {_ZONES: "clear_cache from_file"},
    "calendar": {
        _LOCALE: "LocaleHTMLCalendar LocaleTextCalendar different_locale",
        "it is the command line of the module": "main",
        "make a `TextCalendar()` of your own": "c",
        "it is another name of `ValueError`: use that one": "error",
        _SINCE_12: "Day Month JANUARY FEBRUARY MARCH APRIL MAY JUNE JULY AUGUST SEPTEMBER OCTOBER NOVEMBER DECEMBER",
    },
    "uuid": {
        _RANDOM: "uuid1 uuid4 uuid6 uuid7 uuid8",
        "it is the machine's own address": "getnode",
        "it is another name of a builtin type: use that one": "bytes_ int_",
        "it is the command line of the module": "main",
    },
}
