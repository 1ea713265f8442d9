"""A module of WRL as a unit: what its declarations mean, its functions, and the code hashes of what it links to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from waymark.grammar import tree
from waymark.grammar.span import NOWHERE, Span
from waymark.stdlib.prelude import PROTOCOL
from waymark.vm.codec import code_hash
from waymark.vm.isa import INTRINSICS
from waymark.vm.unit import Action as UnitAction
from waymark.vm.unit import Debug, Link, Parameter, Unit, Workflow
from waymark.vm.unit import StaticClass as UnitClass

from ..progress import function_done
from .errors import CodegenError
from .function import Generated, generate_function
from .names import (
    Action,
    Declared,
    Global,
    Intrinsic,
    Linked,
    Native,
    Static,
    StaticClass,
    functions_in,
    functions_of,
)
from .pools import Pools

HASHES_MAX = 256


class ModuleProgram:
    """What the functions of one module share while they are generated (`frame.Program`)."""

    def __init__(self, module: tree.Module, library: Mapping[str, Unit]) -> None:
        self.name = module.name
        followed = [each for each in module.declarations if isinstance(each, tree.FollowDecl)]
        self.modules = (module.name, *(each.module for each in followed))
        self.sources = tuple(each.source for each in followed)
        self.pools = Pools()
        self._library = library
        self.init = tree.Function(name="<init>", parameters=(), body=module.init, span=module.span, qualname="<module>")
        self.statics = {id(function) for function in (*module.functions, self.init)}
        inits = (self.init,) if module.init else ()
        self.functions = tuple(functions_of((*module.functions, *inits)))
        self._index = {id(function): index for index, function in enumerate(self.functions)}
        self._module_index = dict(self._module_indexes((*module.functions, self.init)))
        self.actions: list[UnitAction] = []
        self._classes: list[tuple[str, str]] = []  # key and function of each static class
        self.declared: Mapping[str, Declared] = self._declare(module)

    def function_index(self, node: tree.Function | tree.Class) -> int:
        return self._index[id(node)]

    def module_index(self, node: tree.Function | tree.Class) -> int:
        return self._module_index[id(node)]

    def _module_indexes(
        self, functions: Iterable[tree.Function | tree.Class], around: int = 0
    ) -> Iterator[tuple[int, int]]:
        for function in functions:
            own = function.module if isinstance(function, tree.Function) else ""
            index = self._module(own, function.span) if own else around
            yield id(function), index
            yield from self._module_indexes(functions_in(function.body), index)

    def _module(self, name: str, span: Span) -> int:
        if name not in self.modules:
            raise CodegenError(span, f'`{name}` is no module of this unit; write `follow {name} "its file"` at the top')
        return self.modules.index(name)

    def link(self, module: str, export: str, span: Span) -> Link:
        unit = self._library.get(module)
        if unit is None:
            known = ", ".join(sorted(self._library)) or "none"
            raise CodegenError(span, f"there is no unit `{module}` to link to; known are: {known}")
        key = f"{module}:{export}"
        if any(each.name == key for each in unit.classes):
            return Link(_hash_of(unit), key)
        if unit.export(export) is None:
            raise CodegenError(span, f"unit `{module}` exports no `{export}`")
        return Link(_hash_of(unit), export)

    def _declare(self, module: tree.Module) -> dict[str, Declared]:
        found: dict[str, Declared] = {}
        for name, place, span in self._places(module):
            if name in found:
                raise CodegenError(span, f"`{name}` is declared twice in module `{module.name}`")
            found[name] = place
        return found

    def _places(self, module: tree.Module) -> Iterator[tuple[str, Declared, Span]]:
        for declaration in module.declarations:
            if not isinstance(declaration, tree.WorkflowDecl | tree.FollowDecl):
                yield declaration.name, self._place(declaration), declaration.span
        for function in module.functions:
            yield function.name, Static(self.function_index(function)), function.span

    def _place(
        self,
        node: tree.NativeDecl
        | tree.LinkDecl
        | tree.ActionDecl
        | tree.IntrinsicDecl
        | tree.GlobalDecl
        | tree.StaticDecl,
    ) -> Declared:
        match node:
            case tree.StaticDecl():
                return StaticClass(self._class_index(node))
            case tree.NativeDecl():
                return Native(node.key)
            case tree.LinkDecl():
                return Linked(self.link(node.module, node.export, node.span))
            case tree.ActionDecl():
                self.actions.append(UnitAction(node.key, tuple(Parameter(*each) for each in node.parameters)))
                return Action(len(self.actions) - 1, node.key)
            case tree.IntrinsicDecl():
                if node.key not in INTRINSICS:
                    raise CodegenError(node.span, f"the machine has no service `{node.key}`")
                return Intrinsic(INTRINSICS.index(node.key))
            case tree.GlobalDecl():
                module = self._module(node.module, node.span) if node.module else 0
                return Global(module, node.variable or node.name)

    def _class_index(self, node: tree.StaticDecl) -> int:
        """The index of the class. Two names may be declared for one."""
        known = {key: (index, function) for index, (key, function) in enumerate(self._classes)}
        index, function = known.get(node.key, (len(known), node.function))
        if function != node.function:
            raise CodegenError(node.span, f"static class `{node.key}` is made by `{function}` and by `{node.function}`")
        if node.key not in known:
            self._classes.append((node.key, node.function))
        return index

    def classes(self) -> tuple[UnitClass, ...]:
        """The static classes, each with the function that makes it."""
        places = {
            function.name: self.function_index(function) for function in self.functions if id(function) in self.statics
        }
        missing = [key for key, function in self._classes if function not in places]
        if missing:
            raise CodegenError(NOWHERE, f"static class `{missing[0]}` is made by no function of the unit")
        return tuple(UnitClass(key, places[function]) for key, function in self._classes)


def generate(module: tree.Module, *, library: Mapping[str, Unit], source_name: str = "", wrl: str = "") -> Unit:
    """Compile a module of WRL. `library` has the units that its declarations name. Raises `CodegenError`."""
    program = ModuleProgram(module, library)
    generated = []
    for function in program.functions:
        generated.append(generate_function(program, function, static=id(function) in program.statics))
        function_done()
    return Unit(
        modules=program.modules,
        constants=program.pools.constants.items(),
        functions=tuple(each.function for each in generated),
        exports=tuple(sorted((function.name, program.function_index(function)) for function in module.functions)),
        natives=program.pools.natives.items(),
        links=program.pools.links.items(),
        actions=tuple(program.actions),
        workflows=tuple(
            _workflow(program, node) for node in module.declarations if isinstance(node, tree.WorkflowDecl)
        ),
        inits=(program.function_index(program.init), *(-1 for _ in program.sources)) if module.init else (),
        protocol=_hash_of(library[PROTOCOL]) if PROTOCOL in library else b"",
        classes=program.classes(),
        debug=_debug(generated, source_name, wrl, program.sources),
    )


_HASHES: dict[int, tuple[Unit, bytes]] = {}  # by identity; the units of the prelude, once a process


def _hash_of(unit: Unit) -> bytes:
    """The code hash of a unit that others need; hashing one again for each compilation would cost more than it."""
    known = _HASHES.get(id(unit))
    if known is None or known[0] is not unit:
        if len(_HASHES) >= HASHES_MAX:
            _HASHES.clear()
        known = _HASHES[id(unit)] = (unit, code_hash(unit))
    return known[1]


def _workflow(program: ModuleProgram, node: tree.WorkflowDecl) -> Workflow:
    place = program.declared.get(node.function)
    if not isinstance(place, Static):
        raise CodegenError(node.span, f"workflow `{node.name}` is run by `{node.function}`, which is no function here")
    own = program.functions[place.function]
    assert isinstance(own, tree.Function), "what is static is a function"
    if node.parameters is not None:
        seen = tuple(Parameter(*each) for each in node.parameters)
    else:
        seen = tuple(Parameter(each.name, each.kind, each.default is not None) for each in own.parameters[1:])
    return Workflow(node.name, node.qualname, place.function, seen)


def _debug(generated: list[Generated], source_name: str, wrl: str, followed: tuple[str, ...]) -> Debug:
    return Debug(
        source_name,
        wrl,
        tuple(each.positions for each in generated),
        tuple(each.variables for each in generated),
        followed,
    )
