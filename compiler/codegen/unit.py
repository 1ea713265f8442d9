"""A module of WRL as a unit: what its declarations mean, its functions, and the code hashes of what it links to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from waymark.grammar import tree
from waymark.grammar.span import Span
from waymark.vm.codec import code_hash
from waymark.vm.isa import INTRINSICS
from waymark.vm.unit import Action as UnitAction
from waymark.vm.unit import Debug, Link, Parameter, Unit, Workflow

from .errors import CodegenError
from .function import Generated, generate_function
from .names import Action, Declared, Driven, Global, Intrinsic, Linked, Native, Static, functions_of
from .pools import Pools


class ModuleProgram:
    """What the functions of one module share while they are generated (`frame.Program`)."""

    def __init__(self, module: tree.Module, library: Mapping[str, Unit]) -> None:
        self.name = module.name
        self.pools = Pools()
        self._library = library
        self._hashes: dict[str, bytes] = {}
        self.init = tree.Function(name="<init>", parameters=(), body=module.init, span=module.span)
        self.statics = {id(function) for function in (*module.functions, self.init)}
        inits = (self.init,) if module.init else ()
        self.functions = tuple(functions_of((*module.functions, *inits)))
        self._index = {id(function): index for index, function in enumerate(self.functions)}
        self.actions: list[UnitAction] = []
        self.declared: Mapping[str, Declared] = self._declare(module)

    def function_index(self, node: tree.Function) -> int:
        return self._index[id(node)]

    def link(self, module: str, export: str, span: Span) -> Link:
        unit = self._library.get(module)
        if unit is None:
            known = ", ".join(sorted(self._library)) or "none"
            raise CodegenError(span, f"there is no unit `{module}` to link to; known are: {known}")
        if unit.export(export) is None:
            raise CodegenError(span, f"unit `{module}` exports no `{export}`")
        if module not in self._hashes:
            self._hashes[module] = code_hash(unit)
        return Link(self._hashes[module], export)

    def _declare(self, module: tree.Module) -> dict[str, Declared]:
        found: dict[str, Declared] = {}
        for name, place, span in self._places(module):
            if name in found:
                raise CodegenError(span, f"`{name}` is declared twice in module `{module.name}`")
            found[name] = place
        return found

    def _places(self, module: tree.Module) -> Iterator[tuple[str, Declared, Span]]:
        for declaration in module.declarations:
            if not isinstance(declaration, tree.WorkflowDecl):
                yield declaration.name, self._place(declaration), declaration.span
        for function in module.functions:
            yield function.name, Static(self.function_index(function)), function.span

    def _place(
        self,
        node: tree.NativeDecl
        | tree.DrivenDecl
        | tree.LinkDecl
        | tree.ActionDecl
        | tree.IntrinsicDecl
        | tree.GlobalDecl,
    ) -> Declared:
        match node:
            case tree.NativeDecl():
                return Native(node.key)
            case tree.DrivenDecl():
                return Driven(node.key, self.link(node.module, node.export, node.span))
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
                return Global()


def generate(module: tree.Module, *, library: Mapping[str, Unit], source_name: str = "", wrl: str = "") -> Unit:
    """Compile a module of WRL. `library` has the units that its declarations name. Raises `CodegenError`."""
    program = ModuleProgram(module, library)
    generated = [
        generate_function(program, function, static=id(function) in program.statics) for function in program.functions
    ]
    return Unit(
        modules=(module.name,),
        constants=program.pools.constants.items(),
        functions=tuple(each.function for each in generated),
        exports=tuple(sorted((function.name, program.function_index(function)) for function in module.functions)),
        natives=program.pools.natives.items(),
        links=program.pools.links.items(),
        actions=tuple(program.actions),
        workflows=tuple(
            _workflow(program, node) for node in module.declarations if isinstance(node, tree.WorkflowDecl)
        ),
        inits=(program.function_index(program.init),) if module.init else (),
        debug=_debug(generated, source_name, wrl),
    )


def _workflow(program: ModuleProgram, node: tree.WorkflowDecl) -> Workflow:
    place = program.declared.get(node.function)
    if not isinstance(place, Static):
        raise CodegenError(node.span, f"workflow `{node.name}` is run by `{node.function}`, which is no function here")
    return Workflow(node.name, node.qualname, place.function)


def _debug(generated: list[Generated], source_name: str, wrl: str) -> Debug:
    return Debug(
        source_name, wrl, tuple(each.positions for each in generated), tuple(each.variables for each in generated)
    )
