"""WeChat as the sender sees it, without a network: takes everything and remembers it."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

_OWN = re.compile(r"您有(?: (\d+) 份)?观察表要交")


class Taken(NamedTuple):
    """One call that WeChat took. `things`: how many things it says it is about; None where the text does not say."""

    at: datetime
    openid: str
    way: str
    things: int | None
    said: str
    key: str
    """The client_msg_id of a template; else empty."""


class Recorder:
    """Stands where bot.wechat.client.WeChat stands; `message` has the three methods by which deliveries go out."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self.message = self
        self.taken: list[Taken] = []
        self.unanswered: list[str] = []
        """Message ids of templates for which WeChat has not sent its status event."""

    async def send_text(self, openid: str, content: str) -> Mapping[str, Any]:
        """A customer-service message."""
        own = _OWN.search(content)
        count = int(own.group(1) or 1) if own else None
        self.taken.append(Taken(self._now(), openid, "customer_service", count, content, ""))
        return {"errcode": 0}

    async def send_template(
        self, openid: str, template: str, data: Mapping[str, Mapping[str, str]], *, client_msg_id: str
    ) -> Mapping[str, Any]:
        """A template message."""
        self._fields(openid, "template", data, client_msg_id)
        self.unanswered.append(str(len(self.taken)))
        return {"errcode": 0, "msgid": len(self.taken)}

    async def send_subscribe(
        self, openid: str, template: str, data: Mapping[str, Mapping[str, str]]
    ) -> Mapping[str, Any]:
        """A notification."""
        self._fields(openid, "subscribe_notice", data, "")
        return {"errcode": 0}

    def _fields(self, openid: str, way: str, data: Mapping[str, Mapping[str, str]], key: str) -> None:
        said = data["thing1"]["value"]
        self.taken.append(Taken(self._now(), openid, way, int(data["number2"]["value"]), said, key))


TEMPLATES = {
    "reminder": [
        {"id": "reminder", "kind": "template", "fields": {"thing1": "what", "number2": "count"}},
        {"id": "ticked", "kind": "subscribe", "fields": {"thing1": "what", "number2": "count"}},
    ],
    "notice": {"id": "notice", "kind": "template", "fields": {"thing1": "what", "number2": "count"}},
}
"""QF_TEMPLATES of the play."""
