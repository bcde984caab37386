"""What people say to a message that waits, in their own words; what they add to it, and ask about it."""

import pytest

from handlers.messages import saying
from handlers.words import normal
from tests.handlers.desk import Office, User
from tests.handlers.messages.kept import COMPLAINT, SUGGESTION, messages, only

ANOTHER = "建议停车场划上线"
THIRD = "希望班车早点发车"


@pytest.fixture
async def wang(office: Office) -> User:
    """An observer whose suggestion was just offered back."""
    user = await office.observer()
    await user.says(SUGGESTION)
    user.sees("我理解您在提建议")
    return user


@pytest.mark.parametrize(
    "yes", ["确定", "登记吧", "好滴", "对对对", "可以的", "帮我提交", "交", "对！提交", "没问题", "OK"]
)
async def test_a_yes_in_other_words(office: Office, wang: User, yes: str) -> None:
    await wang.says(yes)
    wang.sees("已登记", "建议")
    assert (await only(office)).text == SUGGESTION


@pytest.mark.parametrize("no", ["算了吧", "不要了", "别登记", "当我没说", "撤回", "先不提", "不用登记", "没事了"])
async def test_a_no_in_other_words(office: Office, wang: User, no: str) -> None:
    await wang.says(no)
    wang.sees("没有登记，也没有保留")
    assert await messages(office) == []


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("投诉求助", "complaint"),
        ("是投诉", "complaint"),
        ("不是建议是咨询", "inquiry"),
        ("不是建议，是求助", "complaint"),
        ("按咨询提交", "inquiry"),
        ("这是建议", "suggestion"),
    ],
)
async def test_another_kind_in_other_words(office: Office, wang: User, said: str, kind: str) -> None:
    await wang.says(said)
    wang.sees("已登记")
    assert (await only(office)).kind == kind


@pytest.mark.parametrize(("place", "kind"), [("1", "suggestion"), ("第二个", "inquiry"), ("三", "complaint")])
async def test_a_kind_by_its_place(office: Office, wang: User, place: str, kind: str) -> None:
    await wang.says("不是")
    await wang.says(place)
    assert (await only(office)).kind == kind


async def test_my_suggestion_begins_another_one(office: Office, wang: User) -> None:
    await wang.says("我要提建议")
    wang.sees("先把它处理好", SUGGESTION)
    assert await messages(office) == []


@pytest.mark.parametrize(
    "more",
    [
        "还有，碗也洗干净点",
        "写错了，是早上加热菜",
        "二食堂的",
        "我叫张伟，电话13900001111",
        "每天晚上都这样",
        "不是晚上，是中午",
    ],
)
async def test_what_is_said_right_after_it_may_belong_to_it(office: Office, wang: User, more: str) -> None:
    await wang.says(more)
    wang.sees("又收到一条", more, "还没有登记")
    await wang.says("加上")
    wang.sees("念给您听", SUGGESTION, more)
    await wang.says("确定")
    wang.sees("已登记")
    assert (await only(office)).text == f"{SUGGESTION}\n{more}"


@pytest.mark.parametrize("drop", ["只要前面那条", "后面的不要", "第一条"])
async def test_what_was_said_since_is_left_out(office: Office, wang: User, drop: str) -> None:
    await wang.says("今天天气不错")
    await wang.says(drop)
    wang.sees("念给您听", SUGGESTION)
    wang.sees_not("天气")
    await wang.says("对")
    assert (await only(office)).text == SUGGESTION


async def test_what_adds_misconduct_is_not_kept(office: Office, wang: User) -> None:
    await wang.says("还有，项目部张经理收了供应商两条烟")
    wang.sees("像是在反映违纪违法问题", "没有登记，也没有保存")
    assert "张经理" not in str(wang.memory)
    await wang.says("另外他还让供应商出钱装修房子")
    assert "装修" not in str(wang.memory)


async def test_small_talk_after_something_else_belongs_to_nothing(wang: User) -> None:
    await wang.says("菜单")
    await wang.says("今天天气不错")
    wang.sees("没有看懂", "等着您确认")


