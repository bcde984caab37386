"""What a planned transfer ends, and when that would have ended without it, so that a plan can be called off."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Of plans that wait already it is not known: called off, they leave the ends that they set."""
    with op.batch_alter_table("transfers") as transfers:
        transfers.add_column(sa.Column("ended", sa.JSON(), nullable=True))


def downgrade() -> None:
    """Ends that plans set could not be taken back any more."""
    raise NotImplementedError("restore a backup instead")
