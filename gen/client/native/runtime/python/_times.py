"""Times of messages, in the zone of the system."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from .codes import ZONE


def _zone() -> tzinfo:
    try:
        return ZoneInfo(ZONE)
    except ZoneInfoNotFoundError:  # Windows without the package tzdata
        if ZONE == "Asia/Shanghai":
            return timezone(timedelta(hours=8))
        raise


def time_text(moment: datetime, form: str = "yyyy-MM-dd HH:mm:ss") -> str:
    """Writes a moment in the system's zone, in the form that a field's description says. A moment without a zone is in it."""
    at = moment.astimezone(_zone()) if moment.tzinfo else moment.replace(tzinfo=_zone())
    words = {
        "yyyy": f"{at.year:04}", "MM": f"{at.month:02}", "dd": f"{at.day:02}", "HH": f"{at.hour:02}", "mm": f"{at.minute:02}", "ss": f"{at.second:02}",
        "SSS": f"{at.microsecond // 1000:03}", "XXX": re.sub(r"(..)$", r":\1", at.strftime("%z")),
    }  # fmt: skip
    return re.sub("yyyy|MM|dd|HH|mm|ss|SSS|XXX", lambda m: words[m.group()], form)


_TIME = re.compile(r"(\d{4})\D?(\d\d)\D?(\d\d)(?:\D?(\d\d)\D?(\d\d)(?:\D?(\d\d))?(?:\.(\d{1,9}))?)?(Z|[+-]\d\d:\d\d)?", re.ASCII)


def time_of(text: str) -> datetime:
    """Reads a time of a message; one without an offset is in the system's zone.

    A time that the zone's clocks skipped is a ValueError, but for a midnight: its day begins after that.
    """
    found = _TIME.fullmatch(text.strip())
    if not found:
        raise ValueError("no time: " + text)
    numbers = [int(one or 0) for one in found.groups()[:6]]
    micros = int((found.group(7) or "0").ljust(6, "0")[:6])
    offset = found.group(8)
    zone = _zone() if not offset else timezone.utc if offset == "Z" else datetime.strptime(offset, "%z").tzinfo
    moment = datetime(numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5], micros, zone)
    shown = moment.astimezone(timezone.utc).astimezone(zone)
    if shown.replace(tzinfo=None) != moment.replace(tzinfo=None) and (any(numbers[3:]) or micros or shown.date() != moment.date()):
        raise ValueError(f"no time in {ZONE}: {text}")
    return shown
