"""Hand-written WRL to a verified unit: the back half of the pipeline, for `.wrl` files."""

from __future__ import annotations

from waymark.grammar import parse
from waymark.grammar.errors import WrlSyntaxError
from waymark.stdlib.catalogue import NATIVES
from waymark.vm.codec import BadUnit
from waymark.vm.unit import Unit
from waymark.vm.verify import verify_unit

from .codegen import generate
from .codegen.errors import CodegenError
from .library import library


class WrlError(Exception):
    """A WRL file of which no unit can be made; the message has the file, the line and the column."""


def compile_wrl(text: str, path: str) -> Unit:
    """Compile a WRL module. Raises WrlError."""
    try:
        unit = generate(parse(text, path), library=library(), source_name=path, wrl=text)
        verify_unit(unit, natives=NATIVES)
    except WrlSyntaxError as error:
        raise WrlError(str(error)) from None
    except CodegenError as error:
        line, column = error.span.line, error.span.column + 1
        raise WrlError(f"{path}:{line}:{column}: {error.sentence}") from None
    except BadUnit as error:
        raise WrlError(f"{path}: {error}") from None
    return unit
