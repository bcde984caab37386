"""The office answers every sheet, once a version; what was returned is corrected under the same number."""

import asyncio
from datetime import timedelta
from typing import Any

from storage.admin import administer
from storage.commands import (
    AcceptSheet,
    BeginDraft,
    BindContact,
    DraftBegun,
    DropDraft,
    NewFinding,
    NewText,
    RestoreDraft,
    ReturnSheet,
    Reviewed,
    ReviewRefused,
    SubmitRefusal,
    SubmitRefused,
    Submitted,
)
from storage.records import ReturnedSheet
from storage.vocabulary import DraftState, Level, NoticeKind, ReviewRefusal, Role, SheetState, Verdict
from tests.storage.conftest import NOW, World, keep, submit

LATER = NOW + timedelta(days=1)


async def second_officer(world: World, name: str = "孙莉", unit: int = 0) -> str:
    """The contact of another officer, of the whole group unless `unit` is given."""
    async with administer(world.database, actor="test", now=NOW) as admin:
        person = await admin.add_person(name, world.group)
        await admin.give_office(person, Role.OFFICER, unit or world.group)
    return await world.bind(name, person)


async def returned(world: World, **said: Any) -> str:
    """The number of a sheet that was returned."""
    number = await world.handed_in("d", **said)
    answer = await world.does(ReturnSheet(number, "请写明金额", ("/data/a",)), contact=world.officer_contact)
    assert answer == Reviewed(number, 1, Verdict.RETURNED)
    return number


async def to_correct(world: World) -> ReturnedSheet:
    """The only returned sheet of the observer."""
    (found,) = await world.database.records(world.observer_contact, now=NOW).returned_sheets()
    return found


async def correcting(world: World, draft: str = "e", **changed: Any) -> DraftBegun:
    """Begin the correction of the only returned sheet."""
    sheet = await to_correct(world)
    given = {"sheet_id": sheet.sheet_id, "answers": sheet.form_state, **changed}
    begin = BeginDraft(draft, given.pop("form_version_id", sheet.form_version_id), None, world.observer, **given)
    begun: DraftBegun = await world.does(begin)
    return begun


async def test_an_accepted_sheet_is_done_and_its_author_is_told(world: World) -> None:
    number = await world.handed_in("d", quality={"copied": ["/data/a"]})
    officer = world.database.records(world.officer_contact, now=NOW)
    waiting = await officer.waiting_sheets()
    assert [(sheet.number, sheet.author_name, sheet.quality) for sheet in waiting.sheets] == [
        (number, "王建国", {"copied": ["/data/a"]})
    ]
    assert waiting.total == 1
    done = await world.does(AcceptSheet(number, "很具体，谢谢"), contact=world.officer_contact)
    assert done == Reviewed(number, 1, Verdict.ACCEPTED)
    assert (await officer.waiting_sheets()).total == 0
    sheet = await officer.sheet(number)
    assert sheet is not None and sheet.state is SheetState.ACCEPTED
    (review,) = sheet.reviews
    assert (review.verdict, review.officer_name, review.comment) == (Verdict.ACCEPTED, "李纪", "很具体，谢谢")
    mine = world.database.records(world.observer_contact, now=NOW)
    (notice,) = await mine.notices()
    assert notice.kind is NoticeKind.SHEET_ACCEPTED
    assert notice.body == {"number": number, "title": "综合观察表", "version": 1, "comment": "很具体，谢谢"}
    assert [(own.state, own.comment) for own in await mine.my_sheets()] == [(SheetState.ACCEPTED, "很具体，谢谢")]
    assert await mine.returned_sheets() == ()
    whole = await mine.my_sheet(number)
    assert whole is not None and (whole.reviews, whole.quality) == (sheet.reviews, {})
    assert [version.quality for version in await mine.my_sheet_versions(number)] == [{}]


