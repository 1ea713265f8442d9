"""`calendar.HTMLCalendar` in workflow Python.

`month` and `setfirstweekday` are here because a module has no function that one of its variables is named like.
"""

from calendar import Calendar, IllegalWeekdayError, day_abbr, month_name

from _calendar import shared


class HTMLCalendar(Calendar):
    """This calendar returns complete HTML pages."""

    cssclasses = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    cssclasses_weekday_head = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    cssclass_noday = "noday"
    cssclass_month_head = "month"
    cssclass_month = "month"
    cssclass_year_head = "year"
    cssclass_year = "year"

    def formatday(self, day, weekday):
        if day == 0:
            return '<td class="%s">&nbsp;</td>' % self.cssclass_noday
        return '<td class="%s">%d</td>' % (self.cssclasses[weekday], day)

    def formatweek(self, theweek):
        return "<tr>%s</tr>" % "".join(self.formatday(day, weekday) for day, weekday in theweek)

    def formatweekday(self, day):
        return '<th class="%s">%s</th>' % (self.cssclasses_weekday_head[day], day_abbr[day])

    def formatweekheader(self):
        return "<tr>%s</tr>" % "".join(self.formatweekday(day) for day in self.iterweekdays())

    def formatmonthname(self, theyear, themonth, withyear=True):
        name = "%s %s" % (month_name[themonth], theyear) if withyear else "%s" % month_name[themonth]
        return '<tr><th colspan="7" class="%s">%s</th></tr>' % (self.cssclass_month_head, name)

    def formatmonth(self, theyear, themonth, withyear=True):
        lines = ['<table border="0" cellpadding="0" cellspacing="0" class="%s">' % self.cssclass_month]
        lines.append(self.formatmonthname(theyear, themonth, withyear=withyear))
        lines.append(self.formatweekheader())
        for week in self.monthdays2calendar(theyear, themonth):
            lines.append(self.formatweek(week))
        lines.append("</table>")
        return "".join(line + "\n" for line in lines)

    def formatyear(self, theyear, width=3):
        width = max(width, 1)
        parts = ['<table border="0" cellpadding="0" cellspacing="0" class="%s">' % self.cssclass_year, "\n"]
        parts.append('<tr><th colspan="%d" class="%s">%s</th></tr>' % (width, self.cssclass_year_head, theyear))
        for first in range(1, 13, width):
            parts.append("<tr>")
            for number in range(first, min(first + width, 13)):
                parts += ["<td>", self.formatmonth(theyear, number, withyear=False), "</td>"]
            parts.append("</tr>")
        parts.append("</table>")
        return "".join(parts)

    def formatyearpage(self, theyear, width=3, css="calendar.css", encoding=None):
        if encoding is None:
            encoding = "utf-8"
        lines = [
            '<?xml version="1.0" encoding="%s"?>' % encoding,
            '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" '
            '"http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd">',
            "<html>",
            "<head>",
            '<meta http-equiv="Content-Type" content="text/html; charset=%s" />' % encoding,
        ]
        if css is not None:
            lines.append('<link rel="stylesheet" type="text/css" href="%s" />' % css)
        lines += ["<title>Calendar for %d</title>" % theyear, "</head>", "<body>", self.formatyear(theyear, width)]
        text = "\n".join(lines) + "</body>\n</html>\n"
        return text.encode(encoding, "xmlcharrefreplace")


def month(theyear, themonth, w=0, l=0):
    return shared().formatmonth(theyear, themonth, w, l)


def setfirstweekday(firstweekday):
    if not 0 <= firstweekday <= 6:
        raise IllegalWeekdayError(firstweekday)
    shared().firstweekday = firstweekday
