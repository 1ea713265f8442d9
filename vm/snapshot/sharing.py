"""What more than one page reaches, found at once for all pages concerned.

Promoting one shared object after the other walks a page again for each; where two structures are woven into each other
that is quadratic. The dominators of the graph say it in one go.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from .dominators import immediate_dominators
from .forms import Forms
from .hashes import Key
from .table import Table
from .walk import objects_in


def shared_of_pages(table: Table, forms: Forms, pages: list[int]) -> tuple[list[Any], set[int]]:
    """What more than one page reaches, from these on; and the pages concerned, released, for they are walked again."""
    concerned = set(pages)

    def pull(value: Any) -> Any:
        owner = table.owner.get(id(value))
        if owner is None or owner in concerned:
            return None
        concerned.add(owner)
        table.release(owner)
        return table.records[owner].root

    def inside(value: Any) -> list[Any]:
        """The objects that a page has in it where it has this one."""
        page = table.begins.get(id(value))
        header = None if page is None else table.records[page].header()
        if type(value) is str or type(value) is bytes:
            return []
        parts = forms.of(value)[0](value) if header is None else header
        held = (each.key if type(each) is Key else each for each in objects_in(parts))
        return [each for each in held if id(each) not in table.begins and forms.of(each)[1]]

    for page in pages:
        table.release(page)
    return shared([table.records[page].root for page in pages], inside, pull), concerned


def shared(roots: Iterable[Any], inside: Callable[[Any], list[Any]], pull: Callable[[Any], Any]) -> list[Any]:
    """The objects that more than one of the roots reaches, by ways that have nothing in common.

    `inside(value)` has the objects that a page has in it where it has this one; other pages are none of them.
    `pull(value)` gives the first object of one more page that is concerned, because it has this object in it, or None.
    """
    nodes: list[Any] = [None]  # node 0 leads to the first object of every page concerned
    successors: list[list[int]] = [[]]
    index: dict[int, int] = {}

    def node_of(value: Any) -> int:
        found = index.get(id(value))
        if found is None:
            found = index[id(value)] = len(nodes)
            nodes.append(value)
            successors.append([])
        return found

    for root in roots:
        successors[0].append(node_of(root))
    at = 1
    while at < len(nodes):
        for value in inside(nodes[at]):
            root = pull(value)
            if root is not None:
                successors[0].append(node_of(root))
            successors[at].append(node_of(value))
        at += 1
    first = set(successors[0])
    dominators = immediate_dominators(successors)
    return [nodes[node] for node in range(1, len(nodes)) if not dominators[node] and node not in first]
