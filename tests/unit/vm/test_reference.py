"""The reference page is what the table says."""

from __future__ import annotations

from pathlib import Path

from waymark.vm.isa import Op
from waymark.vm.reference import instructions_page

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "instructions.md"


def test_the_page_of_instructions_is_not_stale() -> None:
    assert PAGE.read_text(encoding="utf-8") == instructions_page(), (
        "run: python -m waymark.vm.reference > docs/reference/instructions.md"
    )


def test_every_instruction_is_on_the_page() -> None:
    page = instructions_page()
    assert all(f"| `{op.name}` |" in page for op in Op)
