"""The composition: the one place that names concrete parts; tests and `qingfeng serve` call the same."""

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler as HttpHandler

from bot import telemetry
from bot.account import Account
from bot.callback import Callback
from bot.clock import Clock
from bot.contact_notices import ContactNotices
from bot.delivery import LEASE, Deliveries
from bot.delivery_retention import OldDeliveries
from bot.dispatch import BUDGET, Dispatch, Parts
from bot.draft_copies import DraftCopies
from bot.lapsing import Drafts
from bot.media.cleaning import Cleaning
from bot.media.fetcher import Fetcher
from bot.media.intake import Intake
from bot.media.shelf import Shelf
from bot.reaches import Reaches
from bot.rounds import Rounds
from bot.settings import Settings
from bot.touches import Touches
from bot.transfers import Transfers
from bot.web.links import UploadLinks
from bot.web.pages import Pages, asset
from bot.web.upload import AT_ONCE as UPLOADS_AT_ONCE
from bot.web.upload import UploadPage
from bot.wechat.client import WeChat
from bot.wechat.limits import BODY_BYTES, CALL_TIMEOUT
from bot.workdays import Workdays
from handlers import routes
from handlers.base import FormRules, Handler, Recall
from handlers.forms.library import FormLibrary
from handlers.understanding import Understanding
from nlp.classifier import Classifier
from storage.commands import (
    AcceptSheet,
    ApplyForBinding,
    Appoint,
    AskDuties,
    ChangePhone,
    Command,
    DecideBinding,
    ExpectMedia,
    OpenNode,
    ReturnSheet,
    TransferPerson,
    UnbindPerson,
)
from storage.conversations.contract import Shared, StoreUnavailable
from storage.conversations.opening import open_store
from storage.database import Database, RecordsUnavailable

PATHS = frozenset({"/wechat", "/healthz", "/readyz", "/metrics", "/upload"})
"""The paths that metrics name; anything else is counted as "other"."""

ASSETS = MappingProxyType({"upload.css": "text/css", "upload.js": "text/javascript", "icon.svg": "image/svg+xml"})
"""What pages load, by name; nothing else under bot/web/static is served."""
POLL = 15.0
TELLING = (AcceptSheet, ReturnSheet, Appoint, TransferPerson, ApplyForBinding, DecideBinding, AskDuties)
"""The commands that put down what people are to be told."""

log = structlog.get_logger("http")


def utc_now() -> datetime:
    """The clock: aware UTC."""
    return datetime.now(UTC)


def fresh_id() -> str:
    """128 random bits as 22 URL-safe characters."""
    return secrets.token_urlsafe(16)


@dataclass(frozen=True, slots=True)
class Overrides:
    """What a test puts in place of a part: another clock, another answer, a step at which to stop."""

    clock: Callable[[], datetime] = utc_now
    fresh_id: Callable[[], str] = fresh_id
    answer: Handler = routes.answer
    recalls: Mapping[str, Recall] = field(default_factory=lambda: routes.RECALLS)
    reached: Callable[[str], None] = lambda step: None
    budget: float = BUDGET
    call_timeout: float = CALL_TIMEOUT
    """Seconds for one call of WeChat's API."""
    lease: timedelta = LEASE
    """How long a claimed delivery, or an attempt, is left to its worker."""
    poll: float = POLL
    """Seconds between two looks of those who work behind the turns; they are woken when a turn wants something."""


DEFAULTS = Overrides()


def build(settings: Settings, overrides: Overrides = DEFAULTS) -> web.Application:
    """The bot as an aiohttp application. Stores are opened when it starts, before the port is bound."""
    app = web.Application(client_max_size=BODY_BYTES)
    app.on_response_prepare.append(count_unrouted)
    state = _Running(settings, overrides)
    app.cleanup_ctx.append(state.run)
    app.add_routes(
        [
            web.get("/wechat", observed("/wechat", state.check)),
            web.post("/wechat", observed("/wechat", state.receive)),
            web.get("/healthz", observed("/healthz", _alive)),
            web.get("/readyz", observed("/readyz", state.is_ready)),
            web.get("/metrics", observed("/metrics", _metrics)),
            web.get("/upload/static/{name}", observed("/upload", _asset)),
            web.get("/upload/{token}", observed("/upload", state.show_upload)),
            web.post("/upload/{token}", observed("/upload", state.receive_upload)),
        ]
    )
    return app


