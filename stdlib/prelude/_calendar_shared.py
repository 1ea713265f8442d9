"""The functions of `calendar` that share one calendar: its first day of the week, which can be set, is the run's."""

from calendar import TextCalendar
from datetime import MAXYEAR, MINYEAR, date


def shared():
    """The calendar that the functions of the module use."""
    global _CALENDAR
    try:
        return _CALENDAR
    except NameError:
        _CALENDAR = TextCalendar()
        return _CALENDAR


def firstweekday():
    return shared().getfirstweekday()


def monthcalendar(year, month):
    return shared().monthdayscalendar(year, month)


def prweek(theweek, width):
    shared().prweek(theweek, width)


def week(theweek, width):
    return shared().formatweek(theweek, width)


def weekheader(width):
    return shared().formatweekheader(width)


def prmonth(theyear, themonth, w=0, l=0):
    shared().prmonth(theyear, themonth, w, l)


def calendar(theyear, w=2, l=1, c=6, m=3):
    return shared().formatyear(theyear, w, l, c, m)


def prcal(theyear, w=0, l=0, c=6, m=3):
    shared().pryear(theyear, w, l, c, m)


def weekday(year, month, day):
    """Return weekday (0-6 ~ Mon-Sun) for year, month (1-12), day (1-31)."""
    if not MINYEAR <= year <= MAXYEAR:
        year = 2000 + year % 400
    return date(year, month, day).weekday()
