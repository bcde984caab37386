"""What the one process that owns the conversation file knows without reading it: hot contacts, and new message keys."""

import time
from collections import OrderedDict
from collections.abc import Iterable
from typing import NamedTuple

STATES_BYTES = 3_000_000
"""Memory for the states of hot contacts, some 1,000 forms under way; a turn of anybody else reads the file, which
takes 100 µs more while the writer is busy (docs/decisions.md)."""
ENTRY_BYTES = 250
"""What an entry takes besides its state."""
FILTER_BITS = 1 << 22
"""Bits of one filter, 0.5 MB; two are kept."""
MOST_KEYS = 400_000
"""Keys in one filter at which 1.6% of new keys look known, which costs them one read and nothing else."""


class Known(NamedTuple):
    """The row of a contact as it stands in the file."""

    seq: int
    epoch: int
    state: str


class Keys:
    """Which message keys may have been answered: never a wrong no, now and then a wrong yes (a Bloom filter).

    Forgets keys after `lifetime` to twice that, in seconds.
    """

    def __init__(self, lifetime: float) -> None:
        self._lifetime = lifetime
        self._new = bytearray(FILTER_BITS // 8)
        self._old = bytearray(FILTER_BITS // 8)
        self._since = time.monotonic()

    def add_all(self, keys: Iterable[tuple[str, str]]) -> None:
        """Know the (key, contact) pairs of an earlier process; too many to tell apart make every key look known."""
        for number, (key, contact) in enumerate(keys):
            if number >= MOST_KEYS:
                self._new = bytearray(b"\xff") * (FILTER_BITS // 8)
                return
            self.add(key, contact)

    def add(self, key: str, contact: str) -> None:
        """Know that this message was answered."""
        if time.monotonic() - self._since > self._lifetime:
            self._old, self._new = self._new, bytearray(FILTER_BITS // 8)
            self._since = time.monotonic()
        mixed, bits = hash((key, contact)), self._new
        for shift in (0, 21, 42):
            place = (mixed >> shift) % FILTER_BITS
            bits[place >> 3] |= 1 << (place & 7)

    def may_have(self, key: str, contact: str) -> bool:
        """False when this message was surely not answered within `lifetime`."""
        mixed = hash((key, contact))
        return _holds(self._new, mixed) or _holds(self._old, mixed)


def _holds(bits: bytearray, mixed: int) -> bool:
    for shift in (0, 21, 42):
        place = (mixed >> shift) % FILTER_BITS
        if not bits[place >> 3] & 1 << (place & 7):
            return False
    return True


class Recent:
    """The contacts saved last, and the keys answered lately; on the event loop only."""

    def __init__(self, reply_ttl: float) -> None:
        self.keys = Keys(reply_ttl)
        self._known: OrderedDict[str, tuple[int, int, bytes]] = OrderedDict()
        self._bytes = 0

    def known(self, contact: str, key: str) -> Known | None:
        """The contact's row, when it is known and this message surely not answered yet; else the file must tell."""
        packed = self._known.get(contact)
        if packed is None or self.keys.may_have(key, contact):
            return None
        self._known.move_to_end(contact)
        return Known(packed[0], packed[1], packed[2].decode())

    def saved(self, contact: str, key: str, known: Known) -> None:
        """The row and the reply under the key are on disk."""
        self.keys.add(key, contact)
        self.forget(contact)
        state = known.state.encode()  # half the memory of a str with Chinese in it
        self._known[contact] = (known.seq, known.epoch, state)
        self._bytes += ENTRY_BYTES + len(state)
        while self._bytes > STATES_BYTES:
            _, oldest = self._known.popitem(last=False)
            self._bytes -= ENTRY_BYTES + len(oldest[2])

    def forget(self, contact: str) -> None:
        """It is not known what stands on disk for this contact."""
        packed = self._known.pop(contact, None)
        if packed is not None:
            self._bytes -= ENTRY_BYTES + len(packed[2])
