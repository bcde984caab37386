"""Faults on demand: errcodes, latency and silence for the API, lost, doubled and late callbacks."""

import itertools
from dataclasses import dataclass
from random import Random
from typing import Any

CALLBACK_FAULTS = ("drop_reply", "drop_request", "duplicate", "reorder", "delay")
API_EFFECTS = ("errcode", "latency", "timeout_rate", "status", "status_event", "body", "cut")
LASTING = ("latency", "timeout_rate")
"""Effects that hold until they are cleared; the others happen once, unless `times` says otherwise."""

KINDS: dict[str, tuple[type, ...]] = {
    **dict.fromkeys(("errcode", "status", "after", "cut"), (int,)),
    **dict.fromkeys(("latency", "timeout_rate", "seconds"), (int, float)),
    "times": (int, type(None)),
}
"""What the fields of a fault must be where they are no strings."""


class FaultError(ValueError):
    """The fault that was asked for makes no sense; the message says why."""


@dataclass(slots=True)
class Fault:
    """One fault. It skips `after` occasions, then holds for `times` of them (None: until it is cleared).

    For the API: `errcode` is answered instead; `latency` seconds are added; with probability `timeout_rate` the
    call is carried out but never answered (`lost` = "answer") or not even carried out ("request"); `status` is
    an HTTP status instead of an answer; `status_event` is the Status of TEMPLATESENDJOBFINISH; `body` is an HTML page
    with status 200 instead of an answer, as a proxy writes it; after `cut` bytes of a file the connection breaks.
    For callbacks: one of CALLBACK_FAULTS, with `seconds` for delay and for the longest wait of reorder.
    """

    id: int
    api: str = ""
    callback: str = ""
    openid: str = ""
    errcode: int = 0
    errmsg: str = ""
    latency: float = 0.0
    timeout_rate: float = 0.0
    lost: str = "answer"
    status: int = 0
    status_event: str = ""
    body: str = ""
    cut: int = 0
    seconds: float = 1.0
    times: int | None = None
    after: int = 0
    used: int = 0

    def as_json(self) -> dict[str, Any]:
        """What `GET /sim/faults` lists: the fields that are set."""
        shown = {name: getattr(self, name) for name in self.__slots__}
        return {name: value for name, value in shown.items() if value not in ("", 0, 0.0, None)}


@dataclass(frozen=True, slots=True)
class Effect:
    """What the faults of one API call add up to."""

    errcode: int = 0
    errmsg: str = ""
    latency: float = 0.0
    status: int = 0
    body: str = ""
    cut: int = 0
    lost: str = ""
    """"answer", "request" or "": whether the call hangs, and after or before it was carried out."""


class Faults:
    """The faults that are asked for, in order; random choices come from one seeded generator."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._faults: list[Fault] = []
        self._ids = itertools.count(1)

    def __iter__(self) -> Any:
        return iter(self._faults)

    def clear(self) -> None:
        """No faults any more."""
        self._faults.clear()

    def add(self, asked: dict[str, Any]) -> Fault:
        """Take a fault from JSON; raises FaultError."""
        known = set(Fault.__slots__) - {"id", "used"}
        unknown = set(asked) - known
        if unknown:
            raise FaultError(f"unknown: {', '.join(sorted(unknown))}")
        for name, value in asked.items():
            if not isinstance(value, KINDS.get(name, str)):
                raise FaultError(f"{name}: {value!r} is of the wrong kind")
        callback = asked.get("callback", "")
        if callback and callback not in CALLBACK_FAULTS:
            raise FaultError(f"callback is one of {', '.join(CALLBACK_FAULTS)}")
        if not callback and not any(asked.get(effect) for effect in API_EFFECTS):
            raise FaultError(f"one of {', '.join(API_EFFECTS)} or callback is needed")
        once = bool(callback or any(asked.get(effect) for effect in API_EFFECTS if effect not in LASTING))
        fault = Fault(id=next(self._ids), **{"times": 1 if once else None, **asked})
        if not callback and not fault.api:
            fault.api = "*"
        self._faults.append(fault)
        return fault

    def for_api(self, api: str, openid: str) -> Effect:
        """What happens to this call of `api` (a path such as message/custom/send)."""
        errcode, errmsg, latency, status, lost, body, cut = 0, "", 0.0, 0, "", "", 0
        for fault in self._due(lambda fault: fault.api in ("*", api) and not fault.status_event, openid):
            latency += fault.latency
            errcode, errmsg = fault.errcode or errcode, fault.errmsg or errmsg
            status = fault.status or status
            body, cut = fault.body or body, fault.cut or cut
            if fault.timeout_rate and self._random.random() < fault.timeout_rate:
                lost = fault.lost
        return Effect(errcode, errmsg, latency, status, body, cut, lost)

    def status_event(self, api: str, openid: str) -> str:
        """The Status that the status event of this sending carries, or "" for success."""
        due = self._due(lambda fault: bool(fault.status_event) and fault.api in ("*", api), openid)
        return due[-1].status_event if due else ""

    def for_callback(self, kind: str, openid: str) -> Fault | None:
        """The fault of this kind that is due for a callback about this person, or None."""
        due = self._due(lambda fault: fault.callback == kind, openid, most=1)
        return due[0] if due else None

    def _due(self, wanted: Any, openid: str, most: int | None = None) -> list[Fault]:
        due: list[Fault] = []
        if not self._faults:
            return due
        for fault in list(self._faults):
            if not wanted(fault) or (fault.openid and fault.openid != openid):
                continue
            fault.used += 1
            if fault.used > fault.after:
                due.append(fault)
                if fault.times is not None and fault.used >= fault.after + fault.times:
                    self._faults.remove(fault)
            if most is not None and len(due) >= most:
                break
        return due
