"""The table of what waits for 确认: what officers were asked, and what people were asked about themselves."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from handlers.base import Context, Conversation, Inbound, Outcome
from handlers.chasing import excusing, owing
from handlers.keeping import applying, appointing, asking, bindings, leaves, moving, phones
from handlers.ruling import nodes, nodes_cancelling, rules

ACTS: Final[Mapping[str, asking.Make]] = MappingProxyType(
    {
        "appoint": appointing.make_appoint,
        "dismiss": appointing.make_dismiss,
        "move": moving.make_move,
        "take_leave": leaves.make_take,
        "end_leave": leaves.make_end,
        "stand_in": leaves.make_stand_in,
        "apply": applying.make_apply,
        "decide_binding": bindings.make_decide,
        "unbind": bindings.make_unbind,
        phones.ACT: phones.make_change,
        owing.ACT: owing.make_ask,
        excusing.ACT: excusing.make_excuse,
        rules.ACT: rules.make_write,
        nodes.ACT: nodes.make_open,
        nodes_cancelling.ACT: nodes_cancelling.make_cancel,
    }
)
"""By the name under which the question is kept."""


async def answered(inbound: Inbound, conversation: Conversation, context: Context) -> Outcome:
    """One of the two taps, or a yes or no typed right after the question."""
    if asking.agrees(inbound.text):
        return asking.confirmed(ACTS, conversation, context, inbound.about)
    return asking.dropped(conversation, inbound.about)
