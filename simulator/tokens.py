"""Access tokens as the platform gives them out: 7200 s, the old one valid 5 minutes beside the new one."""

import secrets
from collections import deque
from dataclasses import dataclass
from enum import Enum

from simulator import limits

MINUTE = 60.0


class Standing(Enum):
    """What a token that somebody shows is worth."""

    GOOD = "good"
    EXPIRED = "expired"
    REPLACED = "replaced"
    UNKNOWN = "unknown"


@dataclass(slots=True)
class Token:
    """One token; all times are epoch seconds."""

    text: str
    expires_at: float
    replaced_at: float | None = None

    def standing(self, now: float) -> Standing:
        """Expired counts before replaced: WeChat answers 42001 then."""
        if now >= self.expires_at:
            return Standing.EXPIRED
        if self.replaced_at is not None and now >= self.replaced_at + limits.TOKEN_OVERLAP:
            return Standing.REPLACED
        return Standing.GOOD


class Tokens:
    """The tokens of an account: one line for stable_token, another for the older token API."""

    def __init__(self) -> None:
        self._known: dict[str, Token] = {}
        self._latest: dict[str, Token] = {}
        self._fetches: deque[float] = deque(maxlen=limits.TOKEN_FETCHES_A_MINUTE + 1)

    def stable(self, now: float, *, force: bool) -> tuple[str, int]:
        """The token and the whole seconds it is good for; in its last 5 minutes a new one is made."""
        token = self._latest.get("stable")
        if token is None or force or now >= token.expires_at - limits.TOKEN_OVERLAP:
            token = self._renew("stable", now)
        return token.text, int(token.expires_at - now)

    def plain(self, now: float) -> tuple[str, int]:
        """A new token at every call, as /cgi-bin/token does."""
        return self._renew("plain", now).text, limits.TOKEN_SECONDS

    def standing(self, text: str, now: float) -> Standing:
        """What this token is worth now."""
        token = self._known.get(text)
        return token.standing(now) if token else Standing.UNKNOWN

    def forget(self) -> None:
        """Make every token unknown, as when somebody else took a new one elsewhere."""
        self._known.clear()
        self._latest.clear()

    def note_fetch(self, now: float) -> None:
        """Somebody asked for a token."""
        self._fetches.append(now)

    def fetches(self, now: float) -> int:
        """How often somebody asked within the last minute."""
        return sum(1 for at in self._fetches if at > now - MINUTE)

    def _renew(self, line: str, now: float) -> Token:
        old = self._latest.get(line)
        if old is not None:
            old.replaced_at = now
        token = Token(
            secrets.token_urlsafe(limits.TOKEN_CHARACTERS)[: limits.TOKEN_CHARACTERS],
            now + limits.TOKEN_SECONDS,
        )
        self._known[token.text] = self._latest[line] = token
        return token
