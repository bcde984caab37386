"""Callbacks that come at once, again and out of order: each is answered once, and what was acknowledged is stored."""

import asyncio
import random
import re
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from bot.app import Overrides, build
from storage.conversations.contract import StoreUnavailable
from storage.models import Draft, InviteCode, Person, Sheet, SheetVersion, Turn
from tests.bot.wire import PLAIN, Wire, employ, openid, rows, suits
from tests.ports import free_port
from tests.walk import ANSWERS, TITLE, WEAK_POINT, reply_to
from tests.world import World, listen, open_world

BACK_ENDS = ("sqlite", "redis")
BUSY, FAILED = "系统繁忙", "没有处理成功"
INSIST = "就按这样提交"
NUMBER = re.compile(r"GC\d\d-\d{7,}")
CROWD = 200
STEPS = 40
"""Messages that somebody may need for the form when nothing is busy; it has fewer questions."""
PATIENCE = 200
"""How often one person tries again on a slow machine."""

Opening = Callable[..., Any]


@pytest.fixture
def opening(stores: Callable[[str], dict[str, str]], tmp_path: Path) -> Opening:
    """Opens a wire on a back end: one worker on SQLite, two that share their stores on Redis with PostgreSQL."""

    @asynccontextmanager
    async def opened(back_end: str, *, alone: bool = False, **overrides: object) -> AsyncIterator[Wire]:
        async with AsyncExitStack() as stack:
            world: World = await stack.enter_async_context(
                open_world(tmp_path, overrides=overrides, **PLAIN, **stores(back_end))
            )
            workers = [world.bot_url]
            if back_end == "redis" and not alone:
                port = free_port()
                second = await listen(build(world.settings, Overrides(clock=world.clock)), port)
                stack.push_async_callback(second.cleanup)
                workers.append(f"http://127.0.0.1:{port}")
            yield Wire(world, workers)

    return opened


async def fill(wire: Wire, person: str, *, until: str = "都答完了") -> None:
    """Begin the form and answer until `until` is seen."""
    seen = await wire.says(person, TITLE)
    while until not in seen:
        said = reply_to(seen)
        assert said is not None, seen
        seen = await wire.says(person, said)


def number_in(seen: str) -> str:
    """The sheet number that is seen."""
    found = NUMBER.search(seen)
    assert found is not None, seen
    return found.group()