async def test_reviewed_levels_stand_in_the_review_and_in_the_notice(world: World) -> None:
    findings = (NewFinding("甲", level="low"), NewFinding("乙"), NewFinding("丙", level="high"))
    number = await world.handed_in("d", findings=findings)
    accept = AcceptSheet(number, "", 1, {3: "medium", 2: "low"})
    assert await world.does(accept, contact=world.officer_contact) == Reviewed(number, 1, Verdict.ACCEPTED)
    sheet = await world.database.records(world.officer_contact, now=NOW).sheet(number)
    assert sheet is not None and [review.levels for review in sheet.reviews] == [{2: "low", 3: "medium"}]
    (notice,) = await world.database.records(world.observer_contact, now=NOW).notices()
    assert notice.body["levels"] == [
        {"number": 2, "text": "乙", "level": "", "reviewed": "low"},
        {"number": 3, "text": "丙", "level": "high", "reviewed": "medium"},
    ]


async def test_a_returned_sheet_is_corrected_under_its_number_and_all_versions_stay(world: World) -> None:
    first = {"answers": {"a": "1"}, "readable": (("题", "旧"),), "form_state": {"at": None}}
    number = await returned(world, **first, findings=(NewFinding("旧"),), texts=(NewText("/a", "旧文", b"", (1, 2)),))
    sheet = await to_correct(world)
    assert (sheet.number, sheet.comment, sheet.refs, sheet.draft_id) == (number, "请写明金额", ("/data/a",), None)
    assert (sheet.answers, sheet.form_state) == ({"a": "1"}, {"at": None})
    assert await correcting(world, position="/data/a") == DraftBegun(True, 1)
    draft = await world.database.records(world.observer_contact, now=NOW).draft("e")
    assert draft is not None
    assert (draft.sheet_number, draft.appointment_id, draft.unit_id) == (number, world.appointment, world.second)
    assert (draft.answers, draft.position) == ({"at": None}, "/data/a")
    assert (await to_correct(world)).draft_id == "e"
    findings = (NewFinding("新", area="投资"), NewFinding("另"))
    again = submit("e", answers={"a": "2"}, readable=(("题", "新"),), findings=findings, quality={"thin": []})
    assert await world.does(again, now=LATER) == Submitted(number, already=False, version=2)
    assert await world.does(again, now=LATER) == Submitted(number, already=True, version=2)
    assert await world.does(submit("d")) == Submitted(number, already=True, version=1)
    officer = world.database.records(world.officer_contact, now=NOW)
    seen = await officer.sheet(number)
    assert seen is not None
    assert (seen.version, seen.state, seen.submitted_at, seen.quality) == (2, SheetState.SUBMITTED, LATER, {"thin": []})
    assert [(found.text, found.area) for found in seen.findings] == [("新", "投资"), ("另", "")]
    assert [(review.version, review.comment) for review in seen.reviews] == [(1, "请写明金额")]
    versions = await officer.sheet_versions(number)
    assert [(version.version, version.readable) for version in versions] == [(1, (("题", "旧"),)), (2, (("题", "新"),))]
    assert [sheet.version for sheet in (await officer.waiting_sheets()).sheets] == [2]
    assert (await world.does(AcceptSheet(number), contact=world.officer_contact)) == Reviewed(
        number, 2, Verdict.ACCEPTED
    )


async def test_of_two_officers_at_once_one_answers(world: World) -> None:
    number = await world.handed_in("d")
    other = await second_officer(world)
    answers = await asyncio.gather(
        world.does(AcceptSheet(number), contact=world.officer_contact),
        world.does(ReturnSheet(number, "不清楚"), contact=other),
    )
    (done,) = [answer for answer in answers if isinstance(answer, Reviewed)]
    (late,) = [answer for answer in answers if isinstance(answer, ReviewRefused)]
    assert (late.reason, late.state) == (ReviewRefusal.STATE, SheetState(done.verdict))
    sheet = await world.database.records(world.officer_contact, now=NOW).sheet(number)
    assert sheet is not None and [review.verdict for review in sheet.reviews] == [done.verdict]
    assert len(await world.database.records(world.observer_contact, now=NOW).notices()) == 1


