"""The simulator's own API under /sim/: act as a person, look at chats and at the wire, ask for faults."""

import base64
import binascii
import json
import re
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from typing import Any, TypeAlias

from aiohttp import web

from simulator import limits, xml
from simulator.actions import ActionError, Actions
from simulator.callback import Callbacks, Told
from simulator.config import Card, Template
from simulator.faults import FaultError
from simulator.people import Person
from simulator.platform import Platform
from simulator.rules import RULES, CallRule, Rule, Verdict

TAG = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
KEEP_ALIVE = 15.0
"""Seconds of silence after which the stream of updates sends a comment."""


Json: TypeAlias = Any
"""What becomes JSON."""


class BadRequest(ValueError):
    """The request makes no sense; the message says why."""


@dataclass(frozen=True, slots=True)
class SimApi:
    """Serves /sim/ for one platform."""

    platform: Platform
    callbacks: Callbacks
    actions: Actions

    def routes(self) -> list[web.RouteDef]:
        """All paths."""
        acts: dict[str, Callable[[Person, dict[str, Any], web.Request], Awaitable[Told]]] = {
            "says": self._says,
            "taps": self._taps,
            "sends": self._sends,
            "clicks": self._clicks,
            "views": self._views,
            "scans": self._scans,
            "follows": self._follows,
            "unfollows": self._unfollows,
            "ticks": self._ticks,
            "events": self._events,
        }
        return [
            *(web.post(f"/sim/people/{{openid}}/{name}", self._act(act)) for name, act in acts.items()),
            web.get("/sim/people/{openid}/inbox", _guard(self._inbox)),
            web.get("/sim/people", _guard(self._people)),
            web.post("/sim/people", _guard(self._add_person)),
            web.get("/sim/account", _guard(self._account)),
            web.get("/sim/wire", _guard(self._wire)),
            web.get("/sim/violations", _guard(self._violations)),
            web.delete("/sim/violations", _guard(self._forgive)),
            web.get("/sim/rules", _guard(self._rules)),
            web.get("/sim/faults", _guard(self._faults)),
            web.post("/sim/faults", _guard(self._add_fault)),
            web.delete("/sim/faults", _guard(self._clear_faults)),
            web.get("/sim/templates", _guard(self._templates)),
            web.post("/sim/templates", _guard(self._add_template)),
            web.delete("/sim/tokens", _guard(self._forget_tokens)),
            web.post("/sim/url-check", _guard(self._check_url)),
            web.get("/sim/media/{media_id}", self._media),
            web.get("/sim/updates", self._updates),
        ]

    def _act(
        self, act: Callable[[Person, dict[str, Any], web.Request], Awaitable[Told]]
    ) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def handle(request: web.Request) -> Json:
            told = await act(self.platform.person(request.match_info["openid"]), await _body(request), request)
            return {"replies": [entry.as_json() for entry in told.replies], "requests": told.requests}

        return _guard(handle)

    async def _says(self, person: Person, asked: dict[str, Any], request: web.Request) -> Told:
        return await self.actions.says(person, _text(asked, "text"))

    async def _taps(self, person: Person, asked: dict[str, Any], request: web.Request) -> Told:
        tap_id = asked.get("id")
        return await self.actions.taps(person, _text(asked, "content"), None if tap_id is None else str(tap_id))

    async def _sends(self, person: Person, asked: dict[str, Any], request: web.Request) -> Told:
        """One thing, or several of a kind at once: `items` (each with its own fields), or `count` of them."""
        kind, origin = _text(asked, "type"), str(request.url.origin())
        items, count = asked.pop("items", None), asked.pop("count", None)
        if items is None and count is None:
            return await self.actions.sends(person, kind, _with_content(asked), origin)
        if items is None:
            items = [{}] * count if isinstance(count, int) and count <= limits.SENT_AT_ONCE else None
        if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
            raise BadRequest(f"items is a list of objects, count a number up to {limits.SENT_AT_ONCE}")
        several = [_with_content({**asked, **item}) for item in items]
        return await self.actions.sends_several(person, kind, several, origin)

    async def _clicks(self, person: Person, asked: dict[str, Any], request: web.Request) -> Told:
        return await self.actions.clicks(person, _text(asked, "key"))

    async def _views(self, person: Person, asked: dict[str, Any], request: web.Request) -> Told:
        return await self.actions.views(person, _text(asked, "url"))

    async def _scans(self, person: Person, asked: dict[str, Any], request: web.Request) -> Told:
        return await self.actions.scans(person, _text(asked, "scene"))

    async def _follows(self, person: Person, asked: dict[str, Any], request: web.Request) -> Told:
        return await self.actions.follows(person, str(asked.get("scene") or ""))

    async def _unfollows(self, person: Person, asked: dict[str, Any], request: web.Request) -> Told:
        return await self.actions.unfollows(person)

    async def _ticks(self, person: Person, asked: dict[str, Any], request: web.Request) -> Told:
        accepts = bool(asked.get("accepts", True))
        return await self.actions.ticks(person, _text(asked, "template_id"), accepts=accepts)

    async def _events(self, person: Person, asked: dict[str, Any], request: web.Request) -> Told:
        event = _text(asked, "Event")
        fields = _fields({name: value for name, value in asked.items() if name != "Event"})
        return await self.actions.does(person, event, fields)

    async def _inbox(self, request: web.Request) -> Json:
        person = self.platform.person(request.match_info["openid"])
        after = _number(request, "after")
        return [entry.as_json() for entry in person.inbox if entry.id > after]

    async def _people(self, request: web.Request) -> Json:
        return [person.as_json() for person in self.platform.people]

    async def _add_person(self, request: web.Request) -> Json:
        asked = await _body(request)
        openid = str(asked.get("openid") or f"o{secrets.token_hex(13)}")
        followed = bool(asked.get("followed", True))
        card = Card(openid, _text(asked, "name"), str(asked.get("note") or ""), "", followed)
        return self.platform.add_person(card).as_json()

    async def _account(self, request: web.Request) -> Json:
        config = self.platform.config
        return {
            "name": config.account_name,
            "id": config.account_id,
            "appid": config.appid,
            "kind": config.account,
            "mode": config.mode,
            "callback": config.callback,
            "menu": self.platform.menu,
            "fault_notice": limits.FAULT_NOTICE,
            "scenes": sorted({code.scene for code in self.platform.qr_codes.values()}),
        }

    async def _wire(self, request: web.Request) -> Json:
        cause = _number(request, "cause")
        exchanges = self.platform.wire.of(request.query.get("openid"), cause or None)
        return [exchange.as_json() for exchange in exchanges]

    async def _violations(self, request: web.Request) -> Json:
        return [violation.as_json() for violation in self.platform.violations]

    async def _forgive(self, request: web.Request) -> Json:
        self.platform.violations.clear()
        return []

    async def _rules(self, request: web.Request) -> Json:
        return [{"rule": rule.id, "source": rule.source, "then": _consequence(rule)} for rule in RULES]

    async def _faults(self, request: web.Request) -> Json:
        return [fault.as_json() for fault in self.platform.faults]

    async def _add_fault(self, request: web.Request) -> Json:
        return self.platform.faults.add(await _body(request)).as_json()

    async def _clear_faults(self, request: web.Request) -> Json:
        self.platform.faults.clear()
        return []

    async def _templates(self, request: web.Request) -> Json:
        return [asdict(template) for template in self.platform.templates.values()]

    async def _add_template(self, request: web.Request) -> Json:
        asked = await _body(request)
        template = Template(
            _text(asked, "template_id"),
            _text(asked, "title"),
            _text(asked, "content"),
            str(asked.get("kind") or "template"),
        )
        others = [known for known in self.platform.templates.values() if known.template_id != template.template_id]
        if sum(known.kind == "template" for known in others) >= limits.TEMPLATES:
            raise BadRequest(f"an account has at most {limits.TEMPLATES} templates")
        self.platform.templates[template.template_id] = template
        return {"template_id": template.template_id, "keys": template.keys}

    async def _forget_tokens(self, request: web.Request) -> Json:
        self.platform.tokens.forget()
        return {}

    async def _check_url(self, request: web.Request) -> Json:
        wrong = await self.callbacks.check_url()
        return {"ok": wrong is None, "detail": wrong or ""}

    async def _media(self, request: web.Request) -> web.Response:
        medium = self.platform.media.get(request.match_info["media_id"], self.platform.clock())
        if medium is None:
            return web.Response(status=404, text="no such medium, or past its three days")
        return web.Response(body=medium.content, content_type=medium.content_type)

    async def _updates(self, request: web.Request) -> web.StreamResponse:
        headers = {"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        response = web.StreamResponse(headers=headers)
        await response.prepare(request)
        try:
            await response.write(b": welcome\n\n")
            async for update in self.platform.feed.listen(KEEP_ALIVE):
                line = b": still here\n\n" if update is None else f"data: {json.dumps(update)}\n\n".encode()
                await response.write(line)
        except ConnectionError:
            pass
        return response


def _guard(
    handler: Callable[[web.Request], Awaitable[Json]],
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """JSON out; what makes no sense is 400, what a person cannot do now is 409."""

    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            return web.json_response(await handler(request))
        except ActionError as error:
            return web.json_response({"error": str(error)}, status=409)
        except (BadRequest, FaultError) as error:
            return web.json_response({"error": str(error)}, status=400)

    return handle


def _consequence(rule: Rule) -> str:
    if isinstance(rule, CallRule):
        return f"errcode {rule.errcode}" if rule.errcode else Verdict.RECORDED.value
    return rule.verdict.value


async def _body(request: web.Request) -> dict[str, Any]:
    raw = await request.read()
    try:
        found = json.loads(raw) if raw else {}
    except ValueError as error:
        raise BadRequest(f"not JSON: {error}") from error
    if not isinstance(found, dict):
        raise BadRequest("not a JSON object")
    return found


def _text(asked: dict[str, Any], name: str) -> str:
    found = asked.get(name)
    if not isinstance(found, str) or not found:
        raise BadRequest(f"{name} is missing")
    return found


def _fields(value: Any) -> Any:
    """Elements of an event from JSON: strings, numbers, objects, lists of objects."""
    if isinstance(value, str):
        return xml.sendable(value)
    if isinstance(value, int | float):
        return value
    if isinstance(value, dict) and all(TAG.fullmatch(name) for name in value):
        return {name: _fields(inside) for name, inside in value.items()}
    if isinstance(value, list) and all(isinstance(inside, dict) for inside in value):
        return tuple(_fields(inside) for inside in value)
    raise BadRequest(f"cannot be an element: {value!r}")


def _with_content(asked: dict[str, Any]) -> dict[str, Any]:
    """The fields of something that is sent, with its content as bytes (b"": a sample is sent)."""
    try:
        content = base64.b64decode(asked.get("content_base64") or "", validate=True)
    except (binascii.Error, TypeError, ValueError) as error:
        raise BadRequest(f"content_base64: {error}") from error
    return {**{name: value for name, value in asked.items() if name != "content_base64"}, "content": content}


def _number(request: web.Request, name: str) -> int:
    found = request.query.get(name, "0")
    if not found.isdigit():
        raise BadRequest(f"{name} is not a number")
    return int(found)
