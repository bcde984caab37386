"""`qingfeng people migrate-account`: rows that are wrong are named, and a running bot goes on under the new openids."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.account_mapping import EMPTY, UNREADABLE, MappingFaults, read_mapping
from bot.cli import app
from storage.account_migration import Pair
from tests.bot.processes import environment
from tests.walk import fill, fill_on
from tests.world import World, open_world


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with open_world(tmp_path) as opened:
        yield opened


def write(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    """A csv file."""
    file = folder / "mapping.csv"
    file.write_bytes(text.encode(encoding))
    return file


async def command(world: World, *arguments: str | Path) -> tuple[int, str]:
    """Exit status and what was printed, while the bot runs."""
    found = {name: value for name, value in environment(world.settings).items() if name.startswith("QF_")}
    line = ["people", "migrate-account", *map(str, arguments)]
    ended = await asyncio.to_thread(CliRunner().invoke, app, line, env={"COLUMNS": "200", **found})
    assert ended.exception is None or isinstance(ended.exception, SystemExit), ended.exception
    return ended.exit_code, ended.output


async def test_everybody_goes_on_where_they_were(world: World, tmp_path: Path) -> None:
    """In the middle of a form, under another openid, with the bot running."""
    wang, new = world.user("wang"), world.user("wang-new")
    await fill(wang, until="重点工作落实的总体情况")
    await new.says("你好")
    new.sees("请先绑定身份")  # wrote before the migration: a contact of its own, remembered by the bot
    file = write(tmp_path, "旧openid,新openid\r\nwang,wang-new\r\nsun,sun-new\r\nnobody,no-one\r\n")
    status, printed = await command(world, file, "--dry-run")
    assert (status, "会迁移 2 人，其中 1 人已用新账号来过" in printed, "预演" in printed) == (0, True, True)
    await new.says("菜单")
    new.sees("请先绑定身份")
    status, printed = await command(world, file)
    assert status == 0, printed
    assert "已迁移 2 人，其中 1 人已用新账号来过，两边合在一起。" in printed
    assert "1 行在业务库里没有" in printed
    await new.says("菜单")
    new.sees("王建国（清源集团 / 二公司），您好", "您有一份未完成的《综合观察表》")
    await fill_on(new)
    await new.says("提交")
    number = new.seen.split("编号：")[1].split("\n")[0]
    officer = world.user("sun-new")
    await officer.says(f"查 {number}")
    officer.sees("填报人：王建国")
    world.clock.forward(seconds=61)
    await wang.says("菜单")
    wang.sees("请先绑定身份")
    status, printed = await command(world, file)
    assert (status, "没有变化" in printed, "2 人之前已经迁移过" in printed) == (0, True, True)
    assert not await world.violations()


async def test_two_people_of_one_row(world: World, tmp_path: Path) -> None:
    status, printed = await command(world, write(tmp_path, "旧openid,新openid\nwang,sun\n"))
    assert status == 1
    assert "第 2 行：新旧 openid 各绑定了一位同志（王*国、孙*），请先解绑其中一个，再迁移。" in printed


async def test_a_file_that_is_not_there_or_wrong(world: World, tmp_path: Path) -> None:
    status, printed = await command(world, tmp_path / "none.csv")
    assert (status, "打不开文件" in printed) == (1, True)
    status, printed = await command(world, write(tmp_path, "旧openid,新openid\nwang,\n"))
    assert (status, "没有迁移，共 1 处要改" in printed) == (1, True)
    assert "第 2 行 新openid：空着，请补上。" in printed


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("header", ["旧openid,新openid", "备注,旧 OpenID,新 OpenID", "备注,ori_openid,new_openid"])
def test_a_good_list(tmp_path: Path, encoding: str, header: str) -> None:
    lead = "甲," if header.startswith("备注") else ""
    text = f"{header}\n{lead}oA-1_x, oB-1_x \n\n{lead}oA2,oB2\n"
    assert read_mapping(write(tmp_path, text, encoding)).pairs == (Pair(2, "oA-1_x", "oB-1_x"), Pair(4, "oA2", "oB2"))


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", [EMPTY]),
        ("旧openid,新openid\n", [EMPTY]),
        ("旧openid,new\na,b\n", ["第 1 行：没有“新openid”这一列；表头要写 旧openid 和 新openid。"]),
        ("旧openid,新openid\n,b\na\n", ["第 2 行 旧openid：空着，请补上。", "第 3 行 新openid：空着，请补上。"]),
        ("旧openid,新openid\na b,c\n", ["第 2 行 旧openid：“a b”不像 openid，只能有字母、数字、- 和 _，请核对。"]),
        ("旧openid,新openid\na,a\n", ["第 2 行：新旧 openid 相同，请核对。"]),
        ("旧openid,新openid\na,b\na,c\n", ["第 3 行 旧openid：和第 2 行重复，请删去一行。"]),
        ("旧openid,新openid\na,b\nc,b\n", ["第 3 行 新openid：和第 2 行重复，请删去一行。"]),
        (
            "旧openid,新openid\na,b\nb,c\n",
            ["第 2 行 新openid：又是第 3 行的旧openid，新旧可能填反了，请核对。"],
        ),
        ("旧openid,新openid\na,\0\n", [UNREADABLE]),
    ],
)
def test_every_row_that_is_wrong_is_named(tmp_path: Path, text: str, lines: list[str]) -> None:
    with pytest.raises(MappingFaults) as refused:
        read_mapping(write(tmp_path, text))
    assert list(refused.value.lines) == lines
