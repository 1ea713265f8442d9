"""Find the variables that are bound wherever a comprehension reads them, and make plain names of those reads.

    rate = 2                               FreeName rate    =>    rate
    totals = [rate * x for x in xs]

It goes through a function as control does. A variable is known to be bound behind an assignment, until two ways meet of
which one has not bound it; one that is deleted anywhere is never known to be. That is less than the truth: what is not
known is read with care (`free_names`), which is right for any variable.
"""

from __future__ import annotations

from typing import Any

import msgspec

from waymark.grammar import tree
from waymark.grammar.walk import walk

from ..frontend import sugar

Known = frozenset[str]
After = Known | None  # None: control does not come out here


def settle_free_names(module: tree.Module) -> tree.Module:
    """Return `module` with a plain name for each FreeName that is certainly bound."""
    settle = _Settle(_deleted(module))
    functions = tuple(settle.function(each) for each in module.functions)
    init, _ = settle.block(module.init, frozenset())
    return msgspec.structs.replace(module, functions=functions, init=init)


def _deleted(module: tree.Module) -> Known:
    targets = (node.target for node in walk(module) if isinstance(node, tree.Delete))
    return frozenset(target.id for target in targets if isinstance(target, tree.Name))


class _Settle:
    def __init__(self, deleted: Known) -> None:
        self._deleted = deleted

    def function(self, node: tree.Function) -> tree.Function:
        known = frozenset(parameter.name for parameter in node.parameters) - self._deleted
        body, _ = self.block(node.body, known)
        return msgspec.structs.replace(node, body=body)

    # --- statements --------------------------------------------------------------------------------------------------

    def block(self, body: tree.Block, known: Known) -> tuple[tree.Block, After]:
        made: list[tree.Statement] = []
        after: After = known
        for statement in body:
            # Behind a `return` nothing runs; whatever is assumed there is true.
            node, after = self._statement(statement, known if after is None else after)
            known = known if after is None else after
            made.append(node)
        return tuple(made), after

    def _statement(self, node: Any, known: Known) -> tuple[Any, After]:
        match node:
            case tree.Assign(target=target, value=value):
                value, known = self.part(value, known)
                target, known = self.part(target, known)
                return msgspec.structs.replace(node, target=target, value=value), self._with(known, target)
            case tree.If(test=test):
                test, known = self.part(test, known)
                body, first = self.block(node.body, known)
                orelse, second = self.block(node.orelse, known)
                return msgspec.structs.replace(node, test=test, body=body, orelse=orelse), _either(first, second)
            case tree.While(test=test):
                test, known = self.part(test, known)
                body, _ = self.block(node.body, known)
                return msgspec.structs.replace(node, test=test, body=body), known
            case tree.For(iterable=iterable):
                iterable, known = self.part(iterable, known)
                body, _ = self.block(node.body, self._with(known, node.target))
                return msgspec.structs.replace(node, iterable=iterable, body=body), known
            case tree.Try(name=name):
                body, first = self.block(node.body, known)
                handler, second = self.block(node.handler, known | ({name} - self._deleted))
                return msgspec.structs.replace(node, body=body, handler=handler), _either(first, second)
            case tree.Finally():
                body, first = self.block(node.body, known)
                last, second = self.block(node.last, known)
                after = None if first is None or second is None else first | second
                return msgspec.structs.replace(node, body=body, last=last), after
            case tree.Function() | tree.Class():
                made, known = self._definition(node, known)
                return made, known | ({node.name} - self._deleted)
            case tree.Return() | tree.Raise() | tree.Reraise() | tree.Break() | tree.Continue():
                return self._fields(node, known)[0], None
        return self._fields(node, known)

    def _definition(self, node: Any, known: Known) -> tuple[Any, Known]:
        """Defaults and bases belong to the function around; the body of a class is a function as any other."""
        if isinstance(node, tree.Function):
            parameters, known = self.part(node.parameters, known)
            return self.function(msgspec.structs.replace(node, parameters=parameters)), known
        bases, known = self.part(node.bases, known)
        body, _ = self.block(node.body, frozenset())
        return msgspec.structs.replace(node, bases=bases, body=body), known

    def _with(self, known: Known, target: tree.Node) -> Known:
        """What is known when the target is bound."""
        match target:
            case tree.Name(id=name):
                return known | ({name} - self._deleted)
            case tree.Targets(items=items):
                for item in items:
                    known = self._with(known, item)
            case sugar.ClauseStar(before=before, star=star, after=after):
                for item in (*before, star, *after):
                    known = self._with(known, item)
        return known

    # --- expressions -------------------------------------------------------------------------------------------------

    def part(self, part: Any, known: Known) -> tuple[Any, Known]:
        """A part of a node, and what is known behind it: only what is always evaluated counts."""
        match part:
            case sugar.FreeName(span=span, id=name):
                return tree.Name(span=span, id=name) if name in known else part, known
            case sugar.Walrus(target=target, value=value):
                value, known = self.part(value, known)
                return msgspec.structs.replace(part, value=value), self._with(known, target)
            case tree.Logical(left=left, right=right):
                left, known = self.part(left, known)
                return msgspec.structs.replace(part, left=left, right=self.part(right, known)[0]), known
            case tree.Conditional(test=test):
                test, known = self.part(test, known)
                body, orelse = self.part(part.body, known)[0], self.part(part.orelse, known)[0]
                return msgspec.structs.replace(part, test=test, body=body, orelse=orelse), known
            case sugar.ChainedCompare(left=left, links=links):
                (sign, second), *others = links
                left, known = self.part(left, known)
                second, known = self.part(second, known)
                rest = [(each, self.part(value, known)[0]) for each, value in others]
                return msgspec.structs.replace(part, left=left, links=((sign, second), *rest)), known
            case sugar.Lambda(function=function):
                made, known = self._definition(function, known)
                return msgspec.structs.replace(part, function=made), known
            case sugar.Comprehension():
                return self._comprehension(part, known)
            case tuple():
                items = []
                for item in part:
                    made, known = self.part(item, known)
                    items.append(made)
                return tuple(items), known
            case msgspec.Struct():
                return self._fields(part, known)
        return part, known

    def _fields(self, node: Any, known: Known) -> tuple[Any, Known]:
        fields = {}
        for name in node.__struct_fields__:
            if name != "span":
                fields[name], known = self.part(getattr(node, name), known)
        return msgspec.structs.replace(node, **fields), known

    def _comprehension(self, node: sugar.Comprehension, known: Known) -> tuple[sugar.Comprehension, Known]:
        """Of its clauses only the first iterable is always evaluated; each binds its variables for the next."""
        clauses: list[sugar.Clause] = []
        inside = known
        for clause in node.clauses:
            iterable, inside = self.part(clause.iterable, inside)
            known = known if clauses else inside
            target, inside = self.part(clause.target, inside)
            inside = self._with(inside, target)
            tests, inside = self.part(clause.tests, inside)
            clauses.append(msgspec.structs.replace(clause, iterable=iterable, target=target, tests=tests))
        element, inside = self.part(node.element, inside)
        value, _ = self.part(node.value, inside)
        return msgspec.structs.replace(node, clauses=tuple(clauses), element=element, value=value), known


def _either(first: After, second: After) -> After:
    if first is None or second is None:
        return second if first is None else first
    return first & second