class Employee:
    """One of many who fill the same form, with words of their own; remembers what was acknowledged."""

    def __init__(self, wire: Wire, place: int) -> None:
        self._wire, self._place = wire, place
        self._openid = openid(place)
        self.acknowledged: list[str] = []
        self.number = ""
        self.busy = self.turns = 0
        self._submitting = False

    async def works(self) -> None:
        """Fill the whole form and hand it in; a busy bot is told the last command again, or asked where one was."""
        seen = await self._says(TITLE)
        for _ in range(STEPS + PATIENCE):
            assert self.busy <= PATIENCE, f"busy all the time: {seen}"
            if BUSY in seen or "没填完的" in seen:
                await asyncio.sleep(0.1)
                seen = await self._says("提交" if self._submitting else "继续")
            elif "没有正在填写" in seen:
                seen = await self._says(TITLE)
            elif INSIST in seen:  # two hundred people write the same
                seen = await self._says(INSIST)
            elif "都答完了" in seen:
                self._submitting = True
                seen = await self._says("提交")
            elif NUMBER.search(seen):
                self.number = number_in(seen)
                return
            else:
                seen = await self._answers(seen)
            assert self.turns - 3 * self.busy <= STEPS, f"going round: {seen}"
        raise AssertionError(f"no end: {seen}")

    async def _answers(self, question: str) -> str:
        said = reply_to(question)
        assert said is not None, question
        if len(said) > 15:
            said = f"{said}（{self._openid}）"
        if "廉洁谈话多少人次" in question:
            said = str(self._place)
        seen = await self._says(said)
        if BUSY not in seen and said != "跳过":
            self.acknowledged.append(said)
        return seen

    async def _says(self, text: str) -> str:
        seen = await self._wire.says(self._openid, text)
        assert FAILED not in seen
        self.turns += 1
        self.busy += BUSY in seen
        return seen


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.parametrize("back_end", BACK_ENDS)
async def test_two_hundred_people_at_once(back_end: str, opening: Opening) -> None:
    """Whole forms, all at the same time: every acknowledged answer is in the sheet, one sheet each, its own number."""
    async with opening(back_end, alone=True) as wire:  # one core serves bot, crowd and servers here
        await employ(wire.world, CROWD)
        crowd = [Employee(wire, place) for place in range(CROWD)]
        await asyncio.gather(*(employee.works() for employee in crowd))
        url = wire.world.settings.database
        kept = select(col(Sheet.number), col(Sheet.person_id), col(SheetVersion.readable), col(SheetVersion.answers))
        kept = kept.join(SheetVersion, col(SheetVersion.sheet_id) == col(Sheet.id))
        stored = {row.number: row for row in await rows(url, kept)}
        assert len(stored) == CROWD == len({employee.number for employee in crowd})
        assert len({row.person_id for row in stored.values()}) == CROWD
        assert sorted(int(number[-7:-1]) for number in stored) == list(range(1, CROWD + 1)), "no gap, none twice"
        for employee in crowd:
            sheet = stored[employee.number]
            told = "\n".join(text for _, text in sheet.readable)
            given = "\n".join(sheet.answers.values())
            assert len(employee.acknowledged) >= len(ANSWERS) - 3
            missing = [said for said in employee.acknowledged if len(said) > 2 and said not in told + given]
            assert [said for said in missing if said not in {"昨天", "高（需马上报告处置）", "1 2"}] == []
        drafts = await rows(url, select(col(Draft.state)))
        assert {row.state for row in drafts} == {"submitted"}


@pytest.mark.parametrize("back_end", BACK_ENDS)
async def test_one_message_twenty_times_at_once(back_end: str, opening: Opening) -> None:
    """One turn and twenty equal answers: for a beginning, an answer, a submission; on all workers."""
    async with opening(back_end) as wire:

        async def twenty(text: str) -> str:
            number = next(wire.ids)
            seen = await asyncio.gather(*(wire.says("wang", text, number) for _ in range(20)))
            assert len(set(seen)) == 1, set(seen)
            return str(seen[0])

        seen = await twenty(TITLE)
        while "都答完了" not in seen:
            before = re.search(r"第 (\d+)/", seen)
            seen = await twenty(reply_to(seen) or "")
            after = re.search(r"第 (\d+)/", seen)
            if before and after:
                assert int(after[1]) == int(before[1]) + 1
        number = number_in(await twenty("提交"))
        url = wire.world.settings.database
        assert [row.number for row in await rows(url, select(Sheet))] == [number]
        assert len(await rows(url, select(Draft))) == 1


@pytest.mark.parametrize("back_end", BACK_ENDS)
async def test_the_next_message_before_the_previous_is_answered(back_end: str, opening: Opening) -> None:
    """Impatient people: every message is a turn of its own, one after the other, and none is lost."""
    async with opening(back_end) as wire:
        await fill(wire, "wang", until="主要的薄弱环节")
        said = [WEAK_POINT, "高（需马上报告处置）", "改为两人经办，评标前由纪检复核", "120"]
        before = await wire.says("wang", "继续")
        seen = await asyncio.gather(*(wire.says("wang", text) for text in said))
        assert not any(BUSY in each or FAILED in each for each in seen)
        # Whoever overtook was refused by the question that stood; each that was taken moved on by one question.
        places = [_place(each) for each in seen]
        assert set(places) <= set(range(_place(before), max(places) + 1))
        assert {*range(_place(before) + 1, max(places) + 1)} <= set(places)
        assert await _answered(wire) == _place(before) - 1 + max(places) - _place(before)


def _place(seen: str) -> int:
    found = re.search(r"第 (\d+)/", seen)
    assert found is not None, seen
    return int(found[1])


async def _answered(wire: Wire) -> int:
    found = re.search(r"已答 (\d+) 题", await wire.says("wang", "预览"))
    assert found is not None
    return int(found[1])


