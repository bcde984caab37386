"""Binding by an invite code, and every kind way of saying no."""

from datetime import timedelta

import pytest

from handlers import binding
from storage.admin import administer
from storage.vocabulary import BindRefusal
from tests.handlers.desk import Office, User


async def _wrong(user: User, times: int) -> None:
    for number in range(times):
        await user.says(f"ABCDE-FGH{number}9".replace("0", "M").replace("1", "N"))


async def test_a_stranger_binds_and_is_greeted_by_name(office: Office) -> None:
    code = await office.code(await office.person("王建国", "二公司"))
    user = office.somebody()
    await user.event("subscribe")
    user.sees("清风观察", "绑定码", "纪检人员")
    await user.says(code)
    user.sees("王*国", "二公司", "是您本人吗")
    user.sees_not("王建国")
    assert user.labels == ["确认", "取消"]
    await user.taps("确认")
    user.sees("绑定好了，王建国")
    await user.taps("菜单")
    user.sees("王建国")
    await user.event("subscribe")
    user.sees("王建国")


@pytest.mark.parametrize("spell", ["绑定 {}", "绑定{}", "绑定码：{}", "  {} ", "“{}”"])
async def test_a_code_as_people_type_it(office: Office, spell: str) -> None:
    code = await office.code(await office.person("王建国", "二公司"))
    for spelled in (code, code.lower(), code.replace("-", ""), code.replace("-", " "), code.replace("-", "－")):
        user = office.somebody()
        await user.says(spell.format(spelled))
        user.sees("王*国")


async def test_declining_binds_nothing(office: Office) -> None:
    code = await office.code(await office.person("王建国", "二公司"))
    user = office.somebody()
    await user.says(code)
    await user.taps("取消")
    user.sees("没有绑定")
    await user.says("确认")
    user.sees("没有登记")
    await user.says("菜单")
    user.sees("绑定码")


async def test_how_to_bind_is_explained(office: Office) -> None:
    user = office.somebody()
    await user.says("绑定")
    user.sees("10 位", "纪检人员")
    await user.says("绑定 123")
    user.sees("10 位")
    assert not user.memory


async def test_a_wrong_code_is_told_kindly_and_five_in_an_hour_are_enough(office: Office) -> None:
    code = await office.code(await office.person("王建国", "二公司"))
    user = office.somebody()
    await _wrong(user, 4)
    user.sees("没有对上")
    office.passes(minutes=10)
    await user.says("ZZZZZ-ZZZZZ")
    user.sees("5 次没有对上", "50 分钟")
    await user.says(code)
    user.sees("5 次没有对上")
    office.passes(minutes=51)
    await user.says(code)
    user.sees("王*国")


async def test_wrong_codes_stay_counted_when_a_right_one_is_declined(office: Office) -> None:
    code = await office.code(await office.person("王建国", "二公司"))
    user = office.somebody()
    await _wrong(user, 4)
    await user.says(code)
    await user.says("取消")
    await user.says("ZZZZZ-ZZZZZ")
    user.sees("5 次没有对上")


async def test_used_and_expired_codes_look_like_wrong_ones(office: Office) -> None:
    person = await office.person("王建国", "二公司")
    code = await office.code(person, valid=timedelta(hours=1))
    office.passes(hours=2)
    user = office.somebody()
    await user.says(code)
    user.sees("没有对上", "过期")
    used = await office.code(person)
    await user.says(used)
    await user.taps("确认")
    await office.somebody().says(used)
    other = office.somebody()
    await other.says(used)
    other.sees("没有对上", "用过")


async def test_a_code_that_is_used_between_question_and_answer(office: Office) -> None:
    code = await office.code(await office.person("王建国", "二公司"))
    first, second = office.somebody(), office.somebody()
    await first.says(code)
    await second.says(code)
    await second.taps("确认")
    await first.taps("确认")
    first.sees(binding.REFUSALS[BindRefusal.USED])


async def test_a_code_that_ends_between_question_and_answer(office: Office) -> None:
    code = await office.code(await office.person("王建国", "二公司"), valid=timedelta(minutes=5))
    user = office.somebody()
    await user.says(code)
    office.passes(minutes=6)
    await user.taps("确认")
    user.sees(binding.REFUSALS[BindRefusal.EXPIRED])


async def test_the_question_grows_old(office: Office) -> None:
    code = await office.code(await office.person("王建国", "二公司"))
    user = office.somebody()
    await user.says(code)
    office.passes(hours=2)
    await user.says("确认")
    user.sees("再发一次")


async def test_a_person_who_got_bound_meanwhile(office: Office) -> None:
    person = await office.person("王建国", "二公司")
    code = await office.code(person)
    first, second = office.somebody(), office.somebody()
    await first.says(code)
    later = await office.code(person)
    await second.says(later)
    await second.taps("确认")
    second.sees("绑定好了")
    await first.taps("确认")
    first.sees(binding.REFUSALS[BindRefusal.EXPIRED])


async def test_a_bound_contact_needs_no_code(office: Office) -> None:
    other = await office.code(await office.person("李敏", "一公司"))
    wang = await office.observer()
    await wang.says(other)
    wang.sees("王建国", "已经绑定过了")
    wang.sees_not("李")


async def test_after_unbinding_another_phone_may_bind(office: Office) -> None:
    person = await office.person("王建国", "二公司")
    old = await office.bound(person)
    async with administer(office.database, actor="test", now=office.now) as admin:
        await admin.unbind(person)
    await old.says("菜单")
    old.sees("绑定码")
    await office.bound(person)


def test_every_reason_of_refusal_has_a_kind_sentence() -> None:
    assert set(binding.REFUSALS) == set(BindRefusal)
    assert all(sentence.endswith("。") for sentence in binding.REFUSALS.values())


@pytest.mark.parametrize("said", ["ABCDE-FGHJK", "abcde fghj2", "ABCDEFGHJK", "abcde－fghjk", "ABCDO-1GHJK"])
def test_what_looks_like_a_code(said: str) -> None:
    assert binding.looks_like_code(said)


@pytest.mark.parametrize("said", ["", "你好", "abcdefghij", "2026112101", "13800138000", "GC26-0000179", "ABCDE-FGHJ"])
def test_what_does_not(said: str) -> None:
    assert not binding.looks_like_code(said)
