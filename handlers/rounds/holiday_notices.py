"""What the integrity notices before public holidays say: the facts of a notice, by a person's own field of business."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from handlers.rounds.prompts import fields_of, prompt
from handlers.rounds.schedule import holiday_period
from handlers.rounds.workdays import WorkCalendar

_JOINED: Final = "、"


def body_of(key: str, calendar: WorkCalendar) -> Callable[[str, str], Mapping[str, Any]]:
    """What makes the body of a person's notice (NoticeKind.HOLIDAY) of the name of their unit and their post, for the
    holiday with this period key. Raises LookupError for a holiday that the calendar does not know.
    """
    year = int(key.partition("-")[0])
    holiday = next((found for found in calendar.holidays(year) if holiday_period(found).key == key), None)
    if holiday is None:
        raise LookupError(f"the calendar does not know the holiday {key}")
    known = {
        "holiday": _JOINED.join(holiday.names),
        "first": holiday.first.isoformat(),
        "last": holiday.last.isoformat(),
    }

    def body(unit_name: str, post: str) -> Mapping[str, Any]:
        return {**known, "prompt": prompt(holiday.names, fields_of(unit_name, post))}

    return body
