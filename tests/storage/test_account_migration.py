"""An account's migration on both back ends: openids change, everything else stays; workers notice by themselves."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlmodel import col

from storage import account_migration
from storage.account_migration import AccountConflict, Migrated, Pair, migrate_account
from storage.admin import administer
from storage.commands import ApplyForBinding, BeginDraft, MessageKind, RecordMessage
from storage.contacts import LIVES
from storage.database import ContactMoved, Database
from storage.errors import RecordsUnavailable
from storage.models import AuditEntry, Contact, Credit, Reach
from tests.storage.conftest import CODE_KEY, NOW, World, submit

OBSERVER = Pair(2, "openid of the observer", "new-observer")
OFFICER = Pair(3, "openid of the officer", "new-officer")


async def migrated(world: World, *pairs: Pair, dry_run: bool = False) -> Migrated:
    """As the command does."""
    return await migrate_account(world.database, pairs, actor="test", now=NOW, source="f" * 64, dry_run=dry_run)


async def contacts(world: World) -> dict[str, tuple[str, int | None]]:
    """Contact and person of every openid."""
    async with world.database.administration("test", NOW) as session:
        rows = await session.execute(select(col(Contact.openid), col(Contact.id), col(Contact.person_id)))
        return {row.openid: (row.id, row.person_id) for row in rows}


async def test_contacts_keep_their_ids_and_what_hangs_on_them(world: World) -> None:
    await world.begun("draft", 50)
    number = await world.handed_in("other")
    assert await migrated(world, OBSERVER, OFFICER, dry_run=True) == Migrated(2, 0, 0, 0)
    assert set(await contacts(world)) == {OBSERVER.old, OFFICER.old}
    assert await migrated(world, OBSERVER, OFFICER, Pair(4, "nobody", "no-one")) == Migrated(2, 0, 0, 1)
    assert await contacts(world) == {
        OBSERVER.new: (world.observer_contact, world.observer),
        OFFICER.new: (world.officer_contact, world.officer),
    }
    mine = world.database.records(world.observer_contact, now=NOW)
    assert [draft.id for draft in await mine.open_drafts()] == ["draft"]
    assert [sheet.number for sheet in await mine.my_sheets()] == [number]
    assert await migrated(world, OBSERVER, OFFICER) == Migrated(0, 0, 2, 0)
    async with world.database.administration("test", NOW) as session:
        told = select(col(AuditEntry.detail)).where(col(AuditEntry.action) == "account.migrated")
        (detail,) = (await session.execute(told)).scalars().all()
    assert "f" * 64 in detail
    assert (await world.database.verify_audit()).broken_at is None


async def test_other_workers_find_the_new_openid_and_give_up_the_old_one(world: World, url: str) -> None:
    async with Database(url, number_key=CODE_KEY) as worker:
        assert await worker.contact_of(OBSERVER.old, NOW) == world.observer_contact
        await migrated(world, OBSERVER)
        assert await worker.contact_of(OBSERVER.new, NOW) == world.observer_contact
        later = NOW + LIVES
        assert await worker.contact_of(OBSERVER.old, later) != world.observer_contact
        assert await worker.contact_of(OBSERVER.new, later) == world.observer_contact
    assert await migrated(world, OBSERVER) == Migrated(0, 0, 1, 0)  # who wrote under the old one since is not merged
    assert (await contacts(world))[OBSERVER.new] == (world.observer_contact, world.observer)


async def test_a_contact_that_the_new_openid_made_is_set_aside_at_once(world: World, url: str) -> None:
    """It wrote before the migration: what it wrote is the old one's, and a worker that remembers it is told."""
    async with Database(url, number_key=CODE_KEY) as worker:
        empty = await worker.contact_of(OBSERVER.new, NOW)
        early = replace(world, database=worker)
        await early.does(RecordMessage("建议食堂加一个热菜", MessageKind.SUGGESTION, {}), contact=empty)
        await early.does(ApplyForBinding(world.officer), contact=empty)
        assert await migrated(world, OBSERVER) == Migrated(1, 1, 0, 0)
        assert await worker.contact_of(OBSERVER.new, NOW) == empty  # remembered still
        with pytest.raises(ContactMoved):
            await worker.records(empty, now=NOW).principal()
        with pytest.raises(ContactMoved):
            await early.does(ApplyForBinding(world.observer), contact=empty)
        worker.forget_contact(OBSERVER.new)
        assert await worker.contact_of(OBSERVER.new, NOW) == world.observer_contact
    mine = world.database.records(world.observer_contact, now=NOW)
    assert [message.text for message in await mine.my_messages()] == ["建议食堂加一个热菜"]
    assert len(await world.database.records(world.officer_contact, now=NOW).people.requests()) == 1
    assert await migrated(world, OBSERVER) == Migrated(0, 0, 1, 0)


