"""One call of the platform's API, as the rules and the endpoints see it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from simulator.config import Template
from simulator.people import Person
from simulator.platform import Platform


@dataclass(frozen=True, slots=True)
class Upload:
    """The file of a media/upload."""

    filename: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Call:
    """`api` is the path without /cgi-bin/, such as message/custom/send. `now` is epoch seconds."""

    platform: Platform
    api: str
    query: Mapping[str, str]
    json: Any
    """What the body says; None when it is not JSON."""
    upload: Upload | None
    needs_token: bool
    now: float
    origin: str
    """Scheme, host and port under which the platform was called."""

    @property
    def body(self) -> dict[str, Any]:
        """The JSON object of the body, or an empty one."""
        return self.json if isinstance(self.json, dict) else {}

    def value(self, name: str) -> str:
        """A field of the body or of the query, or ""."""
        found = self.body.get(name, self.query.get(name, ""))
        return found if isinstance(found, str) else str(found)

    def part(self, name: str) -> dict[str, Any]:
        """An object inside the body, or an empty one."""
        found = self.body.get(name)
        return found if isinstance(found, dict) else {}

    @property
    def openid(self) -> str:
        """The person whom the call is about, or ""."""
        return self.value("touser") or self.value("openid")

    @property
    def person(self) -> Person | None:
        """The same, when the platform knows them."""
        return self.platform.people.get(self.openid)

    @property
    def template(self) -> Template | None:
        """The template that a sending names, when it is registered for this kind of sending."""
        kind = "subscribe" if self.api.startswith("message/subscribe/") else "template"
        found = self.platform.templates.get(self.value("template_id"))
        return found if found and found.kind == kind else None

    @property
    def fields(self) -> dict[str, str]:
        """The values of a template sending by key; values that are no strings are written as JSON would."""
        return {
            key: str(field.get("value", "")) if isinstance(field, dict) else ""
            for key, field in self.part("data").items()
        }
