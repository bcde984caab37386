"""Photos, recordings, places and codes sent in a form: taken, acknowledged once, taken back, missed, not wanted."""

import pytest

from handlers.base import Location
from storage.media_work import StoredFile
from storage.views import MediaView
from storage.vocabulary import Level, MediaKind, MediaState
from tests.handlers.desk import Office, User, markdown_form
from tests.handlers.workbooks import SITE_ROUND

FILE = StoredFile("ab" * 32, 1000, "image/jpeg")


async def observer(office: Office) -> User:
    """Somebody who stands before the photos of the first item."""
    await office.publish(markdown_form(SITE_ROUND), "一公司", Level.FUNCTIONAL)
    zhou = await office.bound(await office.person("周平", "一公司", observes=[(Level.FUNCTIONAL, "一公司")]))
    await zhou.says("场站巡查表")
    for said in ("城北场站", "油卡由司机个人保管", "高"):
        await zhou.says(said)
    zhou.sees("现场照片", "直接发照片", "完成")
    return zhou


async def to_summary(user: User) -> None:
    """Go on from the photos of the item to the last question."""
    for said in ("跳过", "没有了"):
        await user.says(said)
    await user.sends("image")
    for said in ("跳过", "跳过", "跳过", "昨天"):
        await user.says(said)
    user.sees("小结")


async def rows(office: Office, user: User) -> tuple[MediaView, ...]:
    """What the records expect for the form under way."""
    contact = await office.database.contact_of(user.openid, office.now)
    return await office.database.records(contact, now=office.now).media(user.memory["sheet"]["draft"])


async def ends(office: Office, *, fails: int = 0) -> None:
    """The fetcher ends what it was to fetch: the first `fails` of it come to nothing."""
    work = office.database.media
    for place, medium in enumerate(await work.claim(now=office.now, lease=office.now - office.now, limit=50)):
        if place < fails:
            assert await work.failed(medium.id, "已经超过微信的保存期限", now=office.now)
        else:
            assert await work.stored(medium.id, FILE, now=office.now)


async def test_several_photos_get_one_acknowledgement_within_a_minute(office: Office) -> None:
    zhou = await observer(office)
    await zhou.sends("image")
    assert zhou.seen == "收到，可以接着发；发完回复 完成"
    for _ in range(3):
        await zhou.sends("image")
        assert zhou.reply is None
    office.passes(seconds=61)
    await zhou.sends("image")
    assert zhou.seen == "一共收到 5 张，可以接着发；发完回复 完成"
    await zhou.taps("完成")
    zhou.sees("共收到 5 张照片", "还有要登记的吗", "5 张图片")
    assert [row.kind for row in await rows(office, zhou)] == [MediaKind.IMAGE] * 5


@pytest.mark.parametrize("said", ["没有了", "好了", "发完了", "完成。", "就这些", "跳过"])
async def test_many_words_say_that_it_was_all(office: Office, said: str) -> None:
    zhou = await observer(office)
    await zhou.sends("image")
    await zhou.says(said)
    zhou.sees("共收到 1 张照片", "还有要登记的吗")


async def test_nothing_is_lost_by_going_elsewhere_before_it_was_all(office: Office) -> None:
    zhou = await observer(office)
    await zhou.sends("image")
    await zhou.says("上一步")
    await zhou.says("预览")
    zhou.sees("1 张图片")
    await zhou.says("继续")
    zhou.sees("几级")
    await zhou.says("高")
    zhou.sees("还有要登记的吗", "1 张图片")
    await zhou.says("修改 4")
    zhou.sees("已收到 1 张照片")
    await zhou.sends("image")
    await zhou.says("菜单")
    await zhou.says("继续")
    zhou.sees("已收到 2 张照片")


async def test_an_optional_photo_may_be_left_out_and_a_required_one_not(office: Office) -> None:
    zhou = await observer(office)
    await zhou.says("没有")
    zhou.sees("还有要登记的吗")
    await zhou.says("没有了")
    zhou.sees("门牌照片", "直接发一张照片")
    await zhou.says("完成")
    zhou.sees("还没有收到照片", "门牌照片")
    await zhou.says("跳过")
    zhou.sees("必须", "门牌照片")
    await zhou.says("在大门右边")
    zhou.sees("这一题要照片")


async def test_one_photo_moves_on_at_once_and_can_be_taken_again(office: Office) -> None:
    zhou = await observer(office)
    await zhou.says("跳过")
    await zhou.says("没有了")
    await zhou.sends("image")
    zhou.sees("照片收到了，要换一张请回复 修改", "场站位置")
    await zhou.says("重拍")
    zhou.sees("都不要了", "门牌照片")
    assert await rows(office, zhou) == ()
    await zhou.sends("image")
    await zhou.taps("修改")
    zhou.sees("门牌照片", "已收到 1 张照片")
    await zhou.sends("image")
    zhou.sees("场站位置")
    assert len(await rows(office, zhou)) == 1


