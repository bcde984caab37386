"""Callbacks to the bot exactly as WeChat makes them: signed, in 5 seconds, repeated twice, then the fault notice."""

import asyncio
import time
from collections.abc import Coroutine
from dataclasses import dataclass, field, replace
from functools import partial
from http import HTTPStatus
from typing import Any

import aiohttp
from yarl import URL

from simulator import limits, xml
from simulator.answers import Answer
from simulator.codec import sign
from simulator.people import Entry, Person
from simulator.platform import Platform
from simulator.rules import URL_RULE, Verdict, broken_by_reply

NONCE_BELOW = 10**10
"""WeChat's nonces are decimal numbers of up to ten digits."""


@dataclass(slots=True)
class Told:
    """What came of telling the bot: the lines that reached the person, and how many requests it took."""

    replies: list[Entry] = field(default_factory=list)
    requests: int = 0


@dataclass(frozen=True, slots=True)
class Message:
    """One thing to tell the bot. `visible`: the person waits for an answer, and sees the notice when none comes."""

    person: Person
    name: str
    payload: bytes
    cause: int
    visible: bool


@dataclass(frozen=True, slots=True)
class Request:
    """One signed request."""

    query: dict[str, str]
    body: bytes


class Callbacks:
    """Tells the bot about people and checks its answers."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._session: aiohttp.ClientSession | None = None
        self._url = URL(platform.config.callback)
        self._held: dict[str, asyncio.Event] = {}
        self._later: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Open the connections; needs a running loop."""
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0),
            timeout=aiohttp.ClientTimeout(total=self._platform.config.deadline),
            auto_decompress=False,
        )

    async def stop(self) -> None:
        """End what is under way and close the connections."""
        for task in self._later:
            task.cancel()
        await asyncio.gather(*self._later, return_exceptions=True)
        if self._session is not None:
            await self._session.close()

    def later(self, work: Coroutine[Any, Any, None]) -> None:
        """Do this beside everything else, such as telling the bot how a sending ended."""
        task = asyncio.create_task(work)
        self._later.add(task)
        task.add_done_callback(self._later.discard)

    async def tell(self, person: Person, fields: xml.Fields, *, cause: int, visible: bool = True) -> Told:
        """Tell the bot, up to three times, and put its answer (or the fault notice) into the person's chat."""
        name = str(fields.get("Event") or fields["MsgType"])
        message = Message(person, name, xml.render(fields), cause, visible)
        held = await self._wait_for_turn(person.openid)
        try:
            return await self._ask_until_answered(message)
        finally:
            if held is not None:
                held.set()

    async def check_url(self) -> str | None:
        """The GET check of the callback's URL; returns what is wrong with the answer, or None."""
        platform, echo = self._platform, str(self._platform.random.randrange(10**18, 10**19))
        query = {**self._signed_query(), "echostr": echo}
        answer = await self._exchange("GET", Request(query, b""), "", (echo,))
        detail = URL_RULE.check(answer)
        if detail is not None:
            platform.accuse(URL_RULE.id, detail, "")
        self._log(answer, Message(Person("", ""), "GET", b"", 0, False), Request(query, b""), 1, detail or "ok")
        return detail

    async def _wait_for_turn(self, openid: str) -> asyncio.Event | None:
        """The faults `delay` and `reorder`. Returns an event to set when this message is done, if one waits for it."""
        faults = self._platform.faults
        delay = faults.for_callback("delay", openid)
        if delay is not None:
            await asyncio.sleep(delay.seconds)
        overtaken = self._held.pop(openid, None)
        if overtaken is not None:
            return overtaken
        reorder = faults.for_callback("reorder", openid)
        if reorder is not None:
            event = self._held[openid] = asyncio.Event()
            try:
                await asyncio.wait_for(event.wait(), reorder.seconds)
            except TimeoutError:
                self._held.pop(openid, None)
        return None

    async def _ask_until_answered(self, message: Message) -> Told:
        told = Told()
        earlier: tuple[str, ...] = ()
        started = time.perf_counter()
        for attempt in range(1, limits.REQUESTS + 1):
            if attempt > 1:
                await asyncio.sleep(self._pause(started))
                started = time.perf_counter()
            told.requests += 1
            answer, verdict = await self._attempt(message, attempt, earlier)
            if verdict in (None, Verdict.RECORDED):
                earlier = (*earlier, answer.fingerprint)
                if not self._platform.faults.for_callback("drop_reply", message.person.openid):
                    self._show(message, answer, told)
                    return told
            elif verdict is Verdict.NOTICE:
                break
        if message.visible:
            body = {"content": limits.FAULT_NOTICE, "shown": limits.FAULT_NOTICE}
            entry = self._platform.enter(message.person, "in", "fault", "notice", body, message.cause)
            told.replies.append(entry)
        return told

    def _pause(self, started: float) -> float:
        """Seconds until the repeat: none after a request that took the whole deadline."""
        config = self._platform.config
        return min(config.repeat_pause, max(0.0, config.deadline - (time.perf_counter() - started)))

    async def _attempt(self, message: Message, attempt: int, earlier: tuple[str, ...]) -> tuple[Answer, Verdict | None]:
        openid = message.person.openid
        if self._platform.faults.for_callback("drop_request", openid):
            return Answer(self._platform, openid, None, b"", 0.0, "not sent"), Verdict.AGAIN
        if self._platform.faults.for_callback("duplicate", openid):
            return await self._twice(message, attempt, earlier)
        request = self._request(message)
        answer = await self._exchange("POST", request, openid, earlier)
        return answer, self._judge(answer, message, request, attempt)

    async def _twice(self, message: Message, attempt: int, earlier: tuple[str, ...]) -> tuple[Answer, Verdict | None]:
        """The same message in two requests at once; the person sees the first one's answer, both must be the same."""
        requests = [self._request(message), self._request(message)]
        openid = message.person.openid
        first, second = await asyncio.gather(
            *(self._exchange("POST", request, openid, earlier) for request in requests)
        )
        verdict = self._judge(first, message, requests[0], attempt)
        if verdict in (None, Verdict.RECORDED):
            second = replace(second, earlier=(*earlier, first.fingerprint))
        self._judge(second, message, requests[1], attempt)
        return first, verdict

    def _judge(self, answer: Answer, message: Message, request: Request, attempt: int) -> Verdict | None:
        broken = broken_by_reply(answer)
        for rule, detail in broken:
            self._platform.accuse(rule.id, f"{message.name}, request {attempt}: {detail}", answer.openid)
        self._log(answer, message, request, attempt, "; ".join(rule.id for rule, _ in broken) or "ok")
        return broken[-1][0].verdict if broken else None

    def _log(self, answer: Answer, message: Message, request: Request, attempt: int, outcome: str) -> None:
        self._platform.wire.add(
            at=self._platform.clock(),
            way="callback",
            name=message.name,
            openid=answer.openid,
            cause=message.cause,
            attempt=attempt,
            request=message.payload.decode,
            sent=partial(_sent, self._url.path, request),
            response=partial(_opened, answer),
            received=partial(answer.body.decode, "utf-8", "replace"),
            status=answer.status,
            ms=round(answer.seconds * 1000, 2),
            outcome=answer.failure or outcome,
        )

    def _show(self, message: Message, answer: Answer, told: Told) -> None:
        if answer.silent or not message.visible:
            return
        entry = self._platform.enter(message.person, "in", answer.type, "passive", answer.shown(), message.cause)
        told.replies.append(entry)

    def _signed_query(self) -> dict[str, str]:
        timestamp = str(int(self._platform.clock()))
        nonce = str(self._platform.random.randrange(NONCE_BELOW))
        signature = sign(self._platform.config.token, timestamp, nonce)
        return {"signature": signature, "timestamp": timestamp, "nonce": nonce}

    def _request(self, message: Message) -> Request:
        """A request with its own timestamp and nonce: repeats carry the same message in a new envelope."""
        query = {**self._signed_query(), "openid": message.person.openid}
        codec = self._platform.codec
        if codec is None:
            return Request(query, message.payload)
        sealed = codec.seal(message.payload, query["timestamp"], query["nonce"])
        query |= {"encrypt_type": "aes", "msg_signature": sealed.signature}
        account = self._platform.config.account_id
        return Request(query, xml.render({"ToUserName": account, "Encrypt": sealed.encrypt}))

    async def _exchange(self, method: str, request: Request, openid: str, earlier: tuple[str, ...]) -> Answer:
        if self._session is None:
            raise RuntimeError("Callbacks.start was not awaited")
        started = time.perf_counter()
        status, body, failure = None, b"", ""
        try:
            async with self._session.request(
                method,
                self._url.update_query(request.query),
                data=request.body or None,
                headers={"Content-Type": "text/xml", "User-Agent": "Mozilla/4.0", "Accept": "*/*"},
                allow_redirects=False,
            ) as response:
                status, body = response.status, await response.read()
        except TimeoutError:
            failure = "timeout"
        except aiohttp.ClientError as error:
            failure = f"connection: {type(error).__name__}"
        if status == HTTPStatus.OK and failure:
            status = None
        return Answer(self._platform, openid, status, body, time.perf_counter() - started, failure, earlier)


def _sent(path: str, request: Request) -> str:
    query = "&".join(f"{name}={value}" for name, value in request.query.items())
    return f"{path}?{query}\n\n{request.body.decode()}"


def _opened(answer: Answer) -> str:
    """The answer's payload, or what came when it cannot be opened."""
    try:
        if not answer.silent and not answer.failure:
            return answer.opened
    except ValueError:
        pass
    return answer.body.decode("utf-8", "replace")
