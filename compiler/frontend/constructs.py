"""The plain-English name of every piece of Python that a workflow may not use yet, by libcst's class."""

from __future__ import annotations

CONSTRUCTS = {
    # expressions
    "Attribute": "an attribute",
    "Ellipsis": "`...` as a value",
    "Lambda": "a lambda",
    "ListComp": "a list comprehension",
    "Set": "a set",
    "SetComp": "a set comprehension",
    "DictComp": "a dict comprehension",
    "GeneratorExp": "a generator expression",
    "FormattedString": "an f-string",
    "TemplatedString": "a t-string",
    "NamedExpr": "an assignment expression (`:=`)",
    "Yield": "a `yield` in `run`",
    "StarredElement": "unpacking with `*`",
    "StarredDictElement": "unpacking with `**`",
    # statements
    "Assert": "an `assert`",
    "ClassDef": "a class inside `run`",
    "FunctionDef": "a function inside `run`",
    "Global": "a `global` statement",
    "Nonlocal": "a `nonlocal` statement",
    "Import": "an import inside `run`",
    "ImportFrom": "an import inside `run`",
    "Match": "a `match` statement",
    "Raise": "a `raise`",
    "Try": "a `try` statement",
    "TryStar": "a `try` statement with `except*`",
    "TypeAlias": "a `type` statement",
    "With": "a `with` statement",
}
