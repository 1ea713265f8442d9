"""Cron expressions: their fields, and what they mean where clocks are set forward and back."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from waymark.runtime.machines.cron import ALIASES, EPOCH, BadCron, Cron

NEW_YORK = "America/New_York"  # 2027: forward on March 14 at 2:00, back on November 7 at 2:00
BERLIN = "Europe/Berlin"  # 2027: forward on March 28 at 2:00, back on October 31 at 3:00
LORD_HOWE = "Australia/Lord_Howe"  # by half an hour: back on April 4 at 2:00, forward on October 3 at 2:00


def instants(expression: str, zone: str, after: str, count: int) -> list[str]:
    """As the clocks of the zone show them, with what they are off UTC."""
    cron = Cron(expression, zone)
    instant, found = (datetime.fromisoformat(after) - EPOCH) // timedelta(microseconds=1), []
    for _ in range(count):
        following = cron.after(instant)
        assert following is not None and following > instant
        instant = following
        local = (EPOCH + timedelta(microseconds=instant)).astimezone(cron.zone)
        found.append(local.isoformat(sep=" "))
    return found


@pytest.mark.parametrize(
    ("expression", "zone", "after", "expected"),
    [
        # A time of the day that is skipped comes when the clocks have skipped it, and only then.
        (
            "30 2 * * *",
            NEW_YORK,
            "2027-03-13T00:00:00-05:00",
            ["2027-03-13 02:30:00-05:00", "2027-03-14 03:00:00-04:00", "2027-03-15 02:30:00-04:00"],
        ),
        ("0 2 * * *", BERLIN, "2027-03-28T00:00:00+01:00", ["2027-03-28 03:00:00+02:00", "2027-03-29 02:00:00+02:00"]),
        # So it does with seconds.
        (
            "15 30 2 * * *",
            NEW_YORK,
            "2027-03-14T00:00:00-05:00",
            ["2027-03-14 03:00:00-04:00", "2027-03-15 02:30:15-04:00"],
        ),
        # Several in the gap, or one at its end, are one.
        (
            "0,20,40 2,3 * * *",
            NEW_YORK,
            "2027-03-14T00:00:00-05:00",
            ["2027-03-14 03:00:00-04:00", "2027-03-14 03:20:00-04:00", "2027-03-14 03:40:00-04:00"],
        ),
        # A time of the day that comes twice counts the first time.
        (
            "30 1 * * *",
            NEW_YORK,
            "2027-11-07T00:00:00-04:00",
            ["2027-11-07 01:30:00-04:00", "2027-11-08 01:30:00-05:00"],
        ),
        (
            "30 1 * * *",
            NEW_YORK,
            "2027-11-07T01:10:00-05:00",  # in the second pass
            ["2027-11-08 01:30:00-05:00"],
        ),
        # What goes by the clock as it runs has both passes, and nothing in the gap.
        (
            "*/30 * * * *",
            NEW_YORK,
            "2027-11-07T00:30:00-04:00",
            [
                "2027-11-07 01:00:00-04:00",
                "2027-11-07 01:30:00-04:00",
                "2027-11-07 01:00:00-05:00",
                "2027-11-07 01:30:00-05:00",
                "2027-11-07 02:00:00-05:00",
            ],
        ),
        (
            "0 * * * *",
            NEW_YORK,
            "2027-03-14T00:00:00-05:00",
            ["2027-03-14 01:00:00-05:00", "2027-03-14 03:00:00-04:00", "2027-03-14 04:00:00-04:00"],
        ),
        # By half an hour: 2:00 to 2:30 is skipped, 1:30 to 2:00 repeated.
        ("0 2 * * *", LORD_HOWE, "2027-10-03T00:00:00+10:30", ["2027-10-03 02:30:00+11:00"]),
        (
            "0 */3 * * *",
            LORD_HOWE,
            "2027-10-03T00:00:00+10:30",
            ["2027-10-03 03:00:00+11:00", "2027-10-03 06:00:00+11:00"],
        ),
        (
            "*/15 * * * *",
            LORD_HOWE,
            "2027-04-04T01:15:00+11:00",
            [
                "2027-04-04 01:30:00+11:00",
                "2027-04-04 01:45:00+11:00",
                "2027-04-04 01:30:00+10:30",
                "2027-04-04 01:45:00+10:30",
                "2027-04-04 02:00:00+10:30",
            ],
        ),
        # A whole day that an island skipped, and one of a leap year.
        ("0 12 30 12 *", "Pacific/Apia", "2011-12-01T00:00:00-10:00", ["2011-12-31 00:00:00+14:00"]),
        ("0 0 29 2 *", "UTC", "2027-01-01T00:00:00+00:00", ["2028-02-29 00:00:00+00:00", "2032-02-29 00:00:00+00:00"]),
        ("0 9 * * 5L", "UTC", "2027-01-01T00:00:00+00:00", ["2027-01-29 09:00:00+00:00", "2027-02-26 09:00:00+00:00"]),
        ("0 0 */28 2 0#5", "UTC", "2027-01-01T00:00:00+00:00", ["2032-02-29 00:00:00+00:00"]),
        ("@weekly", "UTC", "2027-01-01T00:00:00+00:00", ["2027-01-03 00:00:00+00:00"]),
        ("*/20 * * * * *", "UTC", "2027-01-01T00:00:01+00:00", ["2027-01-01 00:00:20+00:00"]),
        ("0 9 * jan-mar mon", "UTC", "2027-03-29T12:00:00+00:00", ["2028-01-03 09:00:00+00:00"]),
    ],
)
def test_when_it_fires(expression: str, zone: str, after: str, expected: list[str]) -> None:
    assert instants(expression, zone, after, len(expected)) == expected


@pytest.mark.parametrize(
    ("expression", "problem"),
    [
        (
            "61 * * * *",
            "the minute of the cron expression cannot be '61'\n  61 * * * *\n  ^^\n"
            "a minute is 0 to 59; also *, a list (1,2), a range (1-5), and a step (*/15)",
        ),
        ("0 24 * * *", "the hour of the cron expression cannot be '24'\n  0 24 * * *\n    ^^\n"),
        ("0  0  32  *  *", "the day of the cron expression cannot be '32'\n  0 0 32 * *\n      ^^\n"),
        ("0 0 * 13 *", "the month of the cron expression cannot be '13'"),
        ("0 0 * * 8", "the weekday of the cron expression cannot be '8'"),
        ("60 * * * * *", "the second of the cron expression cannot be '60'\n  60 * * * * *\n  ^^\n"),
        ("5-1 * * * *", "the minute of the cron expression cannot be '5-1'"),
        ("*/0 * * * *", "the minute of the cron expression cannot be '*/0'"),
        ("0 0 L,5#9 * *", "the day of the cron expression cannot be 'L,5#9'"),
        ("", "the cron expression '' has 0 fields, and it takes five"),
        ("* * * *", "the cron expression '* * * *' has 4 fields, and it takes five"),
        ("* * * * * * *", "has 7 fields"),
        ("@fortnightly", "the cron expression '@fortnightly' is unknown; the short ones are @yearly"),
        ("0 0 31 2 *", "the cron expression '0 0 31 2 *' never fires"),
        ("0 0 30,31 2 *", "never fires"),
        ("0 0 31 4,6,9,11 *", "never fires"),
        ("0 0 */31 2 0#5", "never fires"),
    ],
)
def test_what_cannot_be_read_or_never_fires_is_refused_with_its_field(expression: str, problem: str) -> None:
    with pytest.raises(BadCron) as caught:
        Cron(expression)
    assert problem in str(caught.value)


@pytest.mark.parametrize("alias", ALIASES)
def test_a_short_form_is_what_it_stands_for(alias: str) -> None:
    assert instants(alias.upper(), "UTC", "2027-01-01T00:00:00+00:00", 3) == instants(
        ALIASES[alias], "UTC", "2027-01-01T00:00:00+00:00", 3
    )


def test_there_is_an_end_of_time() -> None:
    assert Cron("* * * * *").after((9901 - 1970) * 366 * 86_400_000_000) is None
