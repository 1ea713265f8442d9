"""The pytest plugin of the package: the fixture `waymark_stage`. Loaded in every pytest, so it imports nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .testing.stage import Stage


@pytest.fixture
def waymark_stage() -> Iterator[Stage]:
    """Time that the test moves, outcomes of actions that it writes down, and failures that it plants."""
    from .testing.stage import Stage

    with Stage() as stage:
        yield stage
