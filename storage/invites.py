"""Invite codes: how one looks, how it is read back, what is stored of it, and how its person's name is
masked.
"""

import hashlib
import hmac
import secrets
import unicodedata

ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""Letters and digits that nobody mistakes for one another: no 0, O, 1, I, L."""
LENGTH = 10
"""Characters; 31**10 is about 2**49.5, and guessing is rate-limited."""
_HALF = LENGTH // 2
_MOST_STARS = 3
_DASHES = "一ー"
"""Letters to Unicode, but typed for the dash."""


def new_code() -> str:
    """A fresh random code as it is shown: XXXXX-XXXXX."""
    code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return f"{code[:_HALF]}-{code[_HALF:]}"


def normalise_code(typed: str) -> str | None:
    """The ten characters of a typed code (full width, lower case, spaces, dashes), or None when it cannot be
    one.
    """
    plain = unicodedata.normalize("NFKC", typed).upper()
    code = "".join(character for character in plain if character.isalnum() and character not in _DASHES)
    return code if len(code) == LENGTH and set(code) <= set(ALPHABET) else None


def code_digest(code: str, key: bytes) -> str:
    """HMAC-SHA-256 (hex) of a normalised code: a copy of the database opens nothing."""
    return hmac.new(key, code.encode(), hashlib.sha256).hexdigest()


def mask_name(name: str) -> str:
    """A name by its ends: 王建国 → 王*国, 王建 → 王*; enough for its owner, little for a stranger."""
    name = name.strip()
    if len(name) <= 1:
        return "*"
    if len(name) == 2:  # noqa: PLR2004 (a name of two characters keeps the surname only)
        return name[0] + "*"
    return name[0] + "*" * min(len(name) - 2, _MOST_STARS) + name[-1]
