"""A compiled workflow as a picture, for `Workflow.visualize()`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from waymark.compiler.flowchart import flowchart
from waymark.grammar import parse

if TYPE_CHECKING:
    import graphviz

    from .programs import CompiledWorkflow


def drawing_of(compiled: CompiledWorkflow) -> graphviz.Source:
    """The graph; ImportError says what to install."""
    try:
        import graphviz
    except ImportError:
        raise ImportError(
            "visualize() needs the package graphviz: install waymark[visualize], or run `waymark visualize FILE`"
        ) from None
    return graphviz.Source(flowchart(parse(compiled.wrl)))
