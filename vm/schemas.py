"""Whether a host class still is the class that a program was compiled with: its fields, their texts, their defaults.

The compiler reads them off the text, and the host off the class and off the same text as it is there now. A field more
that has a default is no difference: objects that were made before it simply do not have it yet.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from functools import cache
from typing import Any

from .hosted import field_names, required_names


def difference(kind: Any, mark: Any) -> str:
    """What keeps the class from being the program's, with the fields of both; "" if nothing does."""
    _, fields = mark
    names, required, texts = field_names(kind), required_names(kind), _texts(kind)
    theirs = {name: (text, bool(default)) for name, text, default in fields}
    gone = [name for name in theirs if name not in names]
    new = [name for name in names if name not in theirs and name in required]
    other = [name for name, (text, _) in theirs.items() if text and name in texts and texts[name] != text]
    owed = [name for name, (_, default) in theirs.items() if default and name in required]
    if not (gone or new or other or owed):
        return ""
    before = ", ".join(f"{name}: {text}" if text else name for name, text, _ in fields)
    now = ", ".join(f"{name}: {texts[name]}" if name in texts else name for name in names)
    return (
        f"{kind.__module__}:{kind.__qualname__} is another class than the run was compiled with: "
        f"it had the fields {before or 'none'}; now it has {now or 'none'}"
    )


@cache
def _texts(kind: Any) -> dict[str, str]:
    """The annotations of its fields as they are written; nothing for a class whose text is not at hand."""
    found: dict[str, str] = {}
    for base in reversed(kind.__mro__[:-1]):
        try:
            tree = ast.parse(textwrap.dedent(inspect.getsource(base)))
        except (OSError, TypeError, SyntaxError, IndentationError):
            continue
        for statement in tree.body[0].body if tree.body and isinstance(tree.body[0], ast.ClassDef) else ():
            if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
                found[statement.target.id] = text_of(statement.annotation)
    return found


def text_of(annotation: ast.expr) -> str:
    """The text of an annotation, in one form whatever its spaces; of a quoted one, what is in the quotes."""
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        return annotation.value
    return ast.unparse(annotation)