async def test_an_answer_is_given_once_a_turn_and_only_to_what_waits(world: World) -> None:
    number = await world.handed_in("d")
    answer = ReturnSheet(number, "请补充")
    first, _ = await world.run("m", 50, answer, contact=world.officer_contact)
    again, none = await world.run("m", 50, answer, contact=world.officer_contact)
    assert (again.repeated, again.reply, none) == (True, first.reply, [])
    late = await world.does(AcceptSheet(number), contact=world.officer_contact)
    assert late == ReviewRefused(ReviewRefusal.STATE, SheetState.RETURNED, 1)


async def test_nobody_answers_without_the_right_or_a_sheet_of_their_own(world: World) -> None:
    number = await world.handed_in("d")
    unknown = ReviewRefused(ReviewRefusal.UNKNOWN)
    elsewhere = await second_officer(world, "赵强", world.first)
    async with administer(world.database, actor="test", now=NOW) as admin:
        clerk = await admin.add_person("钱宁", world.group)
        await admin.give_office(clerk, Role.ADMINISTRATOR, world.group)
    for contact in (elsewhere, await world.bind("钱宁", clerk), world.observer_contact, ""):
        assert await world.does(AcceptSheet(number), contact=contact) == unknown
        assert (await world.database.records(contact, now=NOW).waiting_sheets()).total == 0
        assert await world.database.records(contact, now=NOW).sheet_versions(number) == ()
        if contact != world.observer_contact:
            assert await world.database.records(contact, now=NOW).my_sheet(number) is None
            assert await world.database.records(contact, now=NOW).my_sheet_versions(number) == ()
    assert await world.does(AcceptSheet("GC26-0009999"), contact=world.officer_contact) == unknown
    async with administer(world.database, actor="test", now=NOW) as admin:
        await admin.give_office(world.observer, Role.OFFICER, world.group)
    own = await world.does(AcceptSheet(number))
    assert own == ReviewRefused(ReviewRefusal.OWN, SheetState.SUBMITTED, 1)
    assert (await world.database.records(world.observer_contact, now=NOW).waiting_sheets()).total == 0


async def test_a_phone_that_handed_a_version_in_does_not_answer_it_as_another_person(world: World) -> None:
    """回避 holds for the phone of every version, also when the newest came from another one."""
    number = await returned(world)
    async with administer(world.database, actor="test", now=NOW) as admin:
        await admin.unbind(world.observer)
        await admin.unbind(world.officer)
        mine, officers = await admin.invite(world.observer), await admin.invite(world.officer)
    new_phone = await world.database.contact_of("new phone", NOW)
    await world.does(BindContact(mine, world.observer), contact=new_phone)
    await world.does(BindContact(officers, world.officer))
    (sheet,) = await world.database.records(new_phone, now=NOW).returned_sheets()
    begin = BeginDraft("e", sheet.form_version_id, None, world.observer, sheet_id=sheet.sheet_id)
    await world.does(begin, submit("e"), contact=new_phone)
    old_phone = world.database.records(world.observer_contact, now=NOW)
    assert await old_phone.my_sheet(number) is None and await old_phone.my_sheet_versions(number) == ()
    assert await old_phone.sheet(number) is None and (await old_phone.waiting_sheets()).total == 0
    refused = await world.does(AcceptSheet(number))
    assert refused == ReviewRefused(ReviewRefusal.OWN, SheetState.SUBMITTED, 2)


async def test_an_officer_does_not_accept_a_version_that_he_has_not_read(world: World) -> None:
    number = await returned(world)
    await correcting(world)
    await world.does(submit("e"))
    stale = await world.does(AcceptSheet(number, expected_version=1), contact=world.officer_contact)
    assert stale == ReviewRefused(ReviewRefusal.CHANGED, SheetState.SUBMITTED, 2)
    read = await world.does(AcceptSheet(number, expected_version=2), contact=world.officer_contact)
    assert read == Reviewed(number, 2, Verdict.ACCEPTED)


