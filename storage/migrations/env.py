"""Alembic's environment: migrates on the connection that `storage.upgrade` hands over, in one transaction."""

from alembic import context

from storage.models import Table

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Table.metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
context.run_migrations()
