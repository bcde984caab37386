"""Marks of the free texts that sheets are compared with, by which candidates are found whatever their length."""

from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise
from typing import Any
from zlib import crc32

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_TEXTS = sa.table(
    "sheet_texts",
    *(sa.column("id"), sa.column("text"), sa.column("form_name"), sa.column("ref")),
    sa.column("submitted_at", sa.DateTime(timezone=True)),
)
_AT_ONCE = 1000


def upgrade() -> None:
    """Make the table and fill it for the texts that are there; the index by length is of no more use."""
    marks = op.create_table(
        "sheet_text_marks",
        sa.Column("mark", sa.Integer(), nullable=False),
        sa.Column("question", sa.Integer(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("text_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("mark", "question", "day", "text_id", name="pk_sheet_text_marks"),
        sa.ForeignKeyConstraint(["text_id"], ["sheet_texts.id"], name="fk_sheet_text_marks_text_id"),
        sqlite_with_rowid=False,
    )
    _fill(marks)
    op.create_index("ix_sheet_text_marks_text_id", "sheet_text_marks", ["text_id"])
    op.drop_index("ix_sheet_texts_candidates", "sheet_texts")


def downgrade() -> None:
    """Go back by a backup, as for 0002."""
    raise NotImplementedError("restore a backup instead")


def _fill(marks: sa.Table) -> None:
    connection, last = op.get_bind(), 0
    while True:
        some = sa.select(_TEXTS).where(_TEXTS.c.id > last).order_by(_TEXTS.c.id).limit(_AT_ONCE)
        rows = connection.execute(some).all()
        if not rows:
            return
        made = [mark for row in rows for mark in _rows(row)]
        if made:
            connection.execute(sa.insert(marks), made)
        last = rows[-1].id


def _rows(row: Any) -> Iterator[dict[str, int]]:
    submitted: datetime = row.submitted_at
    question = crc32(f"{row.form_name} {row.ref}".encode()) - (1 << 31)
    for mark in _marks(row.text):
        yield {"mark": mark, "question": question, "day": submitted.toordinal(), "text_id": row.id}


def _marks(text: str) -> set[int]:
    """What nlp.sketches.marks made when this migration was written: a migration keeps its own copy."""
    seen: dict[str, int] = {}
    pairs = set()
    for pair in [text] if len(text) == 1 else [one + other for one, other in pairwise(text)]:
        seen[pair] = seen.get(pair, 0) + 1
        pairs.add(pair if seen[pair] == 1 else f"{pair}{seen[pair]}")
    order = sorted((pair in _COMMON, crc32(pair.encode()) - (1 << 31)) for pair in pairs)
    return {mark for _, mark in order[:8]}


_WORDS = (
    "0个 0人 0份 0台 0块 0多 0天 0家 0条 0次 0没 0的 一半 一张 下来 不是 不给 不能 个人 个月 "
    "主任 也没 了0 了一 了个 了没 了解 人员 人家 你们 值班 全是 公司 公示 写的 几个 出去 出来 制度 办公 "
    "加强 半年 协议 单位 卖给 去了 及时 反映 发现 司机 合同 名单 回来 处理 多少 天天 存在 学习 安全 审批 "
    "客户 就是 履行 工作 工资 希望 干部 廉洁 建议 开展 总体 您好 情况 成员 我们 手机 报告 按照 接待 提前 "
    "收了 教育 整改 文件 有0 有人 未发 本季 本月 本期 材料 来了 来的 核实 检查 没人 没有 照片 现在 现场 "
    "现违 现金 班子 班长 电话 登记 的0 的人 的是 的那 监督 知道 第0 签字 管理 系统 组织 经了 经理 给我 "
    "老板 职工 能不 能够 自己 良好 落实 要求 认真 让我 记录 说是 财务 责任 还在 还是 进行 违纪 违规 那个 "
    "都不 都是 都没 采购 门口 问题 项目 领导 风险 食堂 "
)
_COMMON = frozenset(_WORDS.split())
