"""What is known of a file while it is compiled, and what comes of it."""

from __future__ import annotations

import msgspec

from waymark.grammar import tree
from waymark.vm.codec import encode_executable
from waymark.vm.unit import Unit

from .diagnostics import Diagnostic, UnsupportedPatternError
from .fresh import FreshNames
from .frontend.project import Lookups, Project
from .frontend.reached import Trail
from .frontend.resolve import Module, Resolver
from .frontend.workflows import Workflow
from .library import linked_units
from .lowerings import Kinds
from .source import Source


class Work(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a file, from pass to pass. A field is there from the pass on that makes it."""

    path: str  # as diagnostics and the unit show it
    name: str  # the importable one
    text: str
    project: Project
    fresh: FreshNames
    prelude: bool = False  # it is a module of the prelude: what counts are its functions and classes
    exact: bool = False  # positions are to be libcst's own: there are problems to show
    source: Source | None = None
    module: Module | None = None
    resolver: Resolver | None = None
    workflows: tuple[Workflow, ...] = ()
    trail: Trail | None = None
    with_init: tree.Module | None = None  # the tree with all classes in init
    tree: tree.Module | None = None
    kinds: Kinds = frozenset()  # of the sugar that may be left in the tree
    wrl: str = ""
    unit: Unit | None = None
    problems: tuple[Diagnostic, ...] = ()
    stopped: bool = False  # a pass could not do its work, so the next ones have nothing to go on

    def having(self, **fields: object) -> Work:
        return msgspec.structs.replace(self, **fields)


class Compilation(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a file: a unit, or diagnostics; never both."""

    path: str
    module: str
    text: str
    tree: tree.Module | None
    wrl: str
    unit: Unit | None
    diagnostics: tuple[Diagnostic, ...]
    workflows: tuple[str, ...]  # registered names, in the order of the file
    others: dict[str, str] = {}  # texts of followed modules with problems, by path
    lookups: Lookups = msgspec.field(default_factory=Lookups)  # what else on disk it depends on

    def raise_if_failed(self) -> None:
        """Raise UnsupportedPatternError with all problems, if there are any."""
        if self.diagnostics:
            raise UnsupportedPatternError(self.diagnostics, self.text, self.others)

    def executable(self) -> bytes:
        """Return the bytes that a run is pinned to: the unit, and every prelude unit that it links to."""
        self.raise_if_failed()
        assert self.unit is not None, "a compilation without diagnostics has a unit"
        return encode_executable(linked_units(self.unit))
