"""Where names can stand in each kind of libcst node: the fields that matter to a scope, in the order of the text.

What is left out is punctuation, white space and names that are no variables: attributes, keywords, aliases.
"""

from __future__ import annotations

from typing import Any

import libcst as cst

PARTS: dict[type[cst.CSTNode], tuple[str, ...]] = {
    # expressions
    cst.Await: ("expression",),
    cst.Attribute: ("value",),
    cst.BinaryOperation: ("left", "right"),
    cst.BooleanOperation: ("left", "right"),
    cst.Call: ("func", "args"),
    cst.Arg: ("value",),
    cst.Comparison: ("left", "comparisons"),
    cst.ComparisonTarget: ("comparator",),
    cst.ConcatenatedString: ("left", "right"),
    cst.Dict: ("elements",),
    cst.DictElement: ("key", "value"),
    cst.StarredDictElement: ("value",),
    cst.FormattedString: ("parts",),
    cst.FormattedStringExpression: ("expression", "format_spec"),
    cst.FormattedStringText: (),
    cst.IfExp: ("test", "body", "orelse"),
    cst.List: ("elements",),
    cst.Set: ("elements",),
    cst.Tuple: ("elements",),
    cst.Element: ("value",),
    cst.StarredElement: ("value",),
    cst.Subscript: ("value", "slice"),
    cst.SubscriptElement: ("slice",),
    cst.Index: ("value",),
    cst.Slice: ("lower", "upper", "step"),
    cst.UnaryOperation: ("expression",),
    cst.NamedExpr: ("target", "value"),
    cst.Yield: ("value",),
    cst.From: ("item",),
    cst.Integer: (),
    cst.Float: (),
    cst.Imaginary: (),
    cst.SimpleString: (),
    cst.Ellipsis: (),
    # statements
    cst.SimpleStatementLine: ("body",),
    cst.SimpleStatementSuite: ("body",),
    cst.IndentedBlock: ("body",),
    cst.Assign: ("targets", "value"),
    cst.AssignTarget: ("target",),
    cst.AugAssign: ("target", "value"),
    cst.Del: ("target",),
    cst.Expr: ("value",),
    cst.Return: ("value",),
    cst.Raise: ("exc", "cause"),
    cst.Assert: ("test", "msg"),
    cst.Pass: (),
    cst.Break: (),
    cst.Continue: (),
    cst.If: ("test", "body", "orelse"),
    cst.For: ("target", "iter", "body", "orelse"),
    cst.While: ("test", "body", "orelse"),
    cst.Else: ("body",),
    cst.Finally: ("body",),
    cst.Try: ("body", "handlers", "orelse", "finalbody"),
    cst.TryStar: ("body", "handlers", "orelse", "finalbody"),
    cst.ExceptHandler: ("type", "name", "body"),
    cst.ExceptStarHandler: ("type", "name", "body"),
    cst.With: ("items", "body"),
    cst.WithItem: ("item", "asname"),
    cst.AsName: ("name",),
    cst.Decorator: ("decorator",),
    # patterns
    cst.Match: ("subject", "cases"),
    cst.MatchCase: ("pattern", "guard", "body"),
    cst.MatchValue: ("value",),
    cst.MatchSingleton: (),
    cst.MatchList: ("patterns",),
    cst.MatchTuple: ("patterns",),
    cst.MatchSequenceElement: ("value",),
    cst.MatchMappingElement: ("key", "pattern"),
    cst.MatchClass: ("cls", "patterns", "kwds"),
    cst.MatchKeywordElement: ("pattern",),
    cst.MatchOr: ("patterns",),
    cst.MatchOrElement: ("pattern",),
}


def parts_of(node: cst.CSTNode, names: tuple[str, ...] | None = None) -> list[cst.CSTNode]:
    """The parts of a node in which names can stand, in the order of the text; `names`: only these fields."""
    if names is None:
        names = PARTS.get(type(node))
        if names is None:  # a kind newer than this table: it will be refused, but what it holds is looked at
            return list(node.children)
    found: list[Any] = []
    for name in names:
        part = getattr(node, name)
        kind = type(part)
        if kind is list or kind is tuple:
            found += part
        elif part is not None and kind is not cst.MaybeSentinel:  # libcst's mark for a part that it may add itself
            found.append(part)
    return found


# Through these a target leads to names; in any other (`a.b`, `a[i]`) the names are used, not bound.
TARGET_PARTS: dict[type[cst.CSTNode], tuple[str, ...]] = {
    cst.AssignTarget: ("target",),
    cst.Tuple: ("elements",),
    cst.List: ("elements",),
    cst.Element: ("value",),
    cst.StarredElement: ("value",),
}