@dataclass(frozen=True, slots=True)
class _Behind:
    """What works behind the turns: media from WeChat and from the upload page, deliveries to people."""

    fetcher: Fetcher
    deliveries: Deliveries
    reaches: Reaches
    contact_notices: ContactNotices
    upload: UploadPage
    links: UploadLinks
    cleaning: Cleaning

    def committed(self, commands: Sequence[Command]) -> None:
        """Wake who has something to do after a turn with these commands."""
        if any(isinstance(command, ExpectMedia) for command in commands):
            self.fetcher.wake()
        if any(isinstance(command, TELLING) for command in commands):
            self.deliveries.wake()
        if any(isinstance(command, ChangePhone | DecideBinding | UnbindPerson) for command in commands):
            self.contact_notices.wake()


@asynccontextmanager
async def _behind(
    settings: Settings, overrides: Overrides, database: Database, forms: FormLibrary, shared: Shared
) -> AsyncIterator[_Behind]:
    clock, timezone = overrides.clock, ZoneInfo(settings.timezone)
    shelf = Shelf(settings.data_dir / "media")
    intake = Intake(shelf)
    links = UploadLinks(settings.web_base, settings.upload_key)
    secret = settings.wechat_secret.get_secret_value()
    async with (
        WeChat(
            settings.wechat_appid, secret, shared, base=settings.wechat_api_base, timeout=overrides.call_timeout
        ) as wechat,
        Reaches(database, Touches(shared), clock) as reaches,
        Deliveries(
            database.deliveries,
            wechat,
            shared,
            Account(settings.delivery_ways, settings.message_templates, settings.rates),
            clock,
            timezone,
            poll=overrides.poll,
            lease=overrides.lease,
            before=reaches.flush,
            reached=overrides.reached,
        ) as deliveries,
        ContactNotices(
            database.contact_notices, wechat, deliveries.holds, deliveries.pace, clock, timezone, poll=overrides.poll
        ) as contact_notices,
        Fetcher(
            database.media,
            wechat,
            intake,
            clock,
            most=settings.media_bytes,
            gave_up=deliveries.wake,
            poll=overrides.poll,
        ) as fetcher,
    ):
        upload = UploadPage(
            database=database,
            forms=forms,
            intake=intake,
            links=links,
            pages=Pages(),
            now=clock,
            timezone=timezone,
            fresh_id=overrides.fresh_id,
            most=settings.upload_bytes,
            room=asyncio.Semaphore(UPLOADS_AT_ONCE),
        )
        yield _Behind(fetcher, deliveries, reaches, contact_notices, upload, links, Cleaning(database.media, shelf))


