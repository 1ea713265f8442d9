"""The pages for users: every block of Python in them runs, and does what the page says."""

from __future__ import annotations

from pathlib import Path

import pytest
from documents import run_page

DOCS = Path(__file__).parents[2] / "docs"
PAGES = [
    "quickstart.md",
    "runs.md",
    "testing.md",
    "scheduling.md",
    "actions.md",
    "retries.md",
    "workflows-and-actions.md",
]


@pytest.mark.parametrize("page", PAGES)
def test_the_code_of_a_page_runs(page: str, tmp_path: Path) -> None:
    run_page(DOCS / page, tmp_path)
