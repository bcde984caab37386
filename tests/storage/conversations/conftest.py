"""The stores under test."""

from collections.abc import AsyncIterator

import pytest

from tests.storage.conversations.backends import BACKENDS, AnyStore, Backend


@pytest.fixture(params=sorted(BACKENDS))
def backend(request: pytest.FixtureRequest) -> Backend:
    """Every back end in turn, without any data."""
    return BACKENDS[request.param](request)


@pytest.fixture
async def store(backend: Backend) -> AsyncIterator[AnyStore]:
    """An entered store without any data."""
    async with backend.store() as entered:
        yield entered
