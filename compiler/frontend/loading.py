"""Which modules of the project are imported when a program is, and what they assign to each other from outside.

All import statements count, also those inside functions and under conditions: whether one runs is decided later.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

import libcst as cst

from .import_forms import ImportForm, forms_of
from .meanings import InProject
from .modules import Module
from .prelude_modules import PreludeModule, is_of_prelude

if TYPE_CHECKING:
    from .resolve import Resolver

Key = tuple[str, str]  # module, name
ANY = "*"  # for a name: any name of the module

# What a store to an attribute can look like; `self` and `cls` are no modules. A text without one needs no closer look.
_STORES = re.compile(
    r"(?<!\bself)(?<!\bcls)\.\s*\w+\s*(?::[^=\n]*)?(?:[-+*/%@&|^]|//|\*\*|<<|>>)?=(?!=)"
    r"|^[\s\w.,*\[\]()]*\.\w+\s*[,)\]][\s\w.,*\[\]()]*=(?!=)"
    r"|\bfor\b[^:\n]*\.\w+[^:\n]*\bin\b|\bas\s+\w+\.\w|\bdel\b[^\n]*\.|\b(?:set|del)attr\(",
    re.MULTILINE,
)


class ImportGraph:
    """The modules of the project that are within reach of one module."""

    def __init__(self, resolver: Resolver, own: Module) -> None:
        self._resolver = resolver
        self._own = own
        self._loads: dict[bool, dict[str, set[str]]] = {}

    @cached_property
    def modules(self) -> tuple[Module, ...]:
        """Every module of the project that is imported when the program is, or by its functions."""
        found: dict[str, Module] = {}
        waiting = [*reversed(packages_of(self._own.name)), self._own.name]
        while waiting:
            module = self._resolver.module(waiting.pop())
            if isinstance(module, Module) and module.name not in found:
                found[module.name] = module
                waiting += [name for form in module.forms for name in self.loads_of(form, module)]
        return tuple(found.values())

    def loads(self, node: cst.Import | cst.ImportFrom, module: Module) -> list[str]:
        """The modules of the project that an import statement loads, each behind the packages that it stands in."""
        return list(dict.fromkeys(name for form in forms_of(node) for name in self.loads_of(form, module)))

    def loads_of(self, form: ImportForm, module: Module) -> list[str]:
        origin = module.absolute(form.module)
        if origin is None:
            return []
        if is_of_prelude(form):
            return []  # units of their own, with nothing to run
        wanted = [origin]
        package = self._resolver.module(origin)
        if form.names is not None and isinstance(package, Module) and package.package:
            inner = [name for name in form.names if name != "*" and self._is_module(f"{origin}.{name}")]
            wanted += [f"{origin}.{name}" for name in inner if name not in package.bindings]
        found = dict.fromkeys(loaded for name in wanted for loaded in (*packages_of(name), name))
        return [name for name in found if self._is_module(name)]

    def _is_module(self, name: str) -> bool:
        return isinstance(self._resolver.module(name), Module)

    def importing(self, targets: set[str], *, later: bool = True) -> set[str]:
        """The modules that import one of `targets`, directly or not, and those themselves; `later`: functions count."""
        found = set(targets)
        grown = True
        while grown:
            more = {name for name, loaded in self._loaded(later).items() if name not in found and loaded & found}
            grown = bool(more)
            found |= more
        return found

    def _loaded(self, later: bool) -> dict[str, set[str]]:
        if later not in self._loads:
            self._loads[later] = {
                module.name: {
                    name for form in module.forms if later or not form.later for name in self.loads_of(form, module)
                }
                for module in self.modules
            }
        return self._loads[later]

    def patches(self) -> dict[Key, tuple[str, int]]:
        """What modules assign to in other modules, and where: the module, the line."""
        found: dict[Key, tuple[str, int]] = {}
        for module in self.modules:
            if isinstance(module, PreludeModule) or not _STORES.search(module.text):
                continue
            for place in range(len(module.statements)):
                for use, node in module.uses(place).stores:
                    meaning, left = self._resolver.chain(use.first, use.rest[:-1], module)
                    if isinstance(meaning, InProject) and not left:
                        found[meaning.module, use.rest[-1]] = (module.name, module.source.span(node).line)
        return found


def packages_of(name: str) -> list[str]:
    """The packages that a module stands in, the outermost first."""
    parts = name.split(".")
    return [".".join(parts[:count]) for count in range(1, len(parts))]
