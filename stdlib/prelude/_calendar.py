"""`calendar` in workflow Python: dates of months and years, as data and as text. Names are English, as in the C locale.

The functions of the module's own calendar are in `_calendar_shared.py`, the HTML in `_calendar_html.py`.
"""

from calendar import day_abbr, day_name, month_name
from datetime import MAXYEAR, MINYEAR, date
from itertools import repeat

January = 1
February = 2
MONDAY = 0
TUESDAY = 1
WEDNESDAY = 2
THURSDAY = 3
FRIDAY = 4
SATURDAY = 5
SUNDAY = 6
EPOCH = 1970
_EPOCH_ORDINAL = 719163
_LENGTHS = (0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_COLUMN = 20
_GAP = 6


class IllegalMonthError(ValueError):
    def __init__(self, month):
        self.month = month

    def __str__(self):
        return f"bad month number {self.month!r}; must be 1-12"


class IllegalWeekdayError(ValueError):
    def __init__(self, weekday):
        self.weekday = weekday

    def __str__(self):
        return f"bad weekday number {self.weekday!r}; must be 0 (Monday) to 6 (Sunday)"


def isleap(year):
    """Return True for leap years, False for non-leap years."""
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _leaps_before(year):
    year -= 1
    return year // 4 - year // 100 + year // 400


def leapdays(y1, y2):
    """Return number of leap years in range [y1, y2)."""
    return _leaps_before(y2) - _leaps_before(y1)


def _first_weekday(year, month):
    if not MINYEAR <= year <= MAXYEAR:
        year = 2000 + year % 400
    return date(year, month, 1).weekday()


def _length(year, month):
    return _LENGTHS[month] + (month == February and isleap(year))


def monthrange(year, month):
    """Return weekday of first day of month (0-6 ~ Mon-Sun) and number of days (28-31) for year, month."""
    if not 1 <= month <= 12:
        raise IllegalMonthError(month)
    return _first_weekday(year, month), _length(year, month)


def _before(year, month):
    return (year - 1, 12) if month == 1 else (year, month - 1)


def _after(year, month):
    return (year + 1, 1) if month == 12 else (year, month + 1)


class Calendar:
    """Base calendar class. This class doesn't do any formatting. It simply provides data to subclasses."""

    def __init__(self, firstweekday=0):
        self.firstweekday = firstweekday

    def getfirstweekday(self):
        return self._firstweekday % 7

    def setfirstweekday(self, firstweekday):
        self._firstweekday = firstweekday

    firstweekday = property(getfirstweekday, setfirstweekday)

    def iterweekdays(self):
        for day in range(self.firstweekday, self.firstweekday + 7):
            yield day % 7

    def itermonthdates(self, year, month):
        for y, m, d in self.itermonthdays3(year, month):
            yield date(y, m, d)

    def _around(self, year, month):
        """How many days before the month and behind it belong to its weeks, and how many it has."""
        first, count = monthrange(year, month)
        return (first - self.firstweekday) % 7, count, (self.firstweekday - first - count) % 7

    def itermonthdays(self, year, month):
        before, count, after = self._around(year, month)
        yield from repeat(0, before)
        yield from range(1, count + 1)
        yield from repeat(0, after)

    def itermonthdays2(self, year, month):
        for place, day in enumerate(self.itermonthdays(year, month), self.firstweekday):
            yield day, place % 7

    def itermonthdays3(self, year, month):
        before, count, after = self._around(year, month)
        y, m = _before(year, month)
        end = _length(y, m) + 1
        for day in range(end - before, end):
            yield y, m, day
        for day in range(1, count + 1):
            yield year, month, day
        y, m = _after(year, month)
        for day in range(1, after + 1):
            yield y, m, day

    def itermonthdays4(self, year, month):
        for place, (y, m, d) in enumerate(self.itermonthdays3(year, month)):
            yield y, m, d, (self.firstweekday + place) % 7

    def monthdatescalendar(self, year, month):
        return _in_rows(list(self.itermonthdates(year, month)), 7)

    def monthdays2calendar(self, year, month):
        return _in_rows(list(self.itermonthdays2(year, month)), 7)

    def monthdayscalendar(self, year, month):
        return _in_rows(list(self.itermonthdays(year, month)), 7)

    def yeardatescalendar(self, year, width=3):
        return _in_rows([self.monthdatescalendar(year, month) for month in range(1, 13)], width)

    def yeardays2calendar(self, year, width=3):
        return _in_rows([self.monthdays2calendar(year, month) for month in range(1, 13)], width)

    def yeardayscalendar(self, year, width=3):
        return _in_rows([self.monthdayscalendar(year, month) for month in range(1, 13)], width)


def _in_rows(items, width):
    return [items[start : start + width] for start in range(0, len(items), width)]


def format(cols, colwidth=_COLUMN, spacing=_GAP):
    """Prints multi-column formatting for year calendars."""
    print(formatstring(cols, colwidth, spacing))


def formatstring(cols, colwidth=_COLUMN, spacing=_GAP):
    """Returns a string formatted from n strings, centered within n columns."""
    spacing *= " "
    return spacing.join(each.center(colwidth) for each in cols)


class TextCalendar(Calendar):
    """Subclass of Calendar that outputs a calendar as a simple plain text similar to the UNIX program cal."""

    def prweek(self, theweek, width):
        print(self.formatweek(theweek, width), end="")

    def formatday(self, day, weekday, width):
        text = "" if day == 0 else "%2i" % day
        return text.center(width)

    def formatweek(self, theweek, width):
        return " ".join(self.formatday(day, weekday, width) for day, weekday in theweek)

    def formatweekday(self, day, width):
        names = day_name if width >= 9 else day_abbr
        return names[day][:width].center(width)

    def formatweekheader(self, width):
        return " ".join(self.formatweekday(day, width) for day in self.iterweekdays())

    def formatmonthname(self, theyear, themonth, width, withyear=True):
        name = month_name[themonth]
        if withyear:
            name = "%s %r" % (name, theyear)
        return name.center(width)

    def prmonth(self, theyear, themonth, w=0, l=0):
        print(self.formatmonth(theyear, themonth, w, l), end="")

    def formatmonth(self, theyear, themonth, w=0, l=0):
        w = max(2, w)
        gap = "\n" * max(1, l)
        text = self.formatmonthname(theyear, themonth, 7 * (w + 1) - 1).rstrip() + gap
        text += self.formatweekheader(w).rstrip() + gap
        for week in self.monthdays2calendar(theyear, themonth):
            text += self.formatweek(week, w).rstrip() + gap
        return text

    def formatyear(self, theyear, w=2, l=1, c=6, m=3):
        w, c = max(2, w), max(2, c)
        gap = "\n" * max(1, l)
        column = (w + 1) * 7 - 1
        lines = [repr(theyear).center(column * m + c * (m - 1)).rstrip(), gap]
        header = self.formatweekheader(w)
        for place, row in enumerate(self.yeardays2calendar(theyear, m)):
            months = range(m * place + 1, min(m * (place + 1) + 1, 13))
            names = [self.formatmonthname(theyear, month, column, False) for month in months]
            lines += [gap, formatstring(names, column, c).rstrip(), gap]
            lines += [formatstring([header for _ in months], column, c).rstrip(), gap]
            for number in range(max(len(weeks) for weeks in row)):
                shown = [self.formatweek(weeks[number], w) if number < len(weeks) else "" for weeks in row]
                lines += [formatstring(shown, column, c).rstrip(), gap]
        return "".join(lines)

    def pryear(self, theyear, w=0, l=0, c=6, m=3):
        print(self.formatyear(theyear, w, l, c, m), end="")


def timegm(tuple):
    """Unrelated but handy function to calculate Unix timestamp from GMT."""
    year, month, day, hour, minute, second = tuple[:6]
    days = date(year, month, 1).toordinal() - _EPOCH_ORDINAL + day - 1
    return ((days * 24 + hour) * 60 + minute) * 60 + second