async def test_who_was_bound_anew_meanwhile_stays_bound(world: World) -> None:
    """The person went over to the new openid with a code; the old contact takes them back with all that was done."""
    async with administer(world.database, actor="test", now=NOW) as admin:
        await admin.unbind(world.observer)
    anew = await world.bind(OBSERVER.new, world.observer)
    await world.does(BeginDraft("draft", world.form_version, world.appointment, world.observer), contact=anew)
    number = (await world.does(submit("draft"), contact=anew)).number
    assert await migrated(world, OBSERVER) == Migrated(1, 1, 0, 0)
    found = await contacts(world)
    assert found[OBSERVER.new] == (world.observer_contact, world.observer)
    assert found[f"moved:{anew}"] == (anew, None)
    mine = world.database.records(world.observer_contact, now=NOW)
    assert [sheet.number for sheet in await mine.my_sheets()] == [number]


async def test_two_people_of_one_pair_are_refused_whole(world: World) -> None:
    async with administer(world.database, actor="test", now=NOW) as admin:
        other = await admin.add_person("陈晓", world.first)
    await world.bind(OBSERVER.new, other)
    before = await contacts(world)
    with pytest.raises(AccountConflict) as refused:
        await migrated(world, OFFICER, OBSERVER)
    assert refused.value.rows == ((2, "王*国", "陈*"),)
    assert await contacts(world) == before


async def test_how_the_old_openid_was_reached_is_forgotten_but_not_that_somebody_declined(world: World) -> None:
    async with world.database.administration("test", NOW) as session:
        session.add(Reach(contact=world.observer_contact, wrote_at=NOW, used=3, gone="43004", declined=True))
        session.add(Credit(contact=world.observer_contact, template="t", left=2))
    await migrated(world, OBSERVER)
    async with world.database.administration("test", NOW) as session:
        reach = await session.get(Reach, world.observer_contact)
        assert reach is not None
        assert (reach.wrote_at, reach.used, reach.gone, reach.declined) == (None, 0, "", True)
        assert (await session.execute(select(col(Credit.left)))).scalars().all() == []


async def test_thousands_at_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(account_migration, "_READ_AT_ONCE", 7)
    monkeypatch.setattr(account_migration, "_WRITTEN_AT_ONCE", 5)
    async with world.database.administration("test", NOW) as session:
        session.add_all(Contact(id=f"c{n}", openid=f"old{n}", created_at=NOW) for n in range(100))
        session.add_all(Contact(id=f"d{n}", openid=f"new{n}", created_at=NOW) for n in range(0, 100, 3))
    pairs = [Pair(n + 2, f"old{n}", f"new{n}") for n in range(100)]
    assert await migrated(world, *pairs) == Migrated(100, 34, 0, 0)
    found = await contacts(world)
    assert all(found[f"new{n}"][0] == f"c{n}" for n in range(100))


async def test_a_contact_is_believed_while_the_database_is_away(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    assert await world.database.contact_of(OBSERVER.old, NOW) == world.observer_contact

    async def away(*args: object) -> str:
        raise RecordsUnavailable("away")

    monkeypatch.setattr(world.database._contacts, "_find_or_make", away)
    later = NOW + timedelta(hours=1)
    assert await world.database.contact_of(OBSERVER.old, later) == world.observer_contact
    with pytest.raises(RecordsUnavailable):
        await world.database.contact_of("somebody else", later)
