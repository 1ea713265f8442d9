"""A workflow class as a program: compiled once a file, and what its `run()` takes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import structs

from waymark.compiler import cache
from waymark.compiler.diagnostics import UnsupportedPatternError
from waymark.compiler.diagnostics.render import split_lines
from waymark.compiler.diagnostics.shapes import SourceMissing
from waymark.grammar.span import Span
from waymark.runtime.workers.fitting import fitted_call
from waymark.runtime.workers.misfits import Misfit
from waymark.vm.codec import code_hash, encode_unit
from waymark.vm.surface import POSITIONAL
from waymark.vm.unit import Unit

from .exceptions import BadArguments
from .sources import File, Text, source_of
from .workflow import Workflow

# libcst and lark are loaded only when something has to be compiled.
if TYPE_CHECKING:
    from waymark.compiler.pipeline import Compilation


@dataclass(frozen=True)
class CompiledWorkflow:
    """What starting a run needs: the program's units as bytes, which of them is the entry, and the signature."""

    name: str
    entry: bytes
    units: Mapping[bytes, bytes]
    wrl: str
    body: Any
    actions: tuple[str, ...] = ()  # keys of those that it may call

    @property
    def starts_runs(self) -> bool:
        """Whether it may start runs of other workflows, which it knows by name alone."""
        return "= _children " in self.wrl  # that it links to the prelude's module for that

    def bind(self, instance: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
        """Arguments by name, as far as they can be. A missing or surplus one is CPython's TypeError at the caller's."""
        # Calling an `async def` binds its arguments and runs nothing; the coroutine is thrown away.
        try:
            self.body(instance, *args, **kwargs).close()
        except TypeError as error:
            raise BadArguments(str(error)) from None
        if POSITIONAL in kwargs:
            raise BadArguments(f"run() cannot be given an argument that is named {POSITIONAL!r}")
        args, kwargs = self._fitted(instance, args, kwargs)
        code = self.body.__code__
        names = code.co_varnames[1 : code.co_argcount]
        if code.co_posonlyargcount > 1 or len(args) > len(names):
            return {POSITIONAL: args} | kwargs
        return dict(zip(names, args, strict=False)) | kwargs

    def _fitted(
        self, instance: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """The arguments as `run()` is annotated to take them."""
        try:
            (_, *fitting), named = fitted_call(self.body, (instance, *args), kwargs)
            return tuple(fitting), named
        except Misfit as problem:
            text = f"run() of workflow {self.name!r} is not annotated to take this: {problem}"
        raise BadArguments(text)


@dataclass
class _Import:
    """One import of a text: its classes share a compilation. A class that comes again belongs to the next import."""

    text: bytes  # hash of it
    compilation: Compilation
    served: set[str] = field(default_factory=set)


_imports: dict[tuple[str, str], _Import] = {}


def compile_class(kind: type[Workflow], body: Any, module: str) -> CompiledWorkflow:
    """Compile the text that a class stands in; every workflow in it comes from the same compilation."""
    source = source_of(kind, body)
    if source is None:
        raise _missing(kind, f"the source of the workflow `{kind.__qualname__}` cannot be found")
    if isinstance(source, File) and (kept := cache.load(source.path, module)) and kind.short_name() in kept.workflows:
        return CompiledWorkflow(kind.short_name(), kept.entry, dict(kept.units), kept.wrl, body, kept.actions)
    data = _read(kind, source.path) if isinstance(source, File) else source.text.encode("utf-8", "surrogatepass")
    place = str(source.path) if isinstance(source, File) else source.shown
    text = hashlib.sha256(data).digest()
    now = _imports.get((place, module))
    # What the file imports is compiled with it and may have changed, too: a reload compiles again.
    if now is None or now.text != text or kind.__qualname__ in now.served:
        now = _imports[place, module] = _Import(text, _compile(source, module))
    now.served.add(kind.__qualname__)
    _raise_if_failed(now.compilation, source)
    assert now.compilation.unit is not None, "a compilation without diagnostics has a unit"
    try:
        compiled = program_of(now.compilation.unit, kind.short_name(), now.compilation.wrl, body)
    except LookupError as error:
        problem = (
            f"{now.compilation.path} has no workflow class `{kind.__qualname__}` at its top that is decorated with "
            f"`@workflow` and named {kind.short_name()!r} by a text written out: {error}"
        )
        raise _missing(kind, problem, now.compilation.path) from None
    if isinstance(source, File) and len(now.served) == 1:
        _keep(source.path, module, text, now.compilation, compiled)
    return compiled


def _keep(path: Path, module: str, text: bytes, compilation: Compilation, compiled: CompiledWorkflow) -> None:
    """Keep what was compiled for the next process that imports the file."""
    lookups = compilation.lookups
    entry = cache.Entry(
        read=((str(path), text), *lookups.read.items()),
        absent=tuple(lookups.absent),
        workflows=compilation.workflows,
        entry=compiled.entry,
        units=tuple(compiled.units.items()),
        actions=compiled.actions,
        wrl=compiled.wrl,
    )
    cache.save(path, module, entry)


def _read(kind: type, path: Path) -> bytes:
    from waymark.compiler.source import SourceError, read_bytes

    try:
        return read_bytes(path)
    except SourceError as error:
        raise _missing(kind, f"the source of the workflow `{kind.__qualname__}` cannot be read: {error}") from None


def _compile(source: File | Text, module: str) -> Compilation:
    from waymark.compiler.pipeline import compile_file, compile_text

    if isinstance(source, File):
        return compile_file(source.path, module=module)
    return compile_text(source.text, path=source.shown, module=module, root=Path.cwd())


def _raise_if_failed(compilation: Compilation, source: File | Text) -> None:
    """Raise what was found. Of a notebook, lines are counted from the top of the cell, if all of it is in this one."""
    before = source.before if isinstance(source, Text) else 0
    path = compilation.path
    found = compilation.diagnostics
    lines_here = [each.line for each in found if each.path == path]
    lines_here += [step.line for each in found for step in each.steps if step.path == path]
    if before and all(line > before for line in lines_here):
        moved = tuple(each.moved_up(path, before) for each in compilation.diagnostics)
        lines = split_lines(compilation.text)[before:]
        compilation = structs.replace(compilation, diagnostics=moved, text="\n".join(lines))
    compilation.raise_if_failed()


def _missing(kind: type, problem: str, path: str = "") -> UnsupportedPatternError:
    where = path or kind.__module__
    return UnsupportedPatternError([SourceMissing(path=where, span=Span(1, 0, 1, 1), problem=problem)], "")


def program_of(unit: Unit, name: str, wrl: str = "", body: Any = None) -> CompiledWorkflow:
    """The units of a compiled workflow, ready to be stored."""
    from waymark.compiler.library import linked_units

    if name not in {workflow.name for workflow in unit.workflows}:
        there = ", ".join(sorted(workflow.name for workflow in unit.workflows)) or "none"
        raise LookupError(f"there is no workflow {name!r} here; the workflows are: {there}")
    units = {code_hash(each): encode_unit(each) for each in linked_units(unit)}
    return CompiledWorkflow(name, code_hash(unit), units, wrl, body, tuple(action.key for action in unit.actions))
