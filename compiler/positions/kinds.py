"""How the parts of each kind of node are found: by its fields, by a function, or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import libcst as cst

from . import expressions, patterns, statements, suites
from .model import Pair

# Kinds whose fields stand for CPython's one to one.
FIELDS: dict[type[cst.CSTNode], tuple[tuple[str, str], ...]] = {
    cst.Expr: (("value", "value"),),
    cst.Return: (("value", "value"),),
    cst.Assert: (("test", "test"), ("msg", "msg")),
    cst.AugAssign: (("target", "target"), ("value", "value")),
    cst.Attribute: (("value", "value"),),
    cst.UnaryOperation: (("expression", "operand"),),
    cst.BinaryOperation: (("left", "left"), ("right", "right")),
    cst.IfExp: (("test", "test"), ("body", "body"), ("orelse", "orelse")),
    cst.NamedExpr: (("target", "target"), ("value", "value")),
    cst.Await: (("expression", "value"),),
    cst.MatchValue: (("value", "value"),),
    cst.MatchSingleton: (),
}
# Kinds that need a look.
PARTS: dict[type[cst.CSTNode], Callable[[Any, Any], Iterator[Pair]]] = {
    cst.FunctionDef: statements.function,
    cst.ClassDef: statements.class_,
    cst.Param: suites.param,
    cst.For: statements.for_,
    cst.If: statements.tested,
    cst.While: statements.tested,
    cst.With: statements.with_,
    cst.Try: statements.try_,
    cst.TryStar: statements.try_,
    cst.ExceptHandler: statements.handler,
    cst.ExceptStarHandler: statements.handler,
    cst.Assign: statements.assign,
    cst.AnnAssign: statements.annotated,
    cst.Del: statements.delete,
    cst.Raise: statements.raise_,
    cst.Call: expressions.call,
    cst.Tuple: expressions.elements,
    cst.List: expressions.elements,
    cst.Set: expressions.elements,
    cst.Dict: expressions.dict_,
    cst.BooleanOperation: expressions.logical,
    cst.Comparison: expressions.comparison,
    cst.Subscript: expressions.subscript,
    cst.Lambda: expressions.lambda_,
    cst.Yield: expressions.yield_,
    cst.ListComp: expressions.comprehension,
    cst.SetComp: expressions.comprehension,
    cst.GeneratorExp: expressions.comprehension,
    cst.DictComp: expressions.dict_comprehension,
    cst.Match: patterns.match_,
    cst.MatchList: patterns.match_items,
    cst.MatchTuple: patterns.match_items,
    cst.MatchMapping: patterns.match_mapping,
    cst.MatchClass: patterns.match_class,
    cst.MatchAs: patterns.match_as,
    cst.MatchOr: patterns.match_or,
}
TEXTS = frozenset({cst.FormattedString, cst.ConcatenatedString})
LEAVES = frozenset(
    {
        cst.Name, cst.Integer, cst.Float, cst.Imaginary, cst.SimpleString, cst.Ellipsis, cst.Arg, cst.Element,
        cst.StarredElement, cst.StarredDictElement, cst.Index, cst.Slice, cst.MatchStar, cst.Pass, cst.Break,
        cst.Continue, cst.Import, cst.ImportFrom, cst.Global, cst.Nonlocal,
    }
)  # fmt: skip
