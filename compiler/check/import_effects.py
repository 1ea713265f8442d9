"""Imports that are made for what they do: `import this` prints, `import antigravity` opens a browser.

A workflow imports nothing when it runs, so such a line would do nothing. Modules of the project are compiled in, with
what they do when they are imported; of others but those of Python itself nothing is known, and actions may need them.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import libcst as cst

from ..diagnostics import Diagnostic
from ..diagnostics.determinism import ImportEffect
from ..frontend.import_forms import ImportForm, forms_of
from ..frontend.loading import packages_of
from ..frontend.modules import Module

if TYPE_CHECKING:
    from ..frontend.resolve import Resolver

_EFFECTS = {
    "this": "prints a poem",
    "antigravity": "opens a browser",
    "idlelib.idle": "starts an editor",
    "rlcompleter": "changes the prompt of the interpreter",
    "test.autotest": "runs Python's own tests",
}


def effects_of_program(module: Module, resolver: Resolver) -> Iterator[Diagnostic]:
    """What is wrong with imports at the top of the module, and of modules that are loaded with it."""
    yield from _loaded_with([*packages_of(module.name), module.name], resolver)


def effects_of_import(node: cst.Import | cst.ImportFrom, module: Module, resolver: Resolver) -> Iterator[Diagnostic]:
    """What is wrong with an import in a function, and with the modules that it loads."""
    yield from _problems(node, module)
    yield from _loaded_with(resolver.graph.loads(node, module), resolver)


def _loaded_with(names: Iterable[str], resolver: Resolver) -> Iterator[Diagnostic]:
    seen, waiting = set[str](), list(names)
    while waiting:
        module = resolver.module(waiting.pop())
        if not isinstance(module, Module) or module.name in seen:
            continue
        seen.add(module.name)
        forms = [form for form in module.forms if not form.later]
        waiting += [name for form in forms for name in resolver.graph.loads_of(form, module)]
        if any(_effect(form)[0] for form in forms):  # only then is a module's tree looked at
            for each in module.imports:
                if not each.later:
                    yield from _problems(each.node, module)


def _problems(node: cst.Import | cst.ImportFrom, module: Module) -> Iterator[Diagnostic]:
    for form in forms_of(node):
        name, effect = _effect(form)
        if name:
            span = module.source.span(node)
            yield ImportEffect(path=module.path, span=span, call=f"import {name}", effect=effect)


def _effect(form: ImportForm) -> tuple[str, str]:
    """The module that does more than being there when it is imported, and what; "" for nothing that is known."""
    name = form.module
    inner = [f"{name}.{each}" for each in form.names or ()]
    for each in (name, *inner):
        effect = _EFFECTS.get(each, "")
        first, _, rest = each.partition(".")
        if not effect and first in sys.stdlib_module_names and rest.rpartition(".")[2] == "__main__":
            effect = "runs a program"
        if effect:
            return each, effect
    return "", ""
