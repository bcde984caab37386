"""Sketches of the texts that sheets are compared with; the risk levels that a review sets; which forms are ours."""

from collections import Counter
from itertools import pairwise
from zlib import crc32

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_TEXTS = sa.table(
    "sheet_texts",
    *(sa.column(name) for name in ("id", "text", "sketch", "sheet_id", "person_id")),
)
_SHEETS = sa.table("sheets", sa.column("id"), sa.column("person_id"))
_AT_ONCE = 1000
_VERSIONS = sa.table("form_versions", sa.column("sha256"), sa.column("built_in"))
_BUILT_IN = (
    "2a7984b40cb8b53f28be92337589d676edd2969a86edd15216bc9ad7435b2233",
    "30edaf52237da840f8f1fb64185734aa41567a8f399bee99edd2da1daaca0de6",
    "59bf280c3ad650419549ba73f06626759c6098e20d5dbfd76937fb261dceced1",
    "5d50551963d8a6125d095c78edfd102be64d8bb8043891caa75485f88b41dee3",
    "a16a9cefa0402f5ab0bbfcf93253a512b13491eb68da77ba1b5ddd7a0a0737c6",
    "a3967fb9b06c39b95496b1065d2cc18857e071b4c97c6c36ea692cc2c494ba33",
    "b63ffa8249e31923234ec369f13c3ded2f79c3305e87629154593e022dbc3b58",
    "c28ce463417e985dd2bf7aadd5ed5bc543cdabafa6b98b3fe7355b8957d1e7a6",
    "cc475ddaa7b8f698c9424c9edae96f8797970011d5f6ef6a50c6b9ce85ba89f5",
    "d5656f34bc5e31214ac056e6d37ba6c1e679575ba6954740c6329a761363be10",
    "dc0fb8987a6b258fe08bf6dd6dc66f9e5ccb1e69edf8054396a0da927b74cd59",
    "e8fc8e4516857bd52adf3739ee4038309449696ba7aabff433a4668c23e9a8a7",
    "fb0258e630af35548b2d39993b9b13420954b04ed49f43ce1a2a9cd31bd1041c",
)
"""The SHA-256 of every built-in form that was published before this migration, from the history of the repository."""


def upgrade() -> None:
    """Change the tables that stand; all data is kept."""
    _change_texts()
    _change_reviews()
    _change_form_versions()


def downgrade() -> None:
    """Go back by a backup, as for 0002."""
    raise NotImplementedError("restore a backup instead")


def _change_texts() -> None:
    """Whose text it is and its sketch, by which candidates are found without being read; both are worked out for the
    texts that are there.
    """
    with op.batch_alter_table("sheet_texts") as texts:
        texts.add_column(sa.Column("person_id", sa.Integer(), nullable=True))
        texts.add_column(sa.Column("sketch", sa.LargeBinary(), nullable=True))
    of_sheet = sa.select(_SHEETS.c.person_id).where(_SHEETS.c.id == _TEXTS.c.sheet_id).scalar_subquery()
    op.execute(sa.update(_TEXTS).values(person_id=of_sheet))
    _fill_sketches()
    with op.batch_alter_table("sheet_texts") as texts:
        texts.alter_column("person_id", existing_type=sa.Integer(), nullable=False)
        texts.alter_column("sketch", existing_type=sa.LargeBinary(), nullable=False)
        texts.create_foreign_key("fk_sheet_texts_person_id", "persons", ["person_id"], ["id"])
        texts.drop_index("ix_sheet_texts_form_name_ref_length")
        texts.create_index(
            "ix_sheet_texts_candidates",
            ["form_name", "ref", "length", "submitted_at", "unit_id", "person_id", "sketch"],
        )


def _change_reviews() -> None:
    """No review so far set a level."""
    with op.batch_alter_table("sheet_reviews") as reviews:
        reviews.add_column(sa.Column("levels", sa.JSON(), nullable=True))
    op.execute("UPDATE sheet_reviews SET levels = '{}'")
    with op.batch_alter_table("sheet_reviews") as reviews:
        reviews.alter_column("levels", existing_type=sa.JSON(), nullable=False)


def _change_form_versions() -> None:
    """Built-in is what has the content of a built-in form; a group may have published its own under the same name."""
    with op.batch_alter_table("form_versions") as versions:
        versions.add_column(sa.Column("built_in", sa.Boolean(), nullable=True))
    op.execute(sa.update(_VERSIONS).values(built_in=_VERSIONS.c.sha256.in_(_BUILT_IN)))
    with op.batch_alter_table("form_versions") as versions:
        versions.alter_column("built_in", existing_type=sa.Boolean(), nullable=False)


def _fill_sketches() -> None:
    connection = op.get_bind()
    change = sa.update(_TEXTS).where(_TEXTS.c.id == sa.bindparam("of")).values(sketch=sa.bindparam("made"))
    last = 0
    while True:
        some = sa.select(_TEXTS.c.id, _TEXTS.c.text).where(_TEXTS.c.id > last).order_by(_TEXTS.c.id).limit(_AT_ONCE)
        rows = connection.execute(some).all()
        if not rows:
            return
        connection.execute(change, [{"of": row.id, "made": _sketch(row.text)} for row in rows])
        last = rows[-1].id


def _sketch(text: str) -> bytes:
    """What nlp.sketches.sketch made when this migration was written: a migration keeps its own copy."""
    pairs = [text] if len(text) == 1 else [one + other for one, other in pairwise(text)]
    bits = 0
    for pair, count in Counter(pairs).items():
        for number in range(1, count + 1):
            spelled = pair if number == 1 else f"{pair}{number}"
            bits |= 1 << crc32(spelled.encode()) % 1024
    return bits.to_bytes(128, "big")
