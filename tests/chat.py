"""People to chat as in tests, through the simulator: a dialogue test reads like a chat."""

import asyncio
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import aiohttp

OWN_ACCORD = "customer-service"
"""How a message that is no answer comes (simulator/people.py)."""
TOLD_WITHIN = 10.0
"""Seconds; a message goes out at once after the turn that it tells of."""
LINK = re.compile(r"<a [^>]*>(.*?)</a>", re.DOTALL)


def plain(content: str) -> str:
    """A text reply as it is seen: links as their labels."""
    return LINK.sub(r"\1", content)


@dataclass
class User:
    """One person on a phone; every action answers with what the person then sees."""

    openid: str
    platform: str
    """The simulator's address."""
    session: aiohttp.ClientSession
    replies: list[Mapping[str, Any]] = field(default_factory=list)
    """What the last action was answered with."""

    async def says(self, text: str) -> str:
        """Type a text."""
        return await self._acts("says", {"text": text})

    async def taps(self, label: str) -> str:
        """Tap a link of the last reply by its label; AssertionError when there is none."""
        for reply in self.replies:
            for tap in reply.get("taps", ()):
                if tap["label"].strip() == label:
                    return await self._acts("taps", {"content": tap["content"], "id": tap["id"]})
        raise AssertionError(f"no tap {label!r} in {self.taps_seen}, seen: {self.seen}")

    async def clicks(self, key: str) -> str:
        """Tap a button of the account's bottom menu."""
        return await self._acts("clicks", {"key": key})

    async def sends(self, kind: str, **fields: object) -> str:
        """Send a picture, a voice message, a place …"""
        return await self._acts("sends", {"type": kind, **fields})

    async def follows(self) -> str:
        """Follow the account."""
        return await self._acts("follows", {})

    async def unfollows(self) -> str:
        """Leave the account."""
        return await self._acts("unfollows", {})

    async def told(self, fragment: str) -> str:
        """Wait for a message that the account sends by itself; its taps can be tapped then."""
        deadline = time.monotonic() + TOLD_WITHIN
        while time.monotonic() < deadline:
            async with self.session.get(f"{self.platform}/sim/people/{self.openid}/inbox") as response:
                entries = await response.json()
            own = [entry for entry in entries if entry["via"] == OWN_ACCORD and fragment in _shown(entry)]
            if own:
                self.replies = own[-1:]
                return self.seen
            await asyncio.sleep(0.02)
        raise AssertionError(f"never told {fragment!r}")

    def sees(self, *fragments: str) -> None:
        """AssertionError unless the last reply holds every fragment."""
        missing = [fragment for fragment in fragments if fragment not in self.seen]
        assert not missing, f"{missing} not in: {self.seen!r}"

    def sees_not(self, *fragments: str) -> None:
        """AssertionError when the last reply holds one of the fragments."""
        present = [fragment for fragment in fragments if fragment in self.seen]
        assert not present, f"{present} in: {self.seen!r}"

    @property
    def seen(self) -> str:
        """What the last action made the person see."""
        return "\n".join(_shown(reply) for reply in self.replies)

    @property
    def taps_seen(self) -> Sequence[str]:
        """The labels of the taps in the last reply."""
        return [tap["label"] for reply in self.replies for tap in reply.get("taps", ())]

    async def _acts(self, action: str, payload: Mapping[str, Any]) -> str:
        address = f"{self.platform}/sim/people/{self.openid}/{action}"
        async with self.session.post(address, json=payload) as response:
            assert response.status == 200, await response.text()
            self.replies = (await response.json())["replies"]
        return self.seen


def _shown(reply: Mapping[str, Any]) -> str:
    if reply["kind"] == "text":
        return plain(reply["content"])
    if reply["kind"] == "fault":
        return "该公众号提供的服务出现故障，请稍后再试"
    return f"[{reply['kind']}]"
