"""Where the NameError of a name that nobody binds is a part of the program, and no mistake of its author.

    try:                       def helper():
        fast                       missing
    except NameError:          try:
        fast = None                helper()
                               except NameError: ...

It is one where a clause around takes it, or a `finally` that returns; in a function inside of another one that has
such a clause somewhere; and where a statement in a `try` is nothing but the name, so that it can do nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from .context import Context

_NAME_ERRORS = frozenset({"NameError", "UnboundLocalError"})


def takes_name_errors(node: cst.Try | cst.TryStar) -> bool:
    """Whether a clause takes every exception, or names this one."""
    takes_all = any(handler.type is None for handler in node.handlers)
    return takes_all or any(not _NAME_ERRORS.isdisjoint(named(handler.type)) for handler in node.handlers)


def named(kinds: cst.BaseExpression | None) -> Iterator[str]:
    """The plain names behind `except`."""
    if isinstance(kinds, cst.Name):
        yield kinds.value
    elif isinstance(kinds, cst.Tuple):
        for element in kinds.elements:
            yield from named(element.value)


def swallows(last: cst.Finally | None) -> bool:
    """Whether a `finally` returns, whatever was raised before it."""
    body = () if last is None else last.body.body
    lines = (line.body if isinstance(line, cst.SimpleStatementLine) else (line,) for line in body)
    return any(isinstance(each, cst.Return) for line in lines for each in line)


def expected(context: Context) -> bool:
    """Whether a NameError here would be taken, or may be by the function around this one."""
    if context.catches_name_errors:
        return True
    functions = [scope for scope in context.scope.inside if scope.function is scope and scope.is_function]
    if len(functions) < 2:
        return False
    known = context.program.guarding
    if functions[-1] not in known:
        known[functions[-1]] = _has_clause(functions[-1].node)
    return known[functions[-1]]


def _has_clause(function: cst.CSTNode) -> bool:
    waiting = [function]
    while waiting:
        part = waiting.pop()
        if isinstance(part, cst.Try | cst.TryStar) and takes_name_errors(part):
            return True
        waiting += part.children
    return False