@pytest.mark.parametrize("said", ["分开", "两条分开", "都提交", "各提各的"])
async def test_both_in_other_words(office: Office, wang: User, said: str) -> None:
    await wang.says(ANOTHER)
    await wang.says(said)
    wang.sees("已登记", "还有一条", ANOTHER)
    await wang.says("好滴")
    assert [each.text for each in await messages(office)] == [SUGGESTION, ANOTHER]


async def test_three_are_handed_in_one_by_one(office: Office, wang: User) -> None:
    await wang.says(ANOTHER)
    await wang.says(THIRD)
    wang.sees("后来又收到", ANOTHER, THIRD)
    await wang.taps("一条一条提")
    wang.sees("已登记", f"刚才那条还没有提交：“{ANOTHER}", f"又收到一条：“{THIRD}")
    await wang.taps("两条分开提")
    wang.sees("已登记", "念给您听", THIRD)
    await wang.taps("对，提交")
    assert [each.text for each in await messages(office)] == [SUGGESTION, ANOTHER, THIRD]


async def test_of_three_the_later_ones(office: Office, wang: User) -> None:
    await wang.says(ANOTHER)
    await wang.says(THIRD)
    await wang.taps("只要后来的")
    wang.sees(f"“{ANOTHER}", f"“{THIRD}")
    wang.sees_not(SUGGESTION)
    assert await messages(office) == []


@pytest.mark.parametrize("said", ["撤回", "不想提了", "删掉", "发错了"])
async def test_what_was_recorded_is_not_taken_back_here(office: Office, wang: User, said: str) -> None:
    office.contact = "纪检室 0531-1234"
    await wang.says("对")
    number = (await only(office)).number
    await wang.says(said)
    wang.sees(number, "撤不回来", "纪检室 0531-1234")


@pytest.mark.parametrize("said", ["这个能匿名不", "能保密吗", "我的建议会署名吗", "多久能给我回复", "提了以后谁来管"])
async def test_who_reads_it_and_with_whose_name(office: Office, said: str) -> None:
    stranger, wang = office.somebody(), await office.observer()
    await stranger.says(said)
    stranger.sees("没有绑定身份，提交的内容里不带姓名", "本单位和上级的纪检人员")
    await wang.says(said)
    wang.sees("能看到您的姓名、单位", "本单位和上级的纪检人员")
    assert "message" not in wang.memory


@pytest.mark.parametrize("said", ["你们电话多少", "纪委在几楼", "我不识字，能打电话吗"])
async def test_how_the_office_is_reached(office: Office, said: str) -> None:
    office.contact = "纪检室 0531-1234"
    user = office.somebody()
    await user.says(said)
    user.sees("要找纪检人员", "纪检室 0531-1234")


@pytest.mark.parametrize("said", ["有结果没", "处理得怎么样了", "怎么没人理我", "进度", "查一下我上次提的"])
async def test_what_became_of_it(office: Office, wang: User, said: str) -> None:
    await wang.says("对")
    await wang.says(said)
    wang.sees((await only(office)).number)


@pytest.mark.parametrize("said", ["保密协议怎么签", "年休假什么时候批", "报销多久能到账"])
async def test_questions_about_other_things_are_no_questions_about_this_chat(office: Office, said: str) -> None:
    user = office.somebody()
    await user.says(said)
    user.sees("对吗")


@pytest.mark.parametrize(
    ("said", "seen"),
    [
        ("谢谢 但是班车还是晚点", "对吗"),
        ("给小刘点赞，可她加班费没给", "我理解您在求助"),
        ("谢谢领导，不过队长收了我们的红包", "违纪违法"),
        ("感谢物业张师傅大半夜来修水管", "不客气"),
        ("谢谢，就是想说一声", "不客气"),
    ],
)
async def test_thanks_with_a_but(office: Office, said: str, seen: str) -> None:
    user = office.somebody()
    await user.says(said)
    user.sees(seen)


def test_the_table_says_one_thing_of_each_word() -> None:
    said = [
        word
        for text in (saying._YES, saying._DROP, saying._ADD, saying._BOTH, saying._LAST, saying._FIRST)
        for word in text.split()
    ]
    assert len(said) == len({normal(word) for word in said})


@pytest.mark.parametrize("said", [COMPLAINT, "还", "不是我说的", "补充"])
def test_what_continues_nothing(said: str) -> None:
    assert saying.continued(said) in ("", said)
