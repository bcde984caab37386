"""Binding a contact to a person with an invite code."""

import asyncio
from datetime import timedelta

import pytest

from storage.admin import Admin, administer
from storage.commands import BindContact, BindRefusal, BindRefused, Bound
from tests.storage.conftest import NOW, World


async def newcomer(world: World, **valid: timedelta) -> tuple[int, str]:
    """A person who is not bound yet, with an invite code."""
    async with administer(world.database, actor="test", now=NOW) as admin:
        person = await admin.add_person("赵小军", world.second)
        return person, await admin.invite(person, **valid)


async def try_bind(world: World, openid: str, code: str, person: int) -> Bound | BindRefused:
    """What BindContact says to a contact."""
    contact = await world.database.contact_of(openid, NOW)
    _, (result,) = await world.run(f"{openid} {code} {person}", 1, BindContact(code, person), contact=contact)
    assert isinstance(result, Bound | BindRefused)
    return result


async def test_an_invite_is_shown_masked_and_binds_once(world: World) -> None:
    person, code = await newcomer(world)
    contact = await world.database.contact_of("new", NOW)
    view = await world.database.records(contact, now=NOW).invite(code.lower().replace("-", " "))
    assert view is not None
    assert (view.expected_person_id, view.masked_name, view.unit_name) == (person, "赵*军", "二公司")
    assert await try_bind(world, "new", code, person) == Bound(person, "赵小军")
    principal = await world.database.records(contact, now=NOW).principal()
    assert (principal.person_id, principal.name, principal.generation) == (person, "赵小军", 2)
    assert await world.database.records(contact, now=NOW).invite(code) is None


async def test_a_used_code_binds_nobody_else(world: World) -> None:
    person, code = await newcomer(world)
    await try_bind(world, "new", code, person)
    assert await try_bind(world, "thief", code, person) == BindRefused(BindRefusal.USED)


async def test_binding_again_what_is_bound_is_no_harm(world: World) -> None:
    person, code = await newcomer(world)
    await try_bind(world, "new", code, person)
    contact = await world.database.contact_of("new", NOW)
    _, (result,) = await world.run("again", 2, BindContact(code, person), contact=contact)
    assert result == Bound(person, "赵小军", already=True)


async def test_an_expired_code_is_refused(world: World) -> None:
    person, code = await newcomer(world, valid=timedelta(0))
    assert await world.database.records("x", now=NOW).invite(code) is None
    assert await try_bind(world, "new", code, person) == BindRefused(BindRefusal.EXPIRED)


async def test_an_earlier_code_ends_with_a_new_one(world: World) -> None:
    person, code = await newcomer(world)
    async with administer(world.database, actor="test", now=NOW) as admin:
        await admin.invite(person)
    assert await try_bind(world, "new", code, person) == BindRefused(BindRefusal.EXPIRED)


@pytest.mark.parametrize("code", ["ABCDE-FGHJK", "no code", ""])
async def test_an_unknown_code_is_refused(world: World, code: str) -> None:
    assert await world.database.records("x", now=NOW).invite(code) is None
    assert await try_bind(world, "new", code, world.observer) == BindRefused(BindRefusal.UNKNOWN)


async def test_a_code_of_another_person_than_the_confirmed_one_is_refused(world: World) -> None:
    _, code = await newcomer(world)
    assert await try_bind(world, "new", code, world.officer) == BindRefused(BindRefusal.UNKNOWN)


async def test_a_person_bound_elsewhere_is_refused(world: World) -> None:
    async with administer(world.database, actor="test", now=NOW) as admin:
        code = await admin.invite(world.observer)
    assert await world.database.records("x", now=NOW).invite(code) is None
    assert await try_bind(world, "new", code, world.observer) == BindRefused(BindRefusal.PERSON_BOUND)


async def test_a_contact_bound_to_somebody_else_is_refused(world: World) -> None:
    person, code = await newcomer(world)
    _, (result,) = await world.run("m", 9, BindContact(code, person))
    assert result == BindRefused(BindRefusal.CONTACT_BOUND)


async def test_an_unbound_person_may_be_bound_to_a_new_phone(world: World) -> None:
    async with administer(world.database, actor="test", now=NOW) as admin:
        assert await admin.unbind(world.observer)
        assert not await admin.unbind(world.observer)
        code = await admin.invite(world.observer)
    assert isinstance(await try_bind(world, "new phone", code, world.observer), Bound)
    lost = await world.database.records(world.observer_contact, now=NOW).principal()
    assert lost.person_id is None


async def test_of_many_contacts_with_one_code_one_is_bound(world: World) -> None:
    person, code = await newcomer(world)
    results = await asyncio.gather(*(try_bind(world, f"new {n}", code, person) for n in range(10)))
    assert sum(isinstance(result, Bound) for result in results) == 1


async def test_of_many_people_at_once_each_is_bound(world: World) -> None:
    async def invite(admin: Admin, n: int) -> tuple[int, str]:
        person = await admin.add_person(f"员工{n}", world.first)
        return person, await admin.invite(person)

    async with administer(world.database, actor="test", now=NOW) as admin:
        invited = [await invite(admin, n) for n in range(10)]
    results = await asyncio.gather(*(try_bind(world, f"new {person}", code, person) for person, code in invited))
    assert all(isinstance(result, Bound) for result in results)
