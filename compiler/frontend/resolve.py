"""What a name at the top of a module means, followed through imports to its definition. Nothing is imported.

A meaning is a value: an action, something outside the project, a module of it, or one of the ways in which a name leads
nowhere that a workflow can go. `calls.py` and `names.py` turn the latter into diagnostics.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import libcst as cst
import msgspec

from ..diagnostics.suggest import nearest
from ..source import Refusal, SourceError, decode, parse, read_bytes
from .bindings import Binding, dotted, identifier, module_bindings
from .project import Project
from .signatures import ANYTHING, Signature, action_signature

ACTION = frozenset({"waymark.action", "waymark.actions.action"})
WORKFLOW = frozenset({"waymark.workflow", "waymark.workflow.workflow"})
BASE = frozenset({"waymark.Workflow", "waymark.workflow.Workflow"})


class Action(msgspec.Struct, frozen=True):
    """An `@action`: its key, `module:name`, and its parameters as they are written."""

    key: str
    name: str
    signature: Signature


class Outside(msgspec.Struct, frozen=True):
    """Something of the standard library, of Waymark or of a third party, by its full name."""

    name: str


class InProject(msgspec.Struct, frozen=True):
    """A module of the project."""

    module: str


class Unusable(msgspec.Struct, frozen=True):
    """A definition of the project that is no action."""

    name: str
    kind: Literal["function", "async function", "class", "value"]
    module: str


class Ambiguous(msgspec.Struct, frozen=True):
    """Several bindings, or one that depends on a condition."""

    name: str
    module: str
    bindings: tuple[Binding, ...]


class Missing(msgspec.Struct, frozen=True):
    """The module is there, the name is not."""

    name: str
    module: str
    nearest: str | None


class Broken(msgspec.Struct, frozen=True):
    """The module's file is there and cannot be read as Python."""

    module: str
    problem: str


Meaning = Action | Outside | InProject | Unusable | Ambiguous | Missing | Broken


class Module:
    """A module as the resolver sees it: its name, whether it is a package, its bindings."""

    def __init__(self, name: str, package: bool, tree: cst.Module, bindings: dict[str, tuple[Binding, ...]]) -> None:
        self.name = name
        self.package = package
        self.tree = tree
        self.bindings = bindings


