"""Names for the natives that lowered code calls.

    total = [*items, 1]    =>    native list_extend.0 = "list_extend/1"

                                 list.0 = []
                                 list_extend.0(list.0, items)
                                 list.0.append(1)

A native gets one name in a module, with a dot in it, so that no variable of the program can hide it.
"""

from __future__ import annotations

import msgspec

from waymark.grammar import tree
from waymark.grammar.span import NOWHERE, Span

from ..fresh import FreshNames


class Natives:
    """The natives that passes use in one module. `declare` enters those that were asked for."""

    def __init__(self, module: tree.Module, fresh: FreshNames) -> None:
        self._fresh = fresh
        self._known = {
            each.key: each.name
            for each in module.declarations
            if isinstance(each, tree.NativeDecl) and "." in each.name
        }
        self._names = set(self._known.values())
        self._added: list[tree.Declaration] = []

    def name(self, key: str, span: Span) -> tree.Name:
        """The name of a native, by its key: `format/1`."""
        if key not in self._known:
            self._known[key] = self._fresh(key.partition("/")[0])
            self._names.add(self._known[key])
            self._added.append(tree.NativeDecl(span=NOWHERE, name=self._known[key], key=key))
        return tree.Name(span=span, id=self._known[key])

    def is_name(self, name: str) -> bool:
        """Whether a name stands for one of these natives."""
        return name in self._names

    def call(self, key: str, span: Span, *args: tree.Expression) -> tree.Call:
        """A call of a native."""
        given = tuple(tree.Argument(kind="positional", value=arg) for arg in args)
        return tree.Call(span=span, callee=self.name(key, span), args=given)

    def linked(self, module: str, export: str, span: Span) -> tree.Name:
        """The name of a function of the prelude."""
        identity = f"{module} {export}"  # no key of a native has a blank in it
        if identity not in self._known:
            self._known[identity] = self._fresh(export)
            link = tree.LinkDecl(span=NOWHERE, name=self._known[identity], module=module, export=export)
            self._added.append(link)
        return tree.Name(span=span, id=self._known[identity])

    def declare(self, module: tree.Module) -> tree.Module:
        """Return the module with the declarations that have come up, behind its own."""
        if not self._added:
            return module
        added, self._added = tuple(self._added), []
        return msgspec.structs.replace(module, declarations=(*module.declarations, *added))
