"""How 开节点 is typed."""

import pytest

from handlers.ruling.nodes_typed import behind, read


@pytest.mark.parametrize(
    ("said", "project", "kind", "day", "who"),
    [
        ("开节点 东区管网改造 变更 截止 12月20日", "东区管网改造", "变更", "12月20日", ""),
        ("“开节点 东区管网改造 变更 截止 12月20日”", "东区管网改造", "变更", "12月20日", ""),
        ("开节点：东区食堂，变更，截止：１２月２０日，由：周立新。", "东区食堂", "变更", "12月20日", "周立新"),
        ("开节点　东区食堂；突发风险节点；由　周立新", "东区食堂", "突发风险", "", "周立新"),
        ("开节点，“东区食堂”：变更！", "东区食堂", "变更", "", ""),
        ("开节点《东区食堂》变更", "东区食堂", "变更", "", ""),
        ("开节点【东区食堂】【变更】【截止12月20日】", "东区食堂", "变更", "12月20日", ""),
        ("开节点 东区食堂（变更）12月20日", "东区食堂", "变更", "12月20日", ""),
        ("开节点 东区食堂——变更——由“周立新”", "东区食堂", "变更", "", "周立新"),
        ("开节点 东区、突发风险、三天后", "东区", "突发风险", "三天后", ""),
        ("开节点 东区（一期）变更", "东区（一期）", "变更", "", ""),
        ("开节点「东区 变更 工程」变更", "东区 变更 工程", "变更", "", ""),
        ("开节点 东区 新建工程 变更", "东区 新建工程", "变更", "", ""),
        ("开节点 东区/西区—新建工程 新建", "东区/西区—新建工程", "新建", "", ""),
        ("開節點 東區食堂 變更 由 周立新（清源集团 / 二公司）", "東區食堂", "变更", "", "周立新（清源集团 / 二公司）"),
        ("开节点 东区 变更 王五", "东区", "变更", "王五", ""),
    ],
)
def test_the_parts_are_told_apart(said: str, project: str, kind: str, day: str, who: str) -> None:
    argument = behind(said)
    assert argument is not None
    found = read(argument)
    assert found is not None
    assert tuple(found) == (project, kind, day, who)
    again = behind(found.command(day, who))
    assert again is not None and read(again) == found


@pytest.mark.parametrize(
    "said", ["开节点", "开节点。", "开节点 东区", "开节点 “东区”", "开节点 变更", "开节点 —— 变更"]
)
def test_what_lacks_a_part_is_none(said: str) -> None:
    argument = behind(said)
    assert argument is not None
    assert read(argument) is None


@pytest.mark.parametrize("said", ["开节点东区 变更", "怎么开节点", "节点 东区 变更"])
def test_other_texts_are_not_this_command(said: str) -> None:
    assert behind(said) is None
