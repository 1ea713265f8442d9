"""What a compiled file takes from its project: functions of other modules, variables, and the init that fills those.

Translation asks for what it meets; each static function that is asked for is translated once, after the workflows and
in the order of asking. `Slices` has worked out before what init has to run, in which modules.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import libcst as cst
import msgspec

from waymark.grammar import tree
from waymark.grammar.span import Span

from ..diagnostics import Diagnostic
from ..fresh import FreshNames
from ..progress import function_done
from .bindings import identifier
from .declarations import Declarations
from .meanings import Class, Function, Meaning, Variable, WorkflowClass
from .modules import Module
from .reached import Asker
from .resolve import Resolver
from .scopes import Scope
from .slices import Slices

# `(node, module, WRL name)`: F1's `translate_function` in the scope of the module.
TranslateFunction = Callable[[cst.FunctionDef, Module, str], tree.Function]


# Names that are compared in search of likely ones. In a file where thousands are unknown, the rest are only reported.
HINTING_MAX = 100_000


class Program:
    """Collects, for one file, what its translation names."""

    def __init__(self, own: Module, resolver: Resolver, slices: Slices, fresh: FreshNames) -> None:
        self.own = own
        self.resolver = resolver
        self.slices = slices
        self.fresh = fresh
        taken = [module.taken for module in slices.followed()]
        self.declarations = Declarations(frozenset[str]().union(own.taken, *taken), fresh)
        self.functions: list[tree.Function] = []
        self._static: dict[tuple[str, str], str] = {}
        self._waiting: list[tuple[Function, str]] = []
        self.reported: set[Diagnostic] = set()  # a class may be translated for two uses; its problems count once
        self.hints: dict[tuple[Scope, str], str | None] = {}  # names like one that nothing defines, by where it stands
        self.hinting = HINTING_MAX
        self.guarding: dict[Scope, bool] = {}  # functions at the top: whether a clause in one takes NameErrors
        self.askers: dict[tuple[str, str], Asker] = {}  # who used a name of a module first
        self.policies: dict[str, str] = {}  # by key of an action: the function that evaluates its policy
        self.local_imports: dict[Scope, dict[str, Meaning]] = {}  # filled by `local_imports.py`, as is the next
        self.local_values: dict[Scope, dict[str, str]] = {}  # what imports in functions bind, in full

    def module(self, name: str) -> Module:
        found = self.resolver.module(name)
        assert isinstance(found, Module), "a meaning stands in a module that was read"
        return found

    # --- names -------------------------------------------------------------------------------------------------------

    def static_function(self, meaning: Function) -> str:
        """The WRL name of a static function, which is translated because of this."""
        key = (meaning.module, meaning.name)
        if key not in self._static:
            assert key in self.slices.needed, f"nobody was found to need `{meaning.name}` of `{meaning.module}`"
            self.follow(meaning.module)
            self._static[key] = self.declarations.unused(identifier(meaning.node.name.value))
            self._waiting.append((meaning, self._static[key]))
        return self._static[key]

    def ask(self, meaning: Function | Class | Variable | WorkflowClass, asker: Asker) -> None:
        """Note who uses something that a module defines."""
        self.askers.setdefault((meaning.module, meaning.name), asker)

    def variable(self, module: str, name: str) -> str:
        """The WRL name of a variable of a module."""
        own = module == self.own.name
        if not own:
            self.follow(module)
        return self.declarations.variable("" if own else module, name)

    def follow(self, module: str) -> None:
        """The unit holds code or variables of the module."""
        if module != self.own.name:
            self.declarations.follow(module, self.module(module).path)

    # --- functions ---------------------------------------------------------------------------------------------------

    def translate_functions(self, translate: TranslateFunction) -> None:
        """Translate what was asked for, and what that asks for."""
        while self._waiting:
            meaning, name = self._waiting.pop(0)
            self.add(translate(meaning.node, self.module(meaning.module), name), meaning.module)
            function_done()

    def add(self, function: tree.Function, module: str) -> None:
        """Add a static function of a module to the unit."""
        self.functions.append(self.placed(function, module))

    def placed(self, function: tree.Function, module: str) -> tree.Function:
        return function if module == self.own.name else msgspec.structs.replace(function, module=module)

    # --- init --------------------------------------------------------------------------------------------------------

    def loaded(self, module: str) -> tree.Name:
        """The variable that says whether a module's init has begun."""
        return tree.Name(id=self.variable(module, "<loaded>"))

    def load(self, names: Iterable[str], span: Span) -> tree.Block:
        """What an import statement comes to: a call of the init of each module that has one."""
        return tuple(self._load(name, span) for name in names if name in self.slices.initialised)

    def _load(self, module: str, span: Span) -> tree.Statement:
        return tree.Do(span=span, value=tree.Call(span=span, callee=tree.Name(span=span, id=init_name(module))))


def init_name(module: str) -> str:
    return f"{module}.<module>"
