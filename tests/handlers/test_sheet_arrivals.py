"""Before a sheet is handed in its pictures must be here: wait for those on their way, ask again for those lost."""

from datetime import timedelta

import pytest

from storage.media_work import StoredFile
from storage.vocabulary import Level
from tests.handlers.desk import Office, User, markdown_form
from tests.handlers.quality_forms import observer

TITLE = "现场照片表"
PHOTOS = """
| survey | type | name | label | required |
| | image | photos | 请拍现场的照片 | yes |
| | text | place | 在哪里拍的？ | yes |
| settings | form_title | form_id |
| | 现场照片表 | photos |
"""
PICTURE = StoredFile("ab" * 32, 1000, "image/jpeg")


@pytest.fixture
async def wang(office: Office) -> User:
    """At the end of the form, with two pictures on their way."""
    await office.publish(markdown_form(PHOTOS), "清源集团", Level.PROJECT)
    user = await observer(office, "王建国", "二公司")
    await user.says(f"开始 {TITLE}")
    for _ in range(2):
        await user.sends("image")
    await user.says("完成")
    await user.says("二号仓库")
    user.sees("都答完了")
    return user


async def arrive(office: Office, *, well: int, lost: int = 0) -> None:
    """So many pictures arrive, so many are given up."""
    work = office.database.media
    claimed = await work.claim(now=office.now, lease=timedelta(minutes=5))
    for place, medium in enumerate(claimed):
        if place < well:
            await work.stored(medium.id, PICTURE, now=office.now)
        elif place < well + lost:
            await work.failed(medium.id, "expired", now=office.now)


async def test_pictures_on_their_way_are_waited_for(office: Office, wang: User) -> None:
    await wang.says("提交")
    wang.sees("照片还在接收，请过几秒再点提交")
    await arrive(office, well=2)
    await wang.taps("提交")
    wang.sees("已提交")
    officer = await office.officer("孙莉", "二公司")
    await officer.says(f"查 {wang.seen.split('编号：')[1].split(chr(10))[0]}")
    officer.sees("2 张图片")


async def test_a_lost_picture_is_asked_for_again_and_the_others_stay(office: Office, wang: User) -> None:
    await arrive(office, well=1, lost=1)
    await wang.says("提交")
    wang.sees("第 1/2 题", "重新发")
    wang.sees_not("编号：")
    await wang.sends("image")
    await wang.says("完成")
    await arrive(office, well=1)
    await wang.says("提交")
    wang.sees("已提交")


async def test_without_any_picture_the_question_is_open_again(office: Office, wang: User) -> None:
    await arrive(office, well=0, lost=2)
    await wang.says("提交")
    wang.sees("第 1/2 题", "重新发")
    await wang.says("提交")
    wang.sees("还差这一题")


async def test_insisting_does_not_help(wang: User) -> None:
    await wang.says("就按这样提交")
    wang.sees("还在接收")
