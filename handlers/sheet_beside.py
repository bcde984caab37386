"""What stands under a question beside its own words: the earlier answer, and how files are sent for it."""

from collections.abc import Sequence

from handlers import sheet_files, sheet_media_wording, sheet_past, sheet_past_wording
from handlers.forms.form import MEDIA
from handlers.forms.views import Asked
from handlers.sheet_memory import Desk, Filling
from handlers.sheet_wording import Parts
from storage.views import MediaView


def parts(desk: Desk, filling: Filling, asked: Asked) -> Parts:
    """For the question being asked in `filling`; mostly nothing."""
    if asked.kind in MEDIA:
        link = desk.upload_link(filling.draft, asked.ref, asked.kind.value)
        count = len(sheet_files.files_in(filling.state, asked.ref))
        return sheet_media_wording.how(asked.kind, asked.several, count, link)
    if desk.past is None:
        return []
    offer = sheet_past.offer(desk.past, asked)
    return [] if offer is None else sheet_past_wording.beside(offer)


def missed(lost: Sequence[MediaView]) -> str:
    """The sentence that these files could not be fetched."""
    return sheet_media_wording.missed(lost)
