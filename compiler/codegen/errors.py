"""What generation refuses: WRL that names something unknown, or puts a statement where it cannot stand."""

from __future__ import annotations

from waymark.grammar.span import Span


class CodegenError(Exception):
    """A WRL module that no unit can be made of. `span` is the place, `sentence` says what is wrong and what to do."""

    def __init__(self, span: Span, sentence: str) -> None:
        super().__init__(f"{span.line}:{span.column}: {sentence}")
        self.span = span
        self.sentence = sentence
