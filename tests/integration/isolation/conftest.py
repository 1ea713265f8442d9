"""Two sessions on one database, and somebody who watches which of them waits."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from .sessions import Stage, staged


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def stage(database: str) -> AsyncIterator[Stage]:
    async with staged(database) as stage:
        yield stage