class _Running:
    """The parts while the application runs."""

    def __init__(self, settings: Settings, overrides: Overrides) -> None:
        self._settings = settings
        self._overrides = overrides

    async def run(self, app: web.Application) -> AsyncIterator[None]:
        settings, overrides = self._settings, self._overrides
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        async with AsyncExitStack() as stack:
            # The conversation store first: it holds the lock that keeps a second process out.
            self._store = await stack.enter_async_context(open_store(settings.conversations))
            self._database = await stack.enter_async_context(
                Database(settings.database, number_key=settings.code_key, timezone=settings.timezone)
            )
            self._workdays = Workdays(settings.data_dir)
            self._understanding = Understanding(await asyncio.to_thread(Classifier.load))
            copies = await stack.enter_async_context(DraftCopies(self._database))
            forms = FormLibrary(self._form_xml)
            behind = await stack.enter_async_context(
                _behind(settings, overrides, self._database, forms, self._store.shared)
            )
            self._upload = behind.upload
            clock = self._clock(behind)
            dispatch = self._dispatch(behind, clock, forms, copies)
            stack.push_async_callback(dispatch.drain)
            await stack.enter_async_context(clock)
            self._callback = Callback(
                keys=settings.keys,
                mode=settings.wechat_mode,
                max_age=settings.max_age,
                shared=self._store.shared,
                clock=overrides.clock,
                turn=dispatch.turn,
                status=behind.reaches.told,
                name=settings.log_name,
            )
            yield

    def _clock(self, behind: _Behind) -> Clock:
        settings, now = self._settings, self._overrides.clock
        timezone = ZoneInfo(settings.timezone)
        drafts = Drafts(self._database.lapsing, now, settings.draft_days)
        rounds = Rounds(self._database.rounds, now, timezone, self._workdays, wake=behind.deliveries.wake)
        transfers = Transfers(self._database.transfers, now, timezone)
        old = OldDeliveries(self._database.delivery_retention, now, timezone, settings.delivery_days)
        chores = (drafts.end, behind.cleaning.clean, transfers.carry_out, old.forget)
        return Clock(self._database, now, chores=chores, punctual=(rounds.tick,))

    def _dispatch(self, behind: _Behind, clock: Clock, forms: FormLibrary, copies: DraftCopies) -> Dispatch:
        settings, overrides = self._settings, self._overrides

        def committed(commands: Sequence[Command]) -> None:
            behind.committed(commands)
            if any(isinstance(command, OpenNode) for command in commands):
                clock.hurry()

        return Dispatch(
            Parts(
                conversations=self._store.conversations,
                database=self._database,
                forms=forms,
                understanding=self._understanding,
                copies=copies,
                answer=overrides.answer,
                recalls=overrides.recalls,
                clock=overrides.clock,
                timezone=ZoneInfo(settings.timezone),
                fresh_id=overrides.fresh_id,
                shared=self._store.shared,
                budget=overrides.budget,
                rules=FormRules(settings.copy_threshold, settings.draft_days),
                office_contact=settings.office_contact,
                workdays=self._workdays,
                reached=overrides.reached,
                upload_link=behind.links.make,
                committed=committed,
                happened=behind.reaches.happened,
            )
        )

    async def _form_xml(self, version_id: int) -> str:
        view = await self._database.records("").form_version(version_id)
        if view is None:
            raise LookupError(f"form version {version_id} is not in the records")
        return view.xml

    async def check(self, request: web.Request) -> web.Response:
        return await self._callback.check(request)

    async def receive(self, request: web.Request) -> web.Response:
        return await self._callback.receive(request)

    async def show_upload(self, request: web.Request) -> web.Response:
        return await self._upload.show(request)

    async def receive_upload(self, request: web.Request) -> web.Response:
        return await self._upload.receive(request)

    async def is_ready(self, request: web.Request) -> web.Response:
        """200 when both stores answer and can write, else 503; the body names each."""
        conversations, records = await asyncio.gather(
            _well(self._store.conversations.ping()), _well(self._database.ping())
        )
        well = conversations and records
        telemetry.ready.set(well)
        stores = {"conversations": conversations, "records": records}
        return web.json_response({"ready": well, **stores}, status=200 if well else 503)


async def _well(ping: Awaitable[None]) -> bool:
    try:
        await ping
    except (StoreUnavailable, RecordsUnavailable):
        return False
    return True


async def _alive(request: web.Request) -> web.Response:
    return web.Response(text="ok\n")


async def _asset(request: web.Request) -> web.Response:
    found = ASSETS.get(request.match_info["name"])
    if found is None:
        raise web.HTTPNotFound
    return asset(request.match_info["name"], found)


async def _metrics(request: web.Request) -> web.Response:
    body, content_type = await asyncio.to_thread(telemetry.exposition)
    return web.Response(body=body, headers={"Content-Type": content_type})


def observed(path: str, handler: HttpHandler) -> HttpHandler:
    """`handler`, timed, counted and logged; an uncaught error becomes a bare 500 and a log entry.

    No middleware: aiohttp's way through its middlewares takes as long as the counting and the logging themselves.
    """

    async def observing(request: web.Request) -> web.StreamResponse:
        started = time.perf_counter()
        status = 500
        try:
            response = await handler(request)
            status = response.status
        except web.HTTPException as error:
            status = error.status
            raise
        except Exception:
            log.exception("request failed", path=path)
            return web.Response(status=500, text="500\n")
        finally:
            seconds = time.perf_counter() - started
            telemetry.requests_of(path, status).inc()
            if path == "/wechat":
                person = request.get(telemetry.PERSON)
                if person is not None:  # what was refused before is no turn
                    telemetry.turn_seconds.observe(seconds)
                log.info("callback", status=status, person=person, ms=round(seconds * 1000, 2))
        return response

    return observing


async def count_unrouted(request: web.Request, response: web.StreamResponse) -> None:
    """Counts 404 and 405, which aiohttp answers where no handler is; called before every response."""
    if request.match_info.http_exception is not None:
        telemetry.requests_of(request.path if request.path in PATHS else "other", response.status).inc()
