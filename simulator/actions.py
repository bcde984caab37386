"""What a person can do with their phone, and what WeChat makes of it."""

import asyncio
import secrets
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from simulator import limits, xml
from simulator.callback import Callbacks, Told
from simulator.config import AccountKind
from simulator.people import Person
from simulator.platform import Platform
from simulator.samples import sample

NOTHING: xml.Fields = MappingProxyType({})
SENDABLE = ("image", "voice", "video", "shortvideo", "location", "link")


class ActionError(ValueError):
    """A person cannot do that now; the message says why."""


class Actions:
    """Everything that people do, each told to the bot as WeChat does."""

    def __init__(self, platform: Platform, callbacks: Callbacks) -> None:
        self._platform = platform
        self._callbacks = callbacks

    async def says(self, person: Person, text: str) -> Told:
        """Type a text and send it."""
        return await self._text(person, text, "said", "")

    async def taps(self, person: Person, content: str, tap_id: str | None) -> Told:
        """Tap a link that sends a text. Without `tap_id` it is looked up in the chat, by what it says or sends."""
        if tap_id is None:
            content, tap_id = _offered(person, content)
        return await self._text(person, content, "tap", tap_id)

    async def sends(self, person: Person, kind: str, what: Mapping[str, Any], origin: str) -> Told:
        """Send something that is no text; `what` may carry the content of media and the fields of the others."""
        if kind not in SENDABLE:
            raise ActionError(f"type is one of {', '.join(SENDABLE)}")
        fields, body = self._parts(person, kind, what, origin)
        return await self._message(person, kind, "said", fields, body)

    async def sends_several(self, person: Person, kind: str, items: Sequence[Mapping[str, Any]], origin: str) -> Told:
        """Choose several pictures and send them at once: as many callbacks, nearly at the same time."""
        if not 1 <= len(items) <= limits.SENT_AT_ONCE:
            raise ActionError(f"1 to {limits.SENT_AT_ONCE} at once")
        all_told = await asyncio.gather(*(self.sends(person, kind, what, origin) for what in items))
        replies = sorted((entry for told in all_told for entry in told.replies), key=lambda entry: entry.id)
        return Told(replies, sum(told.requests for told in all_told))

    async def clicks(self, person: Person, key: str) -> Told:
        """Tap a button of the bottom menu that has a key."""
        person.touched(self._platform.clock())
        return await self._event(person, "CLICK", "menu", {"EventKey": key}, {"key": key})

    async def views(self, person: Person, url: str) -> Told:
        """Tap a button of the bottom menu that opens a page."""
        return await self._event(person, "VIEW", "menu", {"EventKey": url}, {"url": url}, visible=False)

    async def scans(self, person: Person, scene: str) -> Told:
        """Scan a QR code of the account: a follower makes a SCAN, anybody else follows through it."""
        if not person.followed:
            return await self.follows(person, scene)
        person.touched(self._platform.clock())
        fields = {"EventKey": scene, "Ticket": self._ticket(scene)}
        return await self._event(person, "SCAN", "scan", fields, {"scene": scene})

    async def follows(self, person: Person, scene: str = "") -> Told:
        """Follow the account, perhaps through a QR code."""
        now = self._platform.clock()
        person.followed, person.followed_at, person.scene = True, int(now), scene
        person.touched(now)
        self._platform.tell_person(person)
        fields = {"EventKey": f"qrscene_{scene}" if scene else ""}
        if scene:
            fields["Ticket"] = self._ticket(scene)
        return await self._event(person, "subscribe", "follow", fields, {"scene": scene})

    async def unfollows(self, person: Person) -> Told:
        """Stop following; the account cannot reach them any more."""
        person.followed, person.followed_at = False, 0
        person.windows.clear()
        self._platform.tell_person(person)
        return await self._event(person, "unsubscribe", "unfollow", {"EventKey": ""}, {}, visible=False)

    async def ticks(self, person: Person, template_id: str, *, accepts: bool) -> Told:
        """Answer the pop-up of a subscription notification."""
        if accepts:
            person.credits[template_id] = person.credits.get(template_id, 0) + 1
            self._platform.tell_person(person)
        item = {
            "TemplateId": template_id,
            "SubscribeStatusString": "accept" if accepts else "reject",
            "PopupScene": "2",
        }
        fields = {"SubscribeMsgPopupEvent": {"List": (item,)}}
        body = {"template_id": template_id, "accepts": accepts}
        return await self._event(person, "subscribe_msg_popup_event", "tick", fields, body, visible=False)

    async def does(self, person: Person, event: str, fields: xml.Fields) -> Told:
        """Any other event, with these elements; the person does not wait for an answer."""
        return await self._event(person, event, "event", fields, {}, visible=False)

    async def _text(self, person: Person, text: str, via: str, tap_id: str) -> Told:
        content = xml.sendable(text)
        if not content:
            raise ActionError("nothing to send")
        tapped = tap_id and self._platform.config.account is not AccountKind.TEST
        return await self._message(
            person,
            "text",
            via,
            {"Content": content},
            {"content": content, "shown": content, "tap_id": tap_id},
            {"bizmsgmenuid": tap_id} if tapped else {},
        )

    async def _message(
        self,
        person: Person,
        kind: str,
        via: str,
        fields: xml.Fields,
        body: dict[str, Any],
        after: xml.Fields = NOTHING,
    ) -> Told:
        if not person.followed:
            raise ActionError("who does not follow cannot write")
        now = self._platform.clock()
        person.wrote(now)
        whole: dict[str, xml.Value] = {
            **self._head(person, kind, int(now)),
            **fields,
            "MsgId": self._platform.next_message_id(),
            **after,
        }
        entry = self._platform.enter(person, "out", kind, via, body)
        return await self._callbacks.tell(person, whole, cause=entry.id)

    async def _event(
        self,
        person: Person,
        event: str,
        via: str,
        fields: xml.Fields,
        body: dict[str, Any],
        *,
        visible: bool = True,
    ) -> Told:
        key = str(fields.get("EventKey", ""))
        second = person.event_second(event, key, self._platform.clock())
        whole = {**self._head(person, "event", second), "Event": event, **fields}
        entry = self._platform.enter(person, "out", "event", via, {"event": event, **body})
        return await self._callbacks.tell(person, whole, cause=entry.id, visible=visible)

    def _head(self, person: Person, kind: str, second: int) -> dict[str, xml.Value]:
        return {
            "ToUserName": self._platform.config.account_id,
            "FromUserName": person.openid,
            "CreateTime": second,
            "MsgType": kind,
        }

    def _parts(
        self, person: Person, kind: str, what: Mapping[str, Any], origin: str
    ) -> tuple[dict[str, xml.Value], dict[str, Any]]:
        if kind == "location":
            x, y = float(what.get("latitude", 39.9087)), float(what.get("longitude", 116.3975))
            label = xml.sendable(str(what.get("label", "北京市东城区东长安街")))
            place = {"latitude": x, "longitude": y, "label": label}
            return {"Location_X": x, "Location_Y": y, "Scale": 15, "Label": label}, place
        if kind == "link":
            link = {
                name: xml.sendable(str(what.get(name, default)))
                for name, default in (("title", "链接"), ("description", ""), ("url", "https://example.com/"))
            }
            return {name.capitalize(): value for name, value in link.items()}, link
        return self._media_parts(person, kind, what, origin)

    def _media_parts(
        self, person: Person, kind: str, what: Mapping[str, Any], origin: str
    ) -> tuple[dict[str, xml.Value], dict[str, Any]]:
        shelf, now = self._platform.media, self._platform.clock()
        stored = "video" if kind == "shortvideo" else kind
        content = what.get("content") or sample(stored, len(person.inbox))
        medium = shelf.keep(stored, content, now)
        url = f"/sim/media/{medium.media_id}"
        body = {"media_id": medium.media_id, "url": url}
        if kind == "image":
            return {"PicUrl": f"{origin}{url}", "MediaId": medium.media_id}, body
        if kind == "voice":
            # Recognition has been empty since 2023 (WECHAT.md, Callback).
            return {"Format": "amr", "MediaId": medium.media_id, "Recognition": ""}, body
        thumb = shelf.keep("thumb", sample("image", 0), now)
        return {"MediaId": medium.media_id, "ThumbMediaId": thumb.media_id}, body

    def _ticket(self, scene: str) -> str:
        found = next((code.ticket for code in self._platform.qr_codes.values() if code.scene == scene), "")
        return found or f"gQ{secrets.token_urlsafe(60)}"


def _offered(person: Person, wanted: str) -> tuple[str, str]:
    """Content and id of the latest tap in the chat that says or sends `wanted`."""
    for entry in reversed(person.inbox):
        for tap in entry.body.get("taps", ()):
            if wanted in (tap["label"], tap["content"]):
                return tap["content"], tap["id"]
    raise ActionError(f"no tap says {wanted!r}")
