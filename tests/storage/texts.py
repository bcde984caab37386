"""Classifications as the classifier would make them, and messages with them."""

from datetime import datetime
from typing import Any

from storage.admin import administer
from storage.commands import MessageKind, MessageRecorded, RecordMessage
from storage.text_views import MessageView
from storage.vocabulary import Role
from tests.storage.conftest import NOW, World

CLASSIFIER = "test 1"


def labels(**changed: Any) -> dict[str, Any]:
    """Whole labels: of a suggestion about cars unless `changed`."""
    plain = {
        "intent": "suggestion",
        "disciplines": [],
        "fields": ["车辆管理"],
        "severity": "none",
        "negated": False,
        "eight_rules": [],
    }
    return {**plain, **changed}


def classified(lexicon: int = 0, **changed: Any) -> dict[str, Any]:
    """What Classification.to_json() gives."""
    evidence = [["车辆管理", "班车", 0, 2, "班车太少", 1.5, "lexicon"]]
    return {**labels(**changed), "certainty": 0.9, "lexicon": lexicon, "evidence": evidence}


async def recorded(
    world: World,
    text: str = "班车太少",
    *,
    contact: str = "",
    now: datetime = NOW,
    kind: MessageKind = MessageKind.SUGGESTION,
    **changed: Any,
) -> str:
    """Keep a message (of the observer unless `contact` is given); its number."""
    kept = await world.does(RecordMessage(text, kind, classified(**changed), CLASSIFIER), contact=contact, now=now)
    assert isinstance(kept, MessageRecorded) and not kept.already
    return kept.number


async def seen(world: World, number: str, contact: str = "") -> MessageView:
    """The message as an officer (of the group unless `contact` is given) reads it."""
    found = await world.database.records(contact or world.officer_contact, now=NOW).message(number)
    assert found is not None
    return found


async def office_holder(world: World, unit: int, role: Role = Role.OFFICER, name: str = "") -> str:
    """The contact of a new person of the group with an office over `unit`."""
    called = name or f"{role} of {unit}"
    async with administer(world.database, actor="test", now=NOW) as admin:
        person = await admin.add_person(called, world.group)
        await admin.give_office(person, role, unit)
    return await world.bind(called, person)