async def test_a_correction_is_begun_once_by_the_author_on_the_same_form(world: World) -> None:
    await returned(world)
    sheet = await to_correct(world)
    async with administer(world.database, actor="test", now=NOW) as admin:
        other = await admin.publish_form(
            name="other", title="别的", level=Level.COMPREHENSIVE, unit=world.group, xml="", sha256="o"
        )
        newer = await admin.publish_form(
            name="comprehensive", title="新版", level=Level.COMPREHENSIVE, unit=world.group, xml="", sha256="n"
        )
        await admin.withdraw_form(newer.form_id)
    refused = DraftBegun(False, 0)
    assert await correcting(world, form_version_id=other.version_id) == refused
    foreign = BeginDraft("x", sheet.form_version_id, None, world.officer, sheet_id=sheet.sheet_id)
    assert await world.does(foreign, contact=world.officer_contact) == refused
    assert await world.does(BeginDraft("x", sheet.form_version_id, None, world.observer, sheet_id=99)) == refused
    begun = await correcting(world, form_version_id=newer.version_id)
    assert begun == DraftBegun(True, 1), "also on a newer version, and of a withdrawn form"
    assert await correcting(world, "second") == refused
    assert await correcting(world, form_version_id=newer.version_id) == begun, "the same id is the same draft"
    await world.does(DropDraft("e"))
    assert (await correcting(world, "second")).begun


async def test_a_correction_handed_in_twice_at_once_is_one_version(world: World) -> None:
    number = await returned(world)
    await correcting(world)
    results = await asyncio.gather(*(world.run(f"m{n}", 5000 + n, submit("e")) for n in range(5)))
    found = [answer for _, (answer,) in results]
    assert {(answer.number, answer.version) for answer in found} == {(number, 2)}
    assert sum(not answer.already for answer in found) == 1


async def test_an_answer_and_a_correction_at_once_do_not_mix(world: World) -> None:
    """A sheet that is being corrected cannot be returned again; once it is handed in it can."""
    number = await returned(world)
    await correcting(world)
    hand_in = world.run("hand in", 9000, submit("e"))
    judge = world.run("judge", 9001, ReturnSheet(number, "还不清楚"), contact=world.officer_contact)
    (_, (submitted,)), (_, (answer,)) = await asyncio.gather(hand_in, judge)
    assert submitted == Submitted(number, already=False, version=2)
    if isinstance(answer, Reviewed):
        assert answer == Reviewed(number, 2, Verdict.RETURNED)
    else:
        assert answer == ReviewRefused(ReviewRefusal.STATE, SheetState.RETURNED, 1)


async def test_a_lapsed_correction_does_not_come_back_after_another(world: World) -> None:
    number = await returned(world)
    await correcting(world, "old")
    await world.database.lapsing.lapse(untouched_since=LATER, now=LATER)
    await correcting(world, "new")
    assert not (await world.does(RestoreDraft("old"))).restored, "two drafts of one sheet"
    await world.does(submit("new"))
    await world.does(ReturnSheet(number, "再改"), contact=world.officer_contact)
    assert not (await world.does(RestoreDraft("old"))).restored, "it knows nothing of the second version"
    old = await world.database.records(world.observer_contact, now=NOW).draft("old")
    assert old is not None and (old.state, old.answers) == (DraftState.DROPPED, {})
    assert await world.does(submit("old", 3)) == SubmitRefused(SubmitRefusal.GONE)


async def test_an_answer_needs_the_rights_that_the_turn_read(world: World) -> None:
    """An office that ended between reading and answering."""
    number = await world.handed_in("d")
    principal = await world.database.records(world.officer_contact, now=NOW).principal()
    async with administer(world.database, actor="test", now=NOW) as admin:
        await admin.end_office(principal.offices[0].id)
    results: list[object] = []
    await world.database.commit_turn(
        key="m",
        contact=world.officer_contact,
        seq=70,
        now=NOW,
        commands=[AcceptSheet(number)],
        generation=None,
        finish=keep(results),
    )
    assert results == [ReviewRefused(ReviewRefusal.UNKNOWN)]
