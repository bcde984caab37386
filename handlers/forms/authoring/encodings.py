"""Texts as the programs of Chinese authors save them: UTF-8, GB 18030 or UTF-16."""

from typing import Final

_UTF16_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")


def decoded(content: bytes) -> str | None:
    """The text of a file, without its byte order mark; None when it is in none of the encodings or holds NULs."""
    encodings = ("utf-16",) if content.startswith(_UTF16_MARKS) else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeError:
            continue
        return None if "\0" in text else text
    return None
