"""What translating one function needs to know, in one value that is handed down, and where it reports problems.

A refused expression becomes a hole (`None`), and translation goes on, so that all problems of a file come out at once.
A tree with holes is never used: nothing runs after a pass that reported something.
"""

from __future__ import annotations

import copy

import libcst as cst

from waymark.grammar import tree
from waymark.grammar.span import Span

from ..diagnostics import Diagnostic
from ..diagnostics.syntax import NotCompiledYet, TooDeep, UnknownSyntax
from ..fresh import FreshNames
from ..source import Source
from .constructs import ADVICE, CONSTRUCTS
from .declarations import Declarations
from .program import Program
from .resolve import Module, Resolver
from .scopes import Scope, Scopes, Symbol

DEPTH_MAX = 100  # of statements and expressions inside a `run`; every later pass recurses over them

# Of a comprehension's clauses inside each other. Python allows twenty loops around them; the machine 32 in all.
LOOPS_MAX = 12


class Context:
    """The state of one translation: the same for all functions of a module, but for the scope that it is in."""

    def __init__(
        self,
        source: Source,
        module: Module,
        resolver: Resolver,
        scopes: Scopes,
        declarations: Declarations,
        fresh: FreshNames,
        problems: list[Diagnostic],
        *,
        program: Program,
    ) -> None:
        self.source = source
        self.module = module
        self.resolver = resolver
        self.scopes = scopes
        self.scope: Scope = scopes.of(source.tree)
        self.declarations = declarations
        self.fresh = fresh
        self.problems = problems
        self.program = program
        self.imported: frozenset[tuple[Scope, str]] = frozenset()  # names that an import above surely has brought
        self.catches_name_errors = False  # an `except` around takes the NameError of a name that nobody binds
        self.catches_import_errors = False  # one around takes the ImportError of a module that is not there
        self.tries = False  # inside of a `try` with clauses
        self.depth = 0
        self.loops = 0  # of comprehensions, in this function

    def inside(self, node: cst.CSTNode) -> Context:
        """The context for what stands inside a function, a class, a lambda or a comprehension."""
        inner = copy.copy(self)
        inner.scope = self.scopes.of(node)
        if inner.scope.function is inner.scope:
            inner.loops = 0
            inner.catches_import_errors = False  # what is inside runs when the function is called
        return inner

    @property
    def path(self) -> str:
        return self.source.path

    def span(self, node: cst.CSTNode) -> Span:
        return self.source.span(node)

    def symbol(self, node: cst.Name) -> Symbol:
        """What a name of the source is, where it stands."""
        return self.scope.symbol(self.scope.name(node.value))

    def refuse(self, problem: Diagnostic) -> tree.Expression:
        """Report a problem and return the hole that stands for the refused expression."""
        if problem not in self.program.reported:
            self.program.reported.add(problem)
            self.problems.append(problem)
        return tree.Constant(span=problem.span, value=None)

    def refuse_construct(self, node: cst.CSTNode, construct: str = "", advice: str = "") -> tree.Expression:
        """Report a part of Python that is not compiled yet, by its plain-English name."""
        span = self.span(node)
        known = construct or CONSTRUCTS.get(type(node).__name__, "")
        if not known:
            return self.refuse(UnknownSyntax(path=self.path, span=span, node=type(node).__name__))
        return self.refuse(
            NotCompiledYet(
                path=self.path, span=span, construct=known, advice=advice or ADVICE.get(type(node).__name__, "")
            )
        )

    def too_deep(self, node: cst.CSTNode, below: int = 0) -> bool:
        """Whether the walk, or what will be `below` it, stands too deep to go on; reports it once."""
        limit = DEPTH_MAX if self.depth + below > DEPTH_MAX else LOOPS_MAX
        if limit == LOOPS_MAX and self.loops <= LOOPS_MAX:
            return False
        if not any(isinstance(problem, TooDeep) for problem in self.problems):
            self.refuse(TooDeep(path=self.path, span=self.span(node), limit=limit))
        return True
