"""What translating one `run` needs to know, in one value that is handed down, and where it reports problems.

A refused expression becomes a hole (`None`), and translation goes on, so that all problems of a file come out at once.
A tree with holes is never used: nothing runs after a pass that reported something.
"""

from __future__ import annotations

import libcst as cst

from waymark.grammar import tree
from waymark.grammar.span import Span

from ..diagnostics import Diagnostic
from ..diagnostics.syntax import NotCompiledYet, TooDeep, UnknownSyntax
from ..source import Source
from .constructs import CONSTRUCTS
from .declarations import Declarations
from .resolve import Module, Resolver
from .scope import Scope

DEPTH_MAX = 100  # of statements and expressions inside a `run`; every later pass recurses over them


class Context:
    """The state of one translation."""

    def __init__(
        self,
        source: Source,
        module: Module,
        resolver: Resolver,
        scope: Scope,
        declarations: Declarations,
        problems: list[Diagnostic],
    ) -> None:
        self.source = source
        self.module = module
        self.resolver = resolver
        self.scope = scope
        self.declarations = declarations
        self.problems = problems
        self.depth = 0

    @property
    def path(self) -> str:
        return self.source.path

    def span(self, node: cst.CSTNode) -> Span:
        return self.source.span(node)

    def refuse(self, problem: Diagnostic) -> tree.Expression:
        """Report a problem and return the hole that stands for the refused expression."""
        self.problems.append(problem)
        return tree.Constant(span=problem.span, value=None)

    def refuse_construct(self, node: cst.CSTNode, construct: str = "", advice: str = "") -> tree.Expression:
        """Report a part of Python that is not compiled yet, by its plain-English name."""
        span = self.span(node)
        known = construct or CONSTRUCTS.get(type(node).__name__, "")
        if not known:
            return self.refuse(UnknownSyntax(path=self.path, span=span, node=type(node).__name__))
        return self.refuse(NotCompiledYet(path=self.path, span=span, construct=known, advice=advice))

    def too_deep(self, node: cst.CSTNode, below: int = 0) -> bool:
        """Whether the walk, or what will be `below` it, stands too deep to go on; reports it once."""
        if self.depth + below <= DEPTH_MAX:
            return False
        if not any(isinstance(problem, TooDeep) for problem in self.problems):
            self.refuse(TooDeep(path=self.path, span=self.span(node), limit=DEPTH_MAX))
        return True
