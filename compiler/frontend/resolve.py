"""What a name at the top of a module means, followed through imports to its definition. Nothing is imported.

A name resolves when its bindings reduce to one. Several in a straight line are a variable of the module, which init
fills in order; a binding that depends on a condition, or one from outside the module, is refused by whoever asks.
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst
import msgspec

from waymark.stdlib.catalogue import VALUES

from ..diagnostics.suggest import nearest
from ..fresh import FreshNames
from ..source import Source
from .bindings import Binding, dotted
from .definitions import PYTHON_BUILTINS, action_name, definition, registers
from .loading import ANY, ImportGraph
from .meanings import (
    Action,
    Ambiguous,
    Broken,
    Class,
    Constant,
    Function,
    InProject,
    Meaning,
    Missing,
    Outside,
    Patched,
    Unlisted,
    Usable,
    Variable,
    WorkflowClass,
)
from .modules import Module
from .prelude_modules import PreludeModule, exported, is_prelude
from .project import Project
from .reading import read_module
from .stars import listed_names

__all__ = [
    "ACTION", "BASE", "PYTHON_BUILTINS", "WORKFLOW", "Action", "Ambiguous", "Broken", "Class", "Constant", "Function",
    "InProject", "Meaning", "Missing", "Module", "Outside", "Patched", "Resolver", "Unlisted", "Variable",
    "WorkflowClass", "action_name",
]  # fmt: skip

ACTION = frozenset({"waymark.action", "waymark.actions.action"})
WORKFLOW = frozenset({"waymark.workflow", "waymark.workflow.workflow"})
BASE = frozenset({"waymark.Workflow", "waymark.workflow.Workflow"})


class Resolver:
    """Finds meanings. Holds the modules that were read on the way, each once."""

    def __init__(self, project: Project, fresh: FreshNames | None = None) -> None:
        self.project = project
        self._fresh = fresh or FreshNames()
        self._modules: dict[str, Module | Broken | None] = {}
        self._meanings: dict[tuple[str, str], Meaning | None] = {}
        self._asked: set[tuple[str, str]] = set()  # names whose meaning is being worked out
        self.made_in_init: set[tuple[str, str]] = set()  # functions that must not be static
        self._patches: dict[tuple[str, str], tuple[str, int]] | None = None
        self.graph: ImportGraph

    # --- modules -----------------------------------------------------------------------------------------------------

    def add(self, name: str, source: Source) -> Module:
        """Enter the module that is being compiled."""
        package = source.path.rpartition("/")[2] == "__init__.py"
        module = Module(name, package, source.path, source.text, self._fresh)
        module.source = source
        self._modules[name] = module
        self.graph = ImportGraph(self, module)
        return module

    def add_prelude(self, name: str) -> Module:
        """Enter the module of the prelude that is being compiled."""
        module = self._modules[name] = PreludeModule(name, self._fresh)
        self.graph = ImportGraph(self, module)
        return module

    def module(self, name: str) -> Module | Broken | None:
        """Return a module of the project, or None for one that the project does not hold."""
        if name not in self._modules:
            known = is_prelude(name)
            self._modules[name] = (
                PreludeModule(name, self._fresh) if known else read_module(name, self.project, self._fresh)
            )
        return self._modules[name]

    def imported(self, name: str) -> Meaning:
        """What `import name` gives, `name` in full."""
        found = self.module(name)
        if found is None or is_prelude(name):
            return Outside(name)
        return found if isinstance(found, Broken) else InProject(name)

    def texts(self, paths: set[str]) -> dict[str, str]:
        """The texts of modules, by the path that diagnostics show."""
        modules = (each for each in self._modules.values() if isinstance(each, Module))
        return {each.path: each.text for each in modules if each.path in paths}

    # --- names -------------------------------------------------------------------------------------------------------

    def name(self, name: str, module: Module) -> Meaning | None:
        """Return what `name` means in `module`, or None when the module does not bind it."""
        key = (module.name, name)
        if key not in self._meanings:
            if key in self._asked:
                return Missing(name, module.name, None)  # a cycle of imports that never reaches a definition
            self._asked.add(key)
            self._meanings[key] = self._unpatched(self._meaning(name, module), name, module)
            self._asked.discard(key)
        return self._meanings[key]

    def is_asked(self, name: str, module: Module) -> bool:
        """Whether the meaning of the name is being worked out."""
        return (module.name, name) in self._asked

    def _unpatched(self, meaning: Meaning | None, name: str, module: Module) -> Meaning | None:
        """The meaning, unless another module assigns to the name."""
        if not isinstance(meaning, Usable) or (isinstance(meaning, Outside) and meaning.name.startswith("waymark")):
            return meaning
        if self._patches is None:
            self._patches = {}  # while they are looked for, names mean what their own modules say
            self._patches = self.graph.patches()
            self._meanings.clear()
        patch = self._patches.get((module.name, name)) or self._patches.get((module.name, ANY))
        return meaning if patch is None else Patched(name, module.name, *patch)

    def _meaning(self, name: str, module: Module) -> Meaning | None:
        bindings, unlisted = self.bindings(name, module)
        if unlisted is not None and name not in PYTHON_BUILTINS:
            return Unlisted(name, module.name, unlisted)
        if not bindings:
            return Variable(name, module.name) if name in module.rebound else _of_the_module(name, module)
        if any(binding.conditional for binding in bindings):
            return Ambiguous(name, module.name, bindings)
        if (len(bindings) > 1 and not _same_import(bindings)) or name in module.rebound:
            chosen = any(registers(binding.node, module, self) for binding in bindings)
            return Ambiguous(name, module.name, bindings) if chosen else Variable(name, module.name)
        found = list(bindings)
        return definition(found[0], module, self)

    def bindings(self, name: str, module: Module) -> tuple[tuple[Binding, ...], str | None]:
        """Every binding of a name, those by `*` among them; and the module of a `*` that may hide the name."""
        found = module.bindings.get(name, ())
        unlisted: str | None = None
        for star in module.bindings.get("*", ()):
            origin = module.absolute(star.module) or star.module
            names = listed_names(origin, self)
            if names is None:
                hides = not any(binding.place > star.place for binding in found)
                unlisted = origin if hides else unlisted
            elif name in names:
                found = (*found, msgspec.structs.replace(star, name=name, original=name))
        return tuple(sorted(found, key=lambda binding: binding.place)), unlisted

    def starred(self, star: Binding, module: Module) -> tuple[str, ...]:
        """The names that a `*` of the module brings, as far as they can be known."""
        names = listed_names(module.absolute(star.module) or star.module, self)
        return tuple(sorted(names or ()))

    def is_fixed(self, variable: Variable) -> bool:
        """Whether a variable is bound at one place only, so that another module's name for it is always the same."""
        module = self.module(variable.module)
        assert isinstance(module, Module)
        bindings, _ = self.bindings(variable.name, module)
        return len(bindings) == 1 and bindings[0].alone and variable.name not in module.rebound

    def make_in_init(self, module: str, function: str) -> None:
        """From now on the function is a variable of its module."""
        self.made_in_init.add((module, function))
        self._meanings.clear()

    # --- attributes --------------------------------------------------------------------------------------------------

    def attribute(self, owner: Meaning, name: str) -> Meaning:
        """Return what `owner.name` means, where `owner` is a module or something outside."""
        if isinstance(owner, Outside):
            return self._of_prelude(owner.name, name) or Outside(f"{owner.name}.{name}")
        if not isinstance(owner, InProject):
            return owner
        module = self.module(owner.module)
        assert isinstance(module, Module), "InProject is said of modules that were read"
        meaning = self.name(name, module)
        if meaning is not None:
            return meaning
        inner = f"{owner.module}.{name}"
        if module.package and (self.project.find(inner) is not None or self.project.has_extension(inner)):
            return self.imported(inner)
        return Missing(name, owner.module, nearest(name, module.bindings))

    def _of_prelude(self, owner: str, name: str) -> Meaning | None:
        """What the prelude defines as `owner.name`, in Python."""
        module = self.module(exported(owner, name) or "")
        return self.name(name, module) if isinstance(module, PreludeModule) else None

    def chain(self, first: str, rest: tuple[str, ...], module: Module) -> tuple[Meaning | None, tuple[str, ...]]:
        """Follow `first.rest` as far as modules go; returns what was reached, and the attributes that are left."""
        return self.follow(self.name(first, module), rest)

    def follow(self, meaning: Meaning | None, rest: tuple[str, ...]) -> tuple[Meaning | None, tuple[str, ...]]:
        """Follow attributes of modules; returns what was reached, and the attributes that are left."""
        while rest and isinstance(meaning, InProject | Outside):
            if isinstance(meaning, Outside) and meaning.name in VALUES:
                break
            meaning, rest = self.attribute(meaning, rest[0]), rest[1:]
        return meaning, rest

    def binding(self, binding: Binding, module: Module) -> Meaning:
        """What an import inside a function gives."""
        if binding.kind == "import":
            return self.imported(binding.module)
        origin = module.absolute(binding.module)
        if origin is None:
            return Broken(binding.module, "a relative import leads above the top package")
        return self.attribute(self.imported(origin), binding.original)

    def dotted(self, name: str, module: Module) -> Meaning | None:
        """Return what `a.b.c` means in `module`; None for what nobody binds, and for an attribute of a value."""
        first, *parts = name.split(".")
        meaning, left = self.chain(first, tuple(parts), module)
        if left and isinstance(meaning, Action | Function | Constant | Class | WorkflowClass | Variable | Outside):
            return None
        return meaning

    # --- decorators --------------------------------------------------------------------------------------------------

    def is_one_of(self, node: cst.BaseExpression, names: frozenset[str], module: Module) -> bool:
        """Whether an expression names one of Waymark's own (`names` are full names)."""
        name = dotted(node) or "?"
        meaning = self.dotted(name, module)
        if isinstance(meaning, Unlisted):  # a `*` that is refused by itself hides no workflow
            bindings = module.bindings.get(name, ())
            meaning = definition(bindings[0], module, self) if len(bindings) == 1 else None
        return isinstance(meaning, Outside) and meaning.name in names

    def action_decorator(self, node: cst.FunctionDef, module: Module) -> int | None:
        """Return the place of `@action` among the decorators of a function, or None."""
        return next(
            (place for place, each in enumerate(_decorators(node)) if self.is_one_of(each, ACTION, module)), None
        )

    def is_workflow(self, node: cst.ClassDef, module: Module) -> bool:
        return any(self.is_one_of(each, WORKFLOW, module) for each in _decorators(node))


def _decorators(node: cst.FunctionDef | cst.ClassDef) -> Iterator[cst.BaseExpression]:
    for decorator in node.decorators:
        call = decorator.decorator
        yield call.func if isinstance(call, cst.Call) else call


def _same_import(bindings: tuple[Binding, ...]) -> bool:
    """`import shop.a` and `import shop.b` both bind `shop` to the same module; a repeated import changes nothing."""
    origins = {(binding.kind, binding.module, binding.original) for binding in bindings}
    return len(origins) == 1 and bindings[0].kind in ("import", "from")


def _of_the_module(name: str, module: Module) -> Meaning | None:
    """What a module has without binding it. Its name is the importable one, also where Python says `__main__`."""
    if name == "__name__":
        return Constant(name, module.name, module.name)
    return Constant(name, module.name, module.package_name()) if name == "__package__" else None
