"""The prelude's modules in Python, as the resolver sees them: like modules of the project, found by name alone.

asyncio.gather         the function `gather` of the module `asyncio.tasks`
asyncio.tasks.gather   the same
asyncio.run            nothing of the prelude: something outside, which is refused
"""

from __future__ import annotations

from functools import cache, cached_property

from waymark.stdlib.prelude.python import EXPORTS, MODULES, python_source

from ..fresh import FreshNames
from ..source import Source, parse
from .import_forms import ImportForm, forms_of_text
from .modules import Module

_KNOWN = frozenset(MODULES)
_PACKAGES = frozenset(name.partition(".")[0] for name in (*MODULES, *EXPORTS))


class PreludeModule(Module):
    """A module whose text is the same in every compilation, so that it is parsed once a process."""

    def __init__(self, name: str, fresh: FreshNames) -> None:
        super().__init__(name, False, _path(name), python_source(name), fresh)

    @cached_property
    def source(self) -> Source:
        return _source(self.name)

    @cached_property
    def forms(self) -> tuple[ImportForm, ...]:
        return _forms(self.name)


def is_prelude(name: str) -> bool:
    return name in _KNOWN


def is_linked(module: str, own: str) -> bool:
    """Whether a program links to what the module has, instead of holding it: it is of the prelude, and not itself."""
    return module in _KNOWN and module != own


def exported(owner: str, name: str) -> str | None:
    """The module of the prelude that defines `owner.name`; None if none does."""
    if owner in _KNOWN and "." in owner:
        return owner
    return EXPORTS.get(f"{owner}.{name}")


def is_of_prelude(form: ImportForm) -> bool:
    """Whether an import statement names a package of the prelude."""
    return form.module.partition(".")[0] in _PACKAGES


@cache
def _source(name: str) -> Source:
    return parse(python_source(name), _path(name))


@cache
def _forms(name: str) -> tuple[ImportForm, ...]:
    return forms_of_text(python_source(name))


def _path(name: str) -> str:
    return f"<{name}>"
