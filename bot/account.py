"""What the account may send, as its settings say."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.wechat.templates import Templates
from storage.vocabulary import DeliveryWay


@dataclass(frozen=True, slots=True)
class Account:
    """What the account may send: its ways, its templates, and how many calls a second of each way."""

    ways: frozenset[DeliveryWay]
    templates: Templates = field(default_factory=dict)
    rates: Mapping[DeliveryWay, float] = field(default_factory=dict)