@pytest.mark.parametrize("back_end", BACK_ENDS)
async def test_submitting_many_times_makes_one_sheet(back_end: str, opening: Opening) -> None:
    """Ten messages 提交 of one person at once: one number, told ten times."""
    async with opening(back_end) as wire:
        await fill(wire, "wang")
        seen = await asyncio.gather(*(wire.says("wang", "提交") for _ in range(10)))
        assert len({number_in(each) for each in seen}) == 1
        assert sum("之前已经提交过了" in each for each in seen) == 9
        assert len(await rows(wire.world.settings.database, select(Sheet))) == 1


@pytest.mark.parametrize("back_end", BACK_ENDS)
async def test_repeats_after_later_messages(back_end: str, opening: Opening) -> None:
    """Any earlier message that comes again gets what it got, and moves nothing; also after the sheet is handed in."""
    async with opening(back_end) as wire:
        history: list[tuple[int, str, str]] = []

        async def says(text: str) -> str:
            number = next(wire.ids)
            seen = await wire.says("wang", text, number)
            history.append((number, text, seen))
            return str(seen)

        async def again(places: list[int]) -> None:
            old = [history[place] for place in places]
            seen = await asyncio.gather(*(wire.says("wang", text, number) for number, text, _ in old))
            assert seen == [answer for _, _, answer in old]

        chance = random.Random(7)
        seen = await says(TITLE)
        while "都答完了" not in seen:
            seen = await says(reply_to(seen) or "")
            await again([chance.randrange(len(history)) for _ in range(3)])
        number = number_in(await says("提交"))
        await again(list(range(len(history))))
        assert [row.number for row in await rows(wire.world.settings.database, select(Sheet))] == [number]
        assert number in await wire.says("wang", "提交")


async def test_reordered_messages_are_answered_as_they_come(tmp_path: Path) -> None:
    """The second message overtakes the first: it is refused or taken by the question that stands, nothing doubles."""
    async with open_world(tmp_path) as world:
        user, other = world.user("wang"), world.user("wang")
        await user.says(TITLE)
        await world.faults(callback="reorder", openid="wang", times=1, seconds=5)
        late = asyncio.create_task(user.says("有薄弱环节"))
        await asyncio.sleep(0.1)
        await other.says("总体良好")
        await late
        await user.says("预览")
        user.sees("已答 2 题", "总体良好", "有薄弱环节")
        await world.faults(callback="duplicate", openid="wang")
        for _ in range(6):
            await user.says("上一步")
        await user.says("预览")
        user.sees("已答 2 题")
        assert await world.violations() == []


class Dying:
    """Keeps a turn from being saved after its commit, as a crash or a lost connection does, when `armed`."""

    def __init__(self) -> None:
        self.armed = False

    def __call__(self, step: str) -> None:
        """Called at every step of a turn."""
        if self.armed and step == "saving":
            self.armed = False
            raise StoreUnavailable("away for a moment")


@pytest.mark.parametrize("back_end", BACK_ENDS)
async def test_a_repeat_after_a_crash_and_later_messages_takes_nothing_back(back_end: str, opening: Opening) -> None:
    """暂存 was committed and not saved; the person goes on; the repeat of 暂存 then must not undo the answers since."""
    dying = Dying()
    async with opening(back_end, reached=dying) as wire:
        await fill(wire, "wang", until="主要的薄弱环节")
        dying.armed = True
        number = next(wire.ids)
        await wire.says("wang", "暂存", number)
        assert not dying.armed
        assert "主要的薄弱环节" in await wire.says("wang", "继续")
        assert "风险等级" in await wire.says("wang", WEAK_POINT)
        assert "已暂存" in await wire.says("wang", "暂存", number)
        await wire.says("wang", "继续")
        assert WEAK_POINT in await wire.says("wang", "预览")


