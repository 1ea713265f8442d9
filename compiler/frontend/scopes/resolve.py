"""Decide whose variable each name of each scope is, as CPython does, and what functions share with those inside them.

A scope sees what the scopes around it bind, except for the module's names, which are global, and those of a class body,
which nobody sees but the body itself. A class hands one thing down: `__class__`, for `super()`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from .model import CLASS_CELL, Mark, Scope

_GLOBAL, _NONLOCAL, _BOUND = int(Mark.GLOBAL), int(Mark.NONLOCAL), int(Mark.BOUND | Mark.PARAMETER)

Visible = Mapping[str, "Scope | None"]


def resolve(scopes: Iterable[Scope]) -> None:
    """Fill `homes`, `owners`, `shared` and `captured`. Each scope comes behind the one around it."""
    handed_down: dict[Scope | None, Visible] = {None: {}}
    ordered = list(scopes)
    for scope in ordered:
        scope.around = handed_down[scope.parent]
        for name, marks in scope.marks.items():
            scope.homes[name] = _home(scope, name, marks)
        handed_down[scope] = _handed_down(scope)
    for scope in ordered:
        for name, home in scope.homes.items():
            scope.function.owners.setdefault(name, {})[home] = None
            if home is not None and home.function is not scope.function:
                _share(scope.function, home, name)


def _home(scope: Scope, name: str, marks: int) -> Scope | None:
    if marks & _GLOBAL:
        return None
    if marks & _BOUND and not marks & _NONLOCAL:
        return scope
    return scope.around.get(name)


def _handed_down(scope: Scope) -> Visible:
    if scope.kind == "module":
        return scope.around
    if scope.kind == "class":
        return {**scope.around, CLASS_CELL: scope}
    own = {name: scope.homes[name] for name, marks in scope.marks.items() if marks & (_BOUND | _GLOBAL)}
    return {**scope.around, **own} if own else scope.around


def _share(user: Scope, home: Scope, name: str) -> None:
    """Hand a variable down from the function that it belongs to, through those between, to the one that uses it."""
    home.function.shared[home, name] = None
    while user is not home.function:
        user.captured[home, name] = None
        user.owners.setdefault(name, {})[home] = None
        if user.homes.get(name) is user:  # a class, which binds a member of that name and hands the variable down
            home.hidden.add(name)
        assert user.parent is not None, "a variable's function is around those that capture it"
        user = user.parent.function
