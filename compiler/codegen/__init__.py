"""From WRL to a unit: names get places, expressions get registers, control gets regions.

    names      what each name of a function stands for
    frame      what one function is generated with: its places, its registers, its instructions so far
    expressions, calls, targets, statements, control, closures      one kind of node each
    checks     deletes the tests of variables that are always bound where they are read
    methods    joins a method's lookup with its call
    function   one function, from its node to its row in the unit
    unit       the module as a whole, and the units it links to

`generate` is the whole of the public surface. What it emits passes `waymark.vm.verify.verify_unit`.
"""

from .errors import CodegenError
from .unit import generate

__all__ = ["CodegenError", "generate"]
