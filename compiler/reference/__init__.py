"""The reference pages that the compiler writes about itself.

python -m waymark.compiler.reference docs/reference     tests/unit/compiler/reference says when they are stale
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from .library_page import library_page
from .limits_page import limits_page
from .pages import builtins_page, diagnostics_page, python_page

PAGES: Mapping[str, Callable[[], str]] = MappingProxyType(
    {
        "diagnostics.md": diagnostics_page,
        "python.md": python_page,
        "builtins.md": builtins_page,
        "library.md": library_page,
        "limits.md": limits_page,
    }
)