class Resolver:
    """Finds meanings. Holds the modules that were read on the way, each once."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._modules: dict[str, Module | Broken | None] = {}

    def add(self, name: str, path: str, tree: cst.Module) -> Module:
        """Enter the module that is being compiled."""
        module = Module(name, Path(path).name == "__init__.py", tree, module_bindings(tree))
        self._modules[name] = module
        return module

    def module(self, name: str) -> Module | Broken | None:
        """Return a module of the project, or None for one that the project does not hold."""
        if name not in self._modules:
            self._modules[name] = self._read(name)
        return self._modules[name]

    def _read(self, name: str) -> Module | Broken | None:
        path = self._project.find(name)
        if path is None:
            return None
        if path.is_dir():
            return Module(name, True, cst.Module(body=()), {})
        try:
            source = parse(decode(read_bytes(path), path.name), path.name)
        except Refusal as refusal:
            return Broken(name, f"{refusal} ({path.name}, line {refusal.diagnostic.line})")
        except SourceError as error:
            return Broken(name, str(error))
        return Module(name, path.name == "__init__.py", source.tree, module_bindings(source.tree))

    def name(self, name: str, module: Module, seen: frozenset[tuple[str, str]] = frozenset()) -> Meaning | None:
        """Return what `name` means at the end of `module`, or None when the module does not bind it."""
        bindings = module.bindings.get(name)
        if bindings is None:
            return None
        first, *others = bindings
        if first.conditional or (others and not _same_import(bindings)):
            return Ambiguous(name, module.name, bindings)
        if (module.name, name) in seen:
            return Missing(name, module.name, None)  # a cycle of imports that never reaches a definition
        return self._binding(first, module, seen | {(module.name, name)})

    def _binding(self, binding: Binding, module: Module, seen: frozenset[tuple[str, str]]) -> Meaning:
        if binding.kind == "import":
            return self._import(binding.module)
        if binding.kind == "from":
            origin = _absolute(binding.module, module)
            if origin is None:
                return Broken(binding.module, "a relative import leads above the top package")
            return self.attribute(self._import(origin), binding.original, seen)
        if isinstance(binding.node, cst.FunctionDef):
            return self._function(binding.node, module)
        kind: Literal["class", "value"] = "class" if binding.kind == "class" else "value"
        return Unusable(binding.name, kind, module.name)

    def _import(self, name: str) -> Meaning:
        found = self.module(name)
        if found is None:
            return Outside(name)
        return found if isinstance(found, Broken) else InProject(name)

    def attribute(self, owner: Meaning, name: str, seen: frozenset[tuple[str, str]] = frozenset()) -> Meaning:
        """Return what `owner.name` means, as far as that can be known without running it."""
        if isinstance(owner, Outside):
            return Outside(f"{owner.name}.{name}")
        if not isinstance(owner, InProject):
            return owner
        module = self.module(owner.module)
        if not isinstance(module, Module):
            return module if module is not None else Outside(f"{owner.module}.{name}")
        meaning = self.name(name, module, seen)
        if meaning is not None:
            return meaning
        inner = f"{owner.module}.{name}"
        if module.package and self._project.find(inner) is not None:
            return self._import(inner)
        return Missing(name, owner.module, nearest(name, module.bindings))

    def dotted(self, name: str, module: Module) -> Meaning | None:
        """Return what `a.b.c` means in `module`."""
        first, *rest = name.split(".")
        meaning = self.name(first, module)
        for part in rest:
            if meaning is not None:
                meaning = self.attribute(meaning, part)
        return meaning

    def is_one_of(self, node: cst.BaseExpression, names: frozenset[str], module: Module) -> bool:
        """Whether an expression names one of Waymark's own (`names` are full names)."""
        meaning = self.dotted(dotted(node) or "?", module)
        return isinstance(meaning, Outside) and meaning.name in names

    def action_decorator(self, node: cst.FunctionDef, module: Module) -> int | None:
        """Return the place of `@action` among the decorators of a function, or None."""
        for place, decorator in enumerate(node.decorators):
            call = decorator.decorator
            if self.is_one_of(call.func if isinstance(call, cst.Call) else call, ACTION, module):
                return place
        return None

    def _function(self, node: cst.FunctionDef, module: Module) -> Meaning:
        name = identifier(node.name.value)
        place = self.action_decorator(node, module)
        if place is None:
            return Unusable(name, "async function" if node.asynchronous else "function", module.name)
        # A decorator below `@action` may change the parameters; then only the worker can tell whether a call fits.
        wrapped = place < len(node.decorators) - 1
        signature = ANYTHING if wrapped else action_signature(node, module.tree)
        return Action(f"{module.name}:{action_name(node.decorators[place]) or name}", name, signature)


def action_name(decorator: cst.Decorator) -> str | None:
    """Return what `@action(name="...")` says, or None."""
    call = decorator.decorator
    for argument in call.args if isinstance(call, cst.Call) else ():
        if argument.keyword is not None and argument.keyword.value == "name":
            value = argument.value
            if isinstance(value, cst.SimpleString | cst.ConcatenatedString):
                text = value.evaluated_value
                return text if isinstance(text, str) else None
    return None


def _same_import(bindings: tuple[Binding, ...]) -> bool:
    """`import shop.a` and `import shop.b` both bind `shop` to the same module; a repeated import changes nothing."""
    origins = {(binding.kind, binding.module, binding.original) for binding in bindings}
    return len(origins) == 1 and bindings[0].kind in ("import", "from") and not any(b.conditional for b in bindings)


def _absolute(module: str, importer: Module) -> str | None:
    below = module.lstrip(".")
    level = len(module) - len(below)
    if level == 0:
        return module
    parts = importer.name.split(".")
    package = parts if importer.package else parts[:-1]
    if level - 1 >= len(package) or not package:
        return None
    base = package[: len(package) - (level - 1)]
    return ".".join([*base, below] if below else base)
