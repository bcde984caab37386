"""Texts classified anew after an edit of the lexicon: all but those that an officer corrected, and resumable."""

import asyncio
from typing import Any

from storage.commands import CorrectMessage, NewFinding
from storage.text_work import NewLabels, OutdatedText
from storage.vocabulary import TextSource
from tests.storage.conftest import NOW, World
from tests.storage.test_messages import rows
from tests.storage.texts import CLASSIFIER, classified, labels, recorded, seen

NEW: dict[str, Any] = {"lexicon": 2, "classifier": CLASSIFIER}


def anew(texts: tuple[OutdatedText, ...], **changed: Any) -> list[NewLabels]:
    """New labels for these texts."""
    return [NewLabels(text, classified(2, **changed)) for text in texts]


async def renew(world: World, texts: tuple[OutdatedText, ...], **changed: Any) -> int:
    return await world.database.texts.reclassify(anew(texts, **changed), actor="cli:test", now=NOW, **NEW)


async def outdated(world: World, source: TextSource = TextSource.MESSAGE, **where: Any) -> tuple[OutdatedText, ...]:
    return await world.database.texts.outdated(source, **{**NEW, **where})


async def test_texts_of_an_older_lexicon_are_classified_anew(world: World) -> None:
    number = await recorded(world, lexicon=1)
    current = await recorded(world, lexicon=2)
    sheet = await world.handed_in(
        "d", findings=(NewFinding("问题", area="项目投资"), NewFinding("新", classification=classified(2)))
    )
    work = world.database.texts
    assert await work.count_outdated(**NEW) == 3, "findings without a classifier are another classifier's"
    (message,) = await outdated(world)
    findings = await outdated(world, TextSource.FINDING)
    assert (message.source, message.version, message.text) == (TextSource.MESSAGE, 1, "班车太少")
    assert [(one.text, one.area) for one in findings] == [("问题", "项目投资"), ("新", "")]
    assert message.area == ""
    assert await renew(world, (message, *findings), fields=["营销", "合同管理"], severity="low") == 3
    assert await work.count_outdated(**NEW) == 0
    found = (await seen(world, number)).labels
    assert found.current == labels(fields=["营销", "合同管理"], severity="low")
    assert (found.version, found.lexicon, found.classifier, found.corrected_at) == (2, 2, CLASSIFIER, None)
    assert (await seen(world, current)).labels.version == 1
    read = await world.database.records(world.officer_contact, now=NOW).sheet(sheet)
    assert read is not None and {one.labels.current["severity"] for one in read.findings} == {"low"}
    assert sorted(await rows(world, "SELECT label FROM message_labels")) == [("合同管理",), ("营销",), ("车辆管理",)]
    assert len(await rows(world, "SELECT label FROM finding_labels")) == 4
    assert await rows(world, "SELECT severity, lexicon FROM messages ORDER BY id") == [("low", 2), ("none", 2)]
    (entry,) = await rows(world, "SELECT actor, detail FROM audit_entries WHERE action = 'labels.renewed'")
    assert entry == ("cli:test", '{"texts":3}')


async def test_another_classifier_makes_everything_outdated(world: World) -> None:
    await recorded(world, lexicon=2)
    assert await world.database.texts.count_outdated(lexicon=2, classifier="test 2") == 1
    assert await world.database.texts.count_outdated(**NEW) == 0


async def test_what_an_officer_corrected_stays(world: World) -> None:
    """Corrected before it was found, or between its being found and written."""
    before, between = await recorded(world), await recorded(world)
    await world.does(CorrectMessage(before, {"severity": "low"}, 1), contact=world.officer_contact)
    (found,) = await outdated(world)
    await world.does(CorrectMessage(between, {}, 1), contact=world.officer_contact)
    assert await renew(world, (found,), severity="high") == 0
    assert await outdated(world) == ()
    assert (await seen(world, before)).labels.current["severity"] == "low"
    assert (await seen(world, between)).labels.current == labels()
    assert await rows(world, "SELECT action FROM audit_entries WHERE action = 'labels.renewed'") == []


async def test_an_interrupted_run_begins_again_where_it_stopped(world: World) -> None:
    for n in range(5):
        await recorded(world, f"第{n}条")
    first = await outdated(world, limit=2)
    assert [one.text for one in first] == ["第0条", "第1条"]
    assert await renew(world, first) == 2
    assert [one.text for one in await outdated(world, limit=2)] == ["第2条", "第3条"]
    assert [one.text for one in await outdated(world, after=first[-1].id + 1)] == ["第3条", "第4条"]


async def test_two_runs_at_once_write_each_text_once(world: World) -> None:
    for n in range(6):
        await recorded(world, f"第{n}条")
    texts = await outdated(world)
    assert sum(await asyncio.gather(renew(world, texts), renew(world, texts[3:]), renew(world, texts[:3]))) == 6
    assert await rows(world, "SELECT DISTINCT labels_version FROM messages") == [(2,)]
    assert await renew(world, texts) == 0 and await renew(world, ()) == 0


async def test_a_correction_and_a_run_at_once_leave_the_correction(world: World) -> None:
    for n in range(4):
        number = await recorded(world, f"第{n}条")
        texts = await outdated(world)
        correction = world.does(CorrectMessage(number, {"severity": "low"}, 1), contact=world.officer_contact)
        result, _ = await asyncio.gather(correction, renew(world, texts, severity="high"))
        found = (await seen(world, number)).labels
        corrected = found.corrected_at is not None
        assert corrected == (type(result).__name__ == "LabelsCorrected")
        assert found.current["severity"] == ("low" if corrected else "high")
