"""The upload page: files for one question of one open draft, by a link that the chat gives."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias
from zoneinfo import ZoneInfo

import structlog
from aiohttp import BodyPartReader, MultipartReader, web
from aiohttp.http_exceptions import HttpProcessingError

from bot import telemetry
from bot.media.intake import Intake, Refusal, Refused
from bot.receiving import Sink, TooLarge, Unwritable
from bot.web import wording
from bot.web.links import LinkExpired, LinkUnknown, Place, UploadLinks
from bot.web.pages import HEADERS, Pages
from handlers.forms.expressions.nodes import template
from handlers.forms.library import FormLibrary
from storage.database import Database, RecordsUnavailable
from storage.media_work import StoredFile
from storage.views import DraftView, MediaView
from storage.vocabulary import DraftState, MediaKind, MediaState

MB = 1024 * 1024
MOST_FILES = 20
"""Files that one question takes; nine pictures are what WeChat lets people send at once."""
AT_ONCE = 16
"""Uploads that a process takes at the same time; further ones are asked to come back."""
AT_ONCE_EACH = 4
"""The same for one draft: a person's slow connections keep nobody else out."""
MOST_PARTS = MOST_FILES + 10
"""Parts of one form; the page sends a file and nothing else."""
LONGEST = 1_200.0
"""Seconds that one request may take."""
SILENCE = 30.0
"""Seconds without a byte after which an upload is given up."""
ENVELOPE = 64 * 1024
"""Bytes that a request may have beside its files."""
_CHUNK = 64 * 1024
_JSON = "application/json"

_Part: TypeAlias = BodyPartReader | None
_Act: TypeAlias = Callable[[web.Request, Place, DraftView], Awaitable[web.Response]]

log = structlog.get_logger("uploads")


class _Shown(Exception):
    """What is wrong, in words for the person, and the HTTP status that goes with it."""

    def __init__(self, words: str, status: int, title: str = "") -> None:
        super().__init__(words)
        self.words = words
        self.status = status
        self.title = title
        """Not empty: the page itself is no more, and this is its title."""


