"""A tap of the last reply, typed instead of tapped: whoever types the words that they see means what the tap says."""

import re
from dataclasses import replace
from typing import Final

from handlers.base import Conversation, Inbound, Outcome, Said, Tap, Text
from handlers.words import normal, simple

MEMORY: Final = "taps"
"""The memory of the taps under the last reply that say something else than they show."""
MOST: Final = 20
"""Labels that are remembered of one reply."""
PATIENCE: Final = 1800
"""Seconds for which they mean the taps: later a message that came meanwhile may be what is seen last."""
LONGEST: Final = 30
"""Characters of a label."""
AS_TAPPED: Final = "0"
"""Inbound.tap_id of a tap that was typed."""
_NUMBERED: Final = re.compile(r"[0-9]+")
"""A number means a line of a list or a choice of a question, whatever tap shows it."""


def remembered(outcome: Outcome, now: int) -> Outcome:
    """The outcome that remembers the taps of its reply, shown at `now` (seconds since 1970 UTC). Of a confidential one
    nothing is remembered: what may be typed under it would tell what it was.
    """
    if outcome.confidential:
        return outcome
    return outcome.reworded(lambda said: _remembered(said, now))


def _remembered(said: Said, now: int) -> Said:
    reply, conversation = said.reply, said.conversation
    says = _labels(reply) if isinstance(reply, Text) else {}
    kept = conversation.recall(MEMORY)
    if reply is None and kept is not None and kept["turn"] == conversation.seq:  # what was shown is shown still
        return said._replace(conversation=conversation.with_memory(MEMORY, {**kept, "turn": conversation.seq + 1}))
    if not isinstance(reply, Text) or not says:
        return said if kept is None else said._replace(conversation=conversation.with_memory(MEMORY, None))
    shown = {"says": says, "about": reply.about, "turn": conversation.seq + 1, "at": now}
    return said._replace(conversation=conversation.with_memory(MEMORY, shown))


def _labels(reply: Text) -> dict[str, str]:
    """What the taps say by what they show, in its normal form; not what several show that say different things."""
    if not any(isinstance(part, Tap) and part.says and part.says != part.label for part in reply.parts):
        return {}  # as under most questions of a form
    says: dict[str, str] = {}
    several = set()
    for part in reply.parts:
        if isinstance(part, Tap):
            label = normal(part.label)
            if says.setdefault(label, part.content) != part.content:
                several.add(label)
    return {label: said for label, said in list(says.items())[:MOST] if label not in several and _differs(label, said)}


def _differs(label: str, said: str) -> bool:
    return 0 < len(label) <= LONGEST and label != normal(said) and _NUMBERED.fullmatch(label) is None


def meant(inbound: Inbound, conversation: Conversation) -> Inbound:
    """What was done, where it is a tap typed right after it was shown: that tap; else the same."""
    kept = conversation.recall(MEMORY)
    typed = inbound.kind == "text" and not inbound.tap_id and len(inbound.text) <= 2 * LONGEST
    if kept is None or not typed or kept["turn"] != conversation.seq:
        return inbound
    if inbound.created_at.timestamp() - kept.get("at", 0) > PATIENCE:  # WeChat's clock may be behind ours
        return inbound
    said = kept["says"].get(normal(inbound.text)) or kept["says"].get(simple(inbound.text))
    return inbound if said is None else replace(inbound, text=said, about=kept["about"], tap_id=AS_TAPPED)
