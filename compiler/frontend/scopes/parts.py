"""Where names can stand in each kind of libcst node: the fields that matter to a scope, in the order of the text.

What is left out is punctuation, white space and names that are no variables: attributes, keywords, aliases.
"""

from __future__ import annotations

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
    cst.AssignTarget: ("target",),
    cst.Expr: ("value",),
    cst.Return: ("value",),
    cst.Raise: ("exc", "cause"),
    cst.Assert: ("test", "msg"),
    cst.Pass: (),
    cst.Break: (),
    cst.Continue: (),
    cst.If: ("test", "body", "orelse"),
    cst.While: ("test", "body", "orelse"),
    cst.Else: ("body",),
    cst.Finally: ("body",),
    cst.Try: ("body", "handlers", "orelse", "finalbody"),
    cst.TryStar: ("body", "handlers", "orelse", "finalbody"),
    cst.ExceptHandler: ("type", "name", "body"),
    cst.ExceptStarHandler: ("type", "name", "body"),
    cst.With: ("items", "body"),
    cst.WithItem: ("item", "asname"),
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

# Through these a target leads to names; in any other (`a.b`, `a[i]`) the names are used, not bound.
TARGET_PARTS: dict[type[cst.CSTNode], tuple[str, ...]] = {
    cst.AssignTarget: ("target",),
    cst.Tuple: ("elements",),
    cst.List: ("elements",),
    cst.Element: ("value",),
    cst.StarredElement: ("value",),
}