async def test_photos_are_taken_back_one_by_one_or_all(office: Office) -> None:
    zhou = await observer(office)
    for _ in range(3):
        await zhou.sends("image")
    before = [row.id for row in await rows(office, zhou)]
    await zhou.says("撤回上一张")
    zhou.sees("已撤回最后一张照片", "已收到 2 张照片")
    left = [row.id for row in await rows(office, zhou)]
    assert len(left) == 2
    assert set(left) < set(before)
    await zhou.taps("重拍")
    zhou.sees("都不要了", "现场照片")
    zhou.sees_not("已收到")
    await zhou.says("撤回")
    zhou.sees("还没有照片")
    assert await rows(office, zhou) == ()


async def test_another_kind_than_wanted_is_said_once_and_loses_nothing(office: Office) -> None:
    zhou = await observer(office)
    await zhou.sends("image")
    await zhou.sends("voice")
    zhou.sees("这一题要照片", "语音没有保存", "已收到 1 张照片")
    await zhou.sends("voice")
    assert zhou.reply is None
    await zhou.does(kind="location", location=Location(39.9, 116.4))
    zhou.sees("位置没有保存")
    assert len(await rows(office, zhou)) == 1


async def test_a_photo_where_text_is_wanted_names_the_question_that_takes_it(office: Office) -> None:
    zhou = await observer(office)
    await zhou.says("上一步")
    await zhou.says("上一步")
    zhou.sees("什么问题")
    await zhou.sends("image")
    zhou.sees("请用文字回答", "照片没有保存", "照片请到第 4 题“现场照片”再发", "什么问题")
    for _ in range(8):
        await zhou.sends("image")
        assert zhou.reply is None
    assert await rows(office, zhou) == ()


async def test_a_photo_at_the_end_says_how_to_add_it(office: Office) -> None:
    zhou = await observer(office)
    await to_summary(zhou)
    await zhou.says("总体平稳，油卡需要收回。")
    await zhou.sends("image")
    zhou.sees("题目都答完了", "没有保存", "修改 题号")


async def test_a_photo_that_comes_behind_the_word_still_counts(office: Office) -> None:
    zhou = await observer(office)
    await zhou.sends("image")
    sent_at = office.now
    await zhou.says("完成")
    zhou.sees("共收到 1 张照片")
    await zhou.does(kind="image", media_id="late", created_at=sent_at)
    zhou.sees("也收到了", "“现场照片”", "共 2 张", "还有要登记的吗")
    await zhou.does(kind="image", media_id="later", created_at=sent_at)
    assert zhou.reply is None
    office.passes(seconds=30)
    await zhou.sends("image")
    zhou.sees("没有保存")
    await zhou.says("看第 1 项")
    zhou.sees("3 张图片")


async def test_a_second_tap_on_the_word_is_no_answer(office: Office) -> None:
    zhou = await observer(office)
    await to_summary(zhou)
    await zhou.says("修改 4")
    await zhou.sends("image")
    await zhou.says("完成")
    zhou.sees("共收到 1 张照片", "小结")
    office.passes(seconds=20)
    await zhou.does(kind="text", text="完成", tap_id="3")
    zhou.sees("小结")
    assert "/data/summary" not in zhou.memory["sheet"]["state"]["answers"]
    await zhou.says("完成")
    zhou.sees("都答完了")


async def test_a_photo_sent_before_the_word_never_goes_to_the_next_photo_question(office: Office) -> None:
    zhou = await observer(office)
    await zhou.says("跳过")
    await zhou.says("没有了")
    await zhou.says("修改 4")
    await zhou.sends("image")
    sent_at = office.now
    office.passes(seconds=1)
    await zhou.says("完成")
    zhou.sees("门牌照片")
    await zhou.does(kind="text", text="完成", tap_id="3")
    zhou.sees("门牌照片")
    zhou.sees_not("还没有收到")
    await zhou.does(kind="image", media_id="late", created_at=sent_at)
    zhou.sees("“现场照片”", "共 2 张", "门牌照片")
    await zhou.sends("image")
    zhou.sees("场站位置")


async def test_what_could_not_be_fetched_is_said_at_the_next_turn(office: Office) -> None:
    zhou = await observer(office)
    for _ in range(3):
        await zhou.sends("image")
    await zhou.says("完成")
    await ends(office, fails=2)
    await zhou.says("加")
    zhou.sees("您发的 2 张照片没有收到（已经超过微信的保存期限）", "现场照片", "已收到 1 张照片")
    await zhou.sends("image")
    await zhou.says("完成")
    zhou.sees("共收到 2 张照片", "什么问题")
    await zhou.says("食堂验收一人签字")
    zhou.sees("几级")