async def test_a_repeat_after_a_crash_and_later_messages_is_no_second_answer(opening: Opening) -> None:
    """A committed message that only the records know is known as such, also when its words would be an answer now."""
    dying = Dying()
    async with opening("sqlite", reached=dying) as wire:
        number = next(wire.ids)
        dying.armed = True
        await wire.says("wang", TITLE, number)
        assert not dying.armed
        await wire.says("wang", "继续")
        seen = await wire.says("wang", "有薄弱环节")
        assert "薄弱环节或风险是什么" in seen
        await wire.says("wang", "综合观察表里的薄弱环节，写在这里")
        await wire.says("wang", "上一步")
        assert "开始填写" in await wire.says("wang", TITLE, number)
        assert "综合观察表里的薄弱环节，写在这里" in await wire.says("wang", "预览")


@pytest.mark.parametrize("back_end", BACK_ENDS)
async def test_two_contacts_with_one_code_at_once(back_end: str, opening: Opening) -> None:
    """One of them is bound, the other is told kindly; the code is used once."""
    async with opening(back_end) as wire:
        code = wire.world.codes["chen"]
        strangers = [f"phone-{number}" for number in range(5)]
        for stranger in strangers:
            assert "是您本人吗" in await wire.says(stranger, code)
        seen = await asyncio.gather(*(wire.says(stranger, "确认") for stranger in strangers))
        assert sorted("绑定好了" in each for each in seen) == [False] * 4 + [True]
        assert all("绑定好了" in each or "刚刚被用过了" in each or "已经绑定了另一个微信" in each for each in seen)
        url = wire.world.settings.database
        used = await rows(url, select(col(InviteCode.used_by)).where(col(InviteCode.used_at).is_not(None)))
        bound = await rows(url, select(col(Person.generation)).where(col(Person.name) == "陈晓"))
        assert len({row.used_by for row in used}) == len(used)
        assert len(bound) == 1
        menus = [await wire.says(stranger, "菜单") for stranger in strangers]
        assert sorted("陈晓" in menu for menu in menus) == [False] * 4 + [True]


@pytest.mark.parametrize("back_end", BACK_ENDS)
async def test_confirming_twice_at_once_binds_once_and_frightens_nobody(back_end: str, opening: Opening) -> None:
    """A double tap on 确认: both answers are good news."""
    async with opening(back_end) as wire:
        await wire.says("phone", wire.world.codes["chen"])
        seen = await asyncio.gather(*(wire.says("phone", "确认") for _ in range(2)))
        assert sum("绑定好了" in each for each in seen) == 1
        assert not any("没有登记" in each or "没有看懂" in each for each in seen), seen


@pytest.mark.parametrize("back_end", BACK_ENDS)
async def test_a_storm_of_one_person_leaves_one_consistent_form(back_end: str, opening: Opening) -> None:
    """Bursts of different messages at once, some doubled: no failure, and what the end says is what is stored."""
    chance = random.Random(11)
    words = [
        "上一步",
        "跳过",
        "预览",
        "继续",
        "暂存",
        "菜单",
        "修改 2",
        "总体良好",
        "有薄弱环节",
        "1",
        "查 1",
        "取消",
        "继续填写",
    ]
    async with opening(back_end) as wire:
        await wire.says("wang", TITLE)
        for _ in range(12):
            burst = [(chance.choice(words), next(wire.ids)) for _ in range(5)]
            burst += [burst[0], burst[2]]
            seen = await asyncio.gather(*(wire.says("wang", text, number) for text, number in burst))
            assert not any(FAILED in each or BUSY in each for each in seen), seen
            assert (seen[0], seen[2]) == (seen[5], seen[6])
        await wire.says("wang", "继续")
        seen = await wire.says("wang", "提交")
        for _ in range(60):
            if "都答完了" in seen:
                seen = await wire.says("wang", "提交")
            if NUMBER.search(seen):
                break
            seen = await wire.says("wang", suits(seen))
        number = number_in(seen)
        url = wire.world.settings.database
        assert [row.number for row in await rows(url, select(Sheet))] == [number]
        sequence = [
            row.seq for row in await rows(url, select(col(Turn.seq)).where(col(Turn.seq) > 0).order_by(col(Turn.seq)))
        ]
        assert len(set(sequence)) == len(sequence)
