"""Which objects are reached by two ways: the immediate dominators of a graph.

In a graph whose node 0 leads to the first object of every page, an object belongs to a page alone if and only if every
way to it leads through that page's first object. Those whose immediate dominator is node 0 are reached by two ways that
have nothing in common, so each needs a page of its own; and these are all that do. This is the algorithm of Lengauer
and Tarjan in its simple form (path compression), O(m log n), without recursion.
"""

from __future__ import annotations

from collections.abc import Sequence


def immediate_dominators(successors: Sequence[Sequence[int]]) -> list[int]:
    """The immediate dominator of each node of a graph in which node 0 reaches all; node 0 is its own.

    Nodes that it does not reach have -1.
    """
    order, parent = _depth_first(successors)
    number = [-1] * len(successors)
    for position, node in enumerate(order):
        number[node] = position
    # From here on nodes are their positions in the depth-first order.
    predecessors: list[list[int]] = [[] for _ in order]
    for node in order:
        for target in successors[node]:
            predecessors[number[target]].append(number[node])
    dominator = _solve(predecessors, [number[each] if each >= 0 else 0 for each in (parent[node] for node in order)])
    found = [-1] * len(successors)
    for position, node in enumerate(order):
        found[node] = order[dominator[position]]
    return found


def _depth_first(successors: Sequence[Sequence[int]]) -> tuple[list[int], list[int]]:
    parent = [-1] * len(successors)
    seen = [False] * len(successors)
    seen[0] = True
    order = [0]
    stack = [(0, iter(successors[0]))]
    while stack:
        node, rest = stack[-1]
        for target in rest:
            if not seen[target]:
                seen[target] = True
                parent[target] = node
                order.append(target)
                stack.append((target, iter(successors[target])))
                break
        else:
            stack.pop()
    return order, parent


def _solve(predecessors: list[list[int]], parent: list[int]) -> list[int]:
    count = len(predecessors)
    semi = list(range(count))
    label = list(range(count))
    ancestor = [-1] * count
    dominator = [0] * count
    buckets: list[list[int]] = [[] for _ in range(count)]

    def best(node: int) -> int:
        """The node with the least semidominator on the way up the forest; shortens that way."""
        path = []
        while ancestor[node] >= 0 and ancestor[ancestor[node]] >= 0:
            path.append(node)
            node = ancestor[node]
        for each in reversed(path):
            above = ancestor[each]
            if semi[label[above]] < semi[label[each]]:
                label[each] = label[above]
            ancestor[each] = ancestor[above]
        return label[path[0] if path else node]

    for node in range(count - 1, 0, -1):
        for before in predecessors[node]:
            candidate = best(before)
            if semi[candidate] < semi[node]:
                semi[node] = semi[candidate]
        buckets[semi[node]].append(node)
        above = parent[node]
        ancestor[node] = above
        for each in buckets[above]:
            candidate = best(each)
            dominator[each] = candidate if semi[candidate] < semi[each] else above
        buckets[above].clear()
    for node in range(1, count):
        if dominator[node] != semi[node]:
            dominator[node] = dominator[dominator[node]]
    return dominator
