"""Sheets are found by the names of their projects also where these were typed with quotes or a full stop."""

import sqlalchemy as sa
from alembic import op

from storage.project_names import project_key

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_SHEETS = sa.table("sheets", sa.column("project", sa.String()))


def upgrade() -> None:
    """Write the keys that the program looks for now: whatever `project_key` is when this runs. The old keys kept more
    of a name, so nothing that it needs is lost.
    """
    connection = op.get_bind()
    for old in connection.execute(sa.select(_SHEETS.c.project).distinct()).scalars().all():
        if (new := project_key(old)) != old:
            connection.execute(sa.update(_SHEETS).where(_SHEETS.c.project == old).values(project=new))


def downgrade() -> None:
    """Go back by a backup, as for 0002."""
    raise NotImplementedError("restore a backup instead")
