"""Links to the upload page: encrypted and signed, good for a day, for one question of one draft."""

import base64
import hashlib
import hmac
import json
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from cryptography.fernet import Fernet, InvalidToken

from storage.vocabulary import MediaKind

LIFE: Final = 24 * 3600
"""Seconds that a link is good; the chat makes a new one whenever the question is asked again."""
LONGEST: Final = 2048
"""Characters of a token that is looked at."""
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a file belongs: whose chat, which draft, which question (concrete ref), of which kind."""

    contact: str = field(repr=False)
    draft: str
    ref: str
    kind: MediaKind


class LinkUnknown(Exception):
    """No link of ours."""


class LinkExpired(Exception):
    """A link of ours that is past its time."""


class UploadLinks:
    """Makes and reads links. `base` is the address from outside (empty: no links), `key` any secret bytes.

    The token is Fernet's (AES-CBC and HMAC, https://github.com/fernet/spec): nobody else can make one, and the ids in
    it show nowhere.
    """

    def __init__(self, base: str, key: bytes) -> None:
        self._base = base
        self._fernet = Fernet(base64.urlsafe_b64encode(hmac.digest(key, b"upload links", hashlib.sha256)))

    def make(self, place: Place, now: datetime) -> str:
        """The address of the page for this place, good for LIFE from `now` (aware); empty without a base."""
        if not self._base:
            return ""
        told = json.dumps([place.contact, place.draft, place.ref, place.kind], separators=(",", ":")).encode()
        token = self._fernet.encrypt_at_time(told, int(now.timestamp())).decode().rstrip("=")
        return f"{self._base}/upload/{token}"

    def read(self, token: str, now: datetime) -> Place:
        """The place of a token. Raises LinkUnknown, LinkExpired."""
        if len(token) > LONGEST or not _TOKEN.fullmatch(token):  # b64decode would overlook other signs
            raise LinkUnknown
        whole = token + "=" * (-len(token) % 4)
        try:
            told = self._fernet.decrypt(whole)  # checks the signature, and no time
            made = self._fernet.extract_timestamp(whole)
        except InvalidToken:
            raise LinkUnknown from None
        if now.timestamp() - made > LIFE:
            raise LinkExpired
        contact, draft, ref, kind = json.loads(told)
        return Place(contact, draft, ref, MediaKind(kind))
