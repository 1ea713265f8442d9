"""Which statements at the top of modules a run needs: the ones that its names depend on, and no others.

    LIMITS = {"eur": 100}                     kept, because `run` reads LIMITS
    for currency in ("usd", "gbp"):           kept: it changes what a kept statement made
        LIMITS[currency] = 80
    app = FastAPI()                           left out: nothing that a run needs can be changed by it

It starts from the workflows. A name that is needed brings the statements that bind it; those, and the functions that
are called, bring more names. When that has settled, every module that is imported is searched for statements that may
change an object that is needed (`changes.py`). Where the text leaves it open, the statement is kept: what init runs is
then what Python would have run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import libcst as cst

from .chains import Use
from .changes import Changes
from .crossing import of_fields, of_function
from .function_changes import FunctionChanges
from .links import OWN, Key, Links, key_of
from .meanings import Action, Class, Function, Meaning, Variable, WorkflowClass
from .modules import Module
from .policies import uses_of_policy
from .prelude_modules import is_linked
from .resolve import Resolver

_MayChange = Callable[[Module, int, set[Key]], bool]
_STATE = (Variable, Class, WorkflowClass)  # what init makes


class Slices:
    """What the program needs of each module. `need` what a workflow uses, then `settle`."""

    def __init__(self, resolver: Resolver, own: Module) -> None:
        self._resolver = resolver
        self._own = own
        self._links = Links(resolver)
        self._changes = Changes(self._links)
        self._of_functions = FunctionChanges(self._links)
        self._waiting: list[tuple[Use, Module]] = []
        self._actions: set[str] = set()  # keys of those that are called
        self.needed: set[Key] = set()
        self.variables: set[Key] = set()  # those of what is needed that init makes
        self.kept: dict[str, set[int]] = {}  # by module, the statements of its init
        self.initialised: set[str] = set()  # modules that have something to run when they are imported

    def need(self, uses: Iterable[Use], module: Module) -> None:
        self._waiting += [(use, module) for use in uses]

    def settle(self) -> None:
        """Follow what is needed until nothing is added."""
        while True:
            while self._waiting:
                use, module = self._waiting.pop()
                meaning = self._links.meaning(use, module)
                if not (use.called and isinstance(meaning, WorkflowClass)):  # a run of its own, by its name
                    self._need(meaning)
            if not self._keep_changes() and not self._keep_imports() and not self._make_in_init():
                return

    def followed(self) -> list[Module]:
        """The modules of which the program holds something."""
        names = {*(module for module, _ in self.needed), *self.initialised}
        return [self._links.module(name) for name in sorted(names)]

    def makes(self, module: str, name: str) -> bool:
        """Whether init binds the variable, needed or not."""
        places = self._links.places(name, self._links.module(module))
        return (module, name) in self.variables or any(place in self.kept.get(module, ()) for place in places)

    # --- what is needed ----------------------------------------------------------------------------------------------

    def need_named(self, node: cst.FunctionDef, module: Module) -> None:
        """Need the data classes that the annotations of a function name: their objects come from outside."""
        for found in of_function(node, module, self._resolver):
            self._need(found)

    def _need(self, meaning: Meaning | None) -> None:
        if isinstance(meaning, Action) and meaning.key not in self._actions:
            self._actions.add(meaning.key)
            module = self._links.module(meaning.module)
            self.need_named(meaning.node, module)
            self.need(uses_of_policy(meaning, module, self._resolver), module)
        if not isinstance(meaning, OWN) or key_of(meaning) in self.needed:
            return
        if is_linked(meaning.module, self._own.name):
            return
        self.needed.add(key_of(meaning))
        module = self._links.module(meaning.module)
        if isinstance(meaning, Function):
            for place in self._links.places(meaning.name, module):
                self._need_uses(module, place)
            return
        self.variables.add(key_of(meaning))
        if isinstance(meaning, Class):
            for found in of_fields(meaning, module, self._resolver):
                self._need(found)
        bindings, _ = self._resolver.bindings(meaning.name, module)
        for binding in bindings:
            self._keep(module, binding.place)
            if binding.kind == "from":
                self._need(self._resolver.binding(binding, module))

    def _need_uses(self, module: Module, place: int) -> None:
        uses = module.uses(place)
        self.need((*uses.now, *uses.later), module)

    def _keep(self, module: Module, place: int) -> None:
        kept = self.kept.setdefault(module.name, set())
        if place not in kept:
            kept.add(place)
            self._need_uses(module, place)

    def _keep_changes(self) -> bool:
        """Keep each statement that may change something that is needed; whether there was one."""
        watched = self._changes.watched(self.variables)
        functions = self.needed - self.variables  # of which it may set an attribute: `helper.calls = 0`
        found = self._keep_those_that(self._of_functions.may_change, functions)
        return self._keep_those_that(self._changes.may_change, watched) or found

    def _keep_those_that(self, may_change: _MayChange, watched: set[Key]) -> bool:
        found = False
        for module in self._changes.within_reach(watched):
            kept = self.kept.get(module.name, set())
            for place in range(len(module.statements)):
                if place not in kept and may_change(module, place, watched):
                    self._keep(module, place)
                    found = True
        return found

    # --- static functions --------------------------------------------------------------------------------------------

    def _make_in_init(self) -> bool:
        """A function that a statement above its `def` may call is made by its `def`; whether there was one."""
        found = False
        for key in sorted(self.needed - self.variables):
            owner, name = key
            module = self._links.module(owner)
            place = next(self._links.places(name, module))
            if any(self._may_call(key, module, above) for above in self.kept.get(owner, ()) if above < place):
                self._resolver.make_in_init(owner, name)
                self._links.forget()
                self.needed.discard(key)
                self.need((Use(name),), module)
                found = True
        return found

    def _may_call(self, key: Key, module: Module, place: int) -> bool:
        uses = module.uses(place)
        if any(key_of(each) == key for each in self._links.own(uses.now, module)):
            return True
        return any(key in self._links.reach(each) for each in self._links.own(uses.called, module))

    # --- imports -----------------------------------------------------------------------------------------------------

    def _keep_imports(self) -> bool:
        """Keep each compound statement that imports a module with an init: it decides whether that runs."""
        self.initialised = self._with_init()
        if not self.initialised - {self._own.name}:
            return False
        found = False
        graph = self._resolver.graph
        for module in graph.modules:
            for each in module.imports if module.name in self.initialised else ():
                kept = each.place in self.kept.get(module.name, ())
                if each.later or kept or module.statements[each.place] is each.node:
                    continue
                if any(name in self.initialised for name in graph.loads(each.node, module)):
                    self._keep(module, each.place)
                    found = True
        return found

    def _with_init(self) -> set[str]:
        """Modules with a statement that is kept, and modules that import one of those."""
        found = {name for name, places in self.kept.items() if places}
        return self._resolver.graph.importing(found, later=False) if found - {self._own.name} else found
