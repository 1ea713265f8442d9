"""`--update-golden` writes what a golden test saw over what it expected, for review in the diff.

A pytest plugin: `pytest_plugins = ["golden"]` in tests/conftest.py with tests/ on the path, or `-p golden`.
"""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden", action="store_true", help="rewrite golden files with what the code produces now"
    )
