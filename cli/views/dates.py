"""Write dates as people do."""

from __future__ import annotations

from datetime import date, datetime


def day(moment: date) -> str:
    """Return a day in words.

    >>> day(date(2026, 3, 9))
    '9 March 2026'
    """
    return f"{moment.day} {moment:%B} {moment.year}"


def day_and_time(seconds: float) -> str:
    """Return a time, given in seconds since 1970, in words and in the time zone of the user."""
    try:
        moment = datetime.fromtimestamp(seconds).astimezone()
    except (OSError, OverflowError, ValueError):  # outside the calendar
        return f"{seconds:.0f} s"
    return f"{day(moment)}, {moment:%H:%M}"