async def test_what_could_not_be_fetched_is_said_at_the_word(office: Office) -> None:
    zhou = await observer(office)
    for _ in range(3):
        await zhou.sends("image")
    await ends(office, fails=1)
    await zhou.says("完成")
    zhou.sees("照片没有收到", "现场照片", "已收到 2 张照片")
    await zhou.says("完成")
    zhou.sees("共收到 2 张照片", "还有要登记的吗")


async def test_what_arrived_is_asked_about_no_more(office: Office) -> None:
    zhou = await observer(office)
    await zhou.sends("image")
    await zhou.says("完成")
    assert zhou.memory["sheet"]["awaiting"]
    await ends(office)
    await zhou.says("加")
    assert "awaiting" not in zhou.memory["sheet"]
    assert [row.state for row in await rows(office, zhou)] == [MediaState.STORED]


async def test_what_came_by_the_upload_page_is_read_at_the_word(office: Office) -> None:
    zhou = await observer(office)
    await zhou.sends("image")
    contact = await office.database.contact_of(zhou.openid, office.now)
    draft, ref = zhou.memory["sheet"]["draft"], zhou.memory["sheet"]["state"]["at"]
    assert await office.database.media.add("u" * 22, contact, draft, ref, MediaKind.IMAGE, FILE, now=office.now)
    await zhou.says("完成")
    zhou.sees("共收到 2 张照片")


async def test_the_records_give_back_what_the_conversation_lost(office: Office) -> None:
    zhou = await observer(office)
    await zhou.says("暂存")
    await zhou.says("继续")
    await zhou.sends("image")
    zhou.forget()
    await zhou.says("继续")
    zhou.sees("现场照片")
    await zhou.says("完成")
    zhou.sees("共收到 1 张照片")


async def test_removing_an_item_lets_its_photos_go(office: Office) -> None:
    zhou = await observer(office)
    await zhou.sends("image")
    await zhou.says("完成")
    await zhou.says("删除第 1 项")
    await zhou.taps("确认删除")
    zhou.sees("已删除")
    assert await rows(office, zhou) == ()


async def test_a_place_and_a_code_are_told_back(office: Office) -> None:
    zhou = await observer(office)
    await zhou.says("跳过")
    await zhou.says("没有了")
    await zhou.sends("image")
    zhou.sees("场站位置", "位置")
    await zhou.does(kind="location", location=Location(39.9087, 116.3975, "北京市东城区东长安街"))
    zhou.sees("位置已记下：北京市东城区东长安街（39.9087, 116.3975）", "设备编码")
    scanned = {"ScanCodeInfo": {"ScanType": "barcode", "ScanResult": "EAN_13,6901234567892"}}
    await zhou.does(kind="event", event="scancode_waitmsg", event_key="扫一扫", fields=scanned)
    zhou.sees("扫码已记下：6901234567892", "检查记录")
    await zhou.says("修改")
    zhou.sees("已填：6901234567892")
    web = {"ScanCodeInfo": {"ScanType": "qrcode", "ScanResult": "SN,2024"}}
    await zhou.does(kind="event", event="scancode_waitmsg", event_key="扫一扫", fields=web)
    assert zhou.memory["sheet"]["state"]["answers"]["/data/code"] == "SN,2024"
    await zhou.says("修改 7")
    await zhou.says("SN-2024-7")
    zhou.sees("检查记录")


async def test_a_scan_without_a_form_is_not_answered(office: Office) -> None:
    wang = await office.observer()
    await wang.does(kind="event", event="scancode_waitmsg", event_key="扫一扫")
    assert wang.reply is None


async def test_too_many_photos_are_refused_once(office: Office) -> None:
    zhou = await observer(office)
    for _ in range(30):
        await zhou.sends("image")
    await zhou.sends("image")
    zhou.sees("最多收 30 张")
    await zhou.sends("image")
    assert zhou.reply is None
    assert len(await rows(office, zhou)) == 30


async def test_a_draft_that_is_gone_takes_no_photo(office: Office) -> None:
    zhou = await observer(office)
    old = dict(zhou.memory)
    await zhou.says("取消")
    await zhou.says("确认取消")
    zhou.memory = old
    await zhou.sends("image")
    zhou.sees("没有存上")
    assert "sheet" not in zhou.memory


async def test_a_plain_answer_neither_reads_nor_writes_the_records(office: Office) -> None:
    zhou = await observer(office)
    for _ in range(2):
        await zhou.sends("image")
    await ends(office)
    await zhou.says("完成")
    before = (zhou.reading, zhou.committed)
    for said in ("加", "食堂验收一人签字", "低"):
        await zhou.says(said)
    zhou.sees("现场照片")
    assert (zhou.reading, zhou.committed) == before
