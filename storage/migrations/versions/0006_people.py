"""Persons get a telephone number, a post and a superior; leaves with who stands in."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nobody's is known yet: `qingfeng people import` brings them."""
    with op.batch_alter_table("persons") as persons:
        persons.add_column(sa.Column("phone", sa.String(), nullable=True))
        persons.add_column(sa.Column("post", sa.String(), nullable=True))
        persons.add_column(sa.Column("superior_id", sa.Integer(), nullable=True))
        persons.create_foreign_key("fk_persons_superior_id", "persons", ["superior_id"], ["id"])
    op.create_index("ix_persons_superior_id", "persons", ["superior_id"])
    op.create_table(
        "leaves",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("substitute_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name="fk_leaves_person_id"),
        sa.ForeignKeyConstraint(["substitute_id"], ["persons.id"], name="fk_leaves_substitute_id"),
        sa.PrimaryKeyConstraint("id", name="pk_leaves"),
        sa.UniqueConstraint("person_id", "starts_on", name="uq_leaves_person_id_starts_on"),
    )
    op.create_index("ix_leaves_substitute_id", "leaves", ["substitute_id"])


def downgrade() -> None:
    """Leaves would be lost."""
    raise NotImplementedError("restore a backup instead")
