"""What is answered to a report is worded again for a repeat, never kept: so it has no further page to ask for."""

import pytest

from bot.settings import Settings
from bot.wechat.pagination import paginate
from handlers.base import Text
from handlers.messages import report_wording, wording
from handlers.messages.danger import Danger

_LIMITS = Settings.model_fields["office_contact"].metadata
CONTACT = "纪" * next(each.max_length for each in _LIMITS if hasattr(each, "max_length"))


@pytest.mark.parametrize(
    "parts",
    [
        report_wording.report(CONTACT, form_waits=True),
        report_wording.perhaps(CONTACT, form_waits=True),
        report_wording.how_to_report(CONTACT),
        *(report_wording.danger(CONTACT, kind) for kind in (*Danger, None)),
        report_wording.distress(),
        report_wording.not_beside(),
    ],
)
def test_it_fits_into_one_message_with_the_longest_contact(parts: wording.Parts) -> None:
    assert len(paginate(Text((*parts, *wording.waits()), about=999_999))) == 1
