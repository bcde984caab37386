"""Alembic's script directory; `storage.upgrade` runs it."""