@dataclass(frozen=True, slots=True)
class UploadPage:
    """GET and POST of /upload/{token}. `most`: bytes of one file."""

    database: Database
    forms: FormLibrary
    intake: Intake
    links: UploadLinks
    pages: Pages
    now: Callable[[], datetime]
    timezone: ZoneInfo
    fresh_id: Callable[[], str]
    most: int
    room: asyncio.Semaphore
    busy: Counter[str] = field(default_factory=Counter)
    """Draft -> the uploads for it at this moment."""
    placing: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held while the files of a question are counted and one is added."""

    async def show(self, request: web.Request) -> web.Response:
        """The page with what was received so far."""
        return await self._answered(request, self._shown)

    async def receive(self, request: web.Request) -> web.Response:
        """Take the files of a form; JSON for the page's script, else the page again."""
        return await self._answered(request, self._received)

    async def _answered(self, request: web.Request, act: _Act) -> web.Response:
        try:
            place, draft = await self._place(request)
            return await act(request, place, draft)
        except _Shown as trouble:
            return self._trouble(request, trouble)
        except RecordsUnavailable as error:
            log.warning("upload page waits", reason=str(error))
            return self._trouble(request, _Shown(wording.AWAY, 503, wording.AWAY_TITLE))

    def _trouble(self, request: web.Request, trouble: _Shown) -> web.Response:
        if _wants_json(request):
            return web.json_response({"error": trouble.words}, status=trouble.status, headers=HEADERS)
        title = trouble.title or wording.GONE_TITLE
        return self.pages.page("gone.html", trouble.status, title=title, words=trouble.words)

    async def _place(self, request: web.Request) -> tuple[Place, DraftView]:
        """Where the link leads, and the open draft.

        The link was signed for a question that the chat asked; the draft may have moved to a version without it.
        """
        try:
            place = self.links.read(request.match_info["token"], self.now())
        except LinkUnknown:
            raise _Shown(wording.UNKNOWN, 404, wording.GONE_TITLE) from None
        except LinkExpired:
            raise _Shown(wording.EXPIRED, 410, wording.GONE_TITLE) from None
        draft = await self.database.records(place.contact, now=self.now()).draft(place.draft)
        if draft is None or draft.state is not DraftState.OPEN:
            raise _Shown(wording.CLOSED, 410, wording.GONE_TITLE)
        form = await self.forms.get(draft.form_version_id)
        wanted = template(place.ref), place.kind.value
        if all((template(ref), question.kind.value) != wanted for ref, question in form.leaves.items()):
            raise _Shown(wording.NOT_ASKED, 410, wording.GONE_TITLE)
        return place, draft

    async def _files(self, place: Place) -> list[MediaView]:
        media = await self.database.records(place.contact, now=self.now()).media(place.draft)
        return [one for one in media if one.ref == place.ref and one.state in {MediaState.PENDING, MediaState.STORED}]

    async def _shown(
        self, request: web.Request, place: Place, draft: DraftView, error: str = "", status: int = 200
    ) -> web.Response:
        most_mb = f"{self.most / MB:g}"
        return self.pages.page(
            "upload.html",
            status,
            thing=wording.THINGS[place.kind],
            title=draft.title,
            accept=wording.ACCEPT[place.kind],
            formats=wording.FORMATS[place.kind],
            most=self.most,
            most_mb=most_mb,
            most_files=MOST_FILES,
            too_large=wording.TOO_LARGE.format(most=most_mb),
            broken=wording.BROKEN,
            error=error,
            files=self._lines(await self._files(place)),
        )

    def _lines(self, files: Sequence[MediaView]) -> list[dict[str, str]]:
        return [
            {
                "name": wording.called(one.mime) if one.mime else wording.THINGS[one.kind],
                "size": wording.size(one.bytes) if one.bytes else wording.ON_ITS_WAY,
                "time": f"{one.created_at.astimezone(self.timezone):%H:%M}",
            }
            for one in files
        ]

    async def _received(self, request: web.Request, place: Place, draft: DraftView) -> web.Response:
        try:
            with self._slot(place.draft):
                async with self.room:
                    await self._take_all(request, place)
        except _Shown as trouble:
            telemetry.uploads.labels("refused").inc()
            if trouble.title or _wants_json(request):
                raise
            return await self._shown(request, place, draft, trouble.words, trouble.status)
        telemetry.uploads.labels("stored").inc()
        if _wants_json(request):
            return web.json_response({"files": self._lines(await self._files(place))}, headers=HEADERS)
        raise web.HTTPSeeOther(request.rel_url.raw_path)

    @contextmanager
    def _slot(self, draft: str) -> Iterator[None]:
        """One of the uploads that the process, and this draft, may have at once; raises _Shown when there is none."""
        if self.room.locked() or self.busy[draft] >= AT_ONCE_EACH:
            raise _Shown(wording.BUSY, 503)
        self.busy[draft] += 1
        try:
            yield
        finally:
            self.busy[draft] -= 1
            if not self.busy[draft]:
                del self.busy[draft]

    async def _take_all(self, request: web.Request, place: Place) -> None:
        """Every file of the form, one after the other; raises _Shown at the first that is not taken."""
        if request.content_type != "multipart/form-data":
            raise _Shown(wording.NO_FILE, 400)
        if (request.content_length or 0) > self.most * MOST_FILES + ENVELOPE:
            raise _Shown(wording.TOO_LARGE.format(most=f"{self.most / MB:g}"), 413)
        try:
            async with asyncio.timeout(LONGEST):
                taken = await self._take_parts(request, place)
        except TimeoutError:
            raise _Shown(wording.BROKEN, 408) from None
        except (ValueError, ConnectionError, web.RequestPayloadError, web.HTTPException):
            raise _Shown(wording.BROKEN, 400) from None
        if not taken:
            raise _Shown(wording.NO_FILE, 400)

    async def _take_parts(self, request: web.Request, place: Place) -> int:
        """How many files were taken. Raises ValueError for what is no form of ours."""
        taken = parts = 0
        reader = await request.multipart()
        part = await _next(reader)
        while part is not None:
            parts += 1
            if parts > MOST_PARTS:
                raise ValueError("too many parts")
            if part.name == "file" and part.filename:
                part = await self._take(reader, part, place)
                taken += 1
            else:
                part = await _next(reader)
        return taken

    async def _take(self, reader: MultipartReader, part: BodyPartReader, place: Place) -> _Part:
        """One file: received, checked, kept, and put down for the question; the part of the form that follows it.

        That part is looked for before the file is kept: without the boundary between them the file is not whole.
        """
        _check_room(await self._files(place))
        try:
            async with self.intake.scratch() as scratch:
                await Sink(scratch, self.most).take(_chunks(part))
                following = await _next(reader)
                file = await self.intake.store(scratch, place.kind)
        except TooLarge:
            raise _Shown(wording.TOO_LARGE.format(most=f"{self.most / MB:g}"), 413) from None
        except Refused as refused:
            raise _Shown(_words(refused.reason, place.kind), 415) from None
        except (TimeoutError, ConnectionError):  # also OSErrors, but not the disk's
            raise
        except (Unwritable, OSError) as error:
            log.error("upload cannot be written", error=type(error).__name__)
            raise _Shown(wording.AWAY, 503) from None
        await self._put_down(place, file)
        return following

    async def _put_down(self, place: Place, file: StoredFile) -> None:
        """The row of a file; the same file for the same question a second time is the first."""
        async with self.placing:
            there = await self._files(place)
            if any(one.sha256 == file.sha256 for one in there):
                return
            _check_room(there)
            added = await self.database.media.add(
                self.fresh_id(), place.contact, place.draft, place.ref, place.kind, file, now=self.now()
            )
        if not added:
            raise _Shown(wording.CLOSED, 410, wording.GONE_TITLE)


def _check_room(files: Sequence[MediaView]) -> None:
    if len(files) >= MOST_FILES:
        raise _Shown(wording.TOO_MANY.format(most=MOST_FILES), 409)


async def _next(reader: MultipartReader) -> _Part:
    """The next part of a form. Raises ValueError for what no browser sends, forms inside the form among it."""
    try:
        async with asyncio.timeout(SILENCE):
            part = await reader.next()
    except (HttpProcessingError, RuntimeError, LookupError) as error:  # what aiohttp lets out about odd headers
        raise ValueError(type(error).__name__) from error
    if isinstance(part, MultipartReader):
        raise ValueError("a form inside the form")
    return part


async def _chunks(part: BodyPartReader) -> AsyncIterator[bytes]:
    while True:
        async with asyncio.timeout(SILENCE):
            chunk = await part.read_chunk(_CHUNK)
        if not chunk:
            return
        yield chunk


def _wants_json(request: web.Request) -> bool:
    return request.headers.get("Accept", "").startswith(_JSON)


def _words(reason: Refusal, kind: MediaKind) -> str:
    if reason is Refusal.UNREADABLE:
        return wording.UNREADABLE
    return wording.WRONG_TYPE.format(formats=wording.FORMATS[kind])
