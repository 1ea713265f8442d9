"""Join the lookup of a method with its call, where the two are as good as one.

    ATTR_GET r4, r1, n2
    LOAD_CONST r5, c3           =>      LOAD_CONST r5, c3
    CALL r4, r4, [r5], ns0              CALL_METHOD r4, r1, n2, [r5], ns0

Python looks a method up before it evaluates the arguments. So the two are joined only if what stands between them can
neither raise nor be observed, and leaves the object's register alone. A method with a name of its own, `add = xs.add`,
is more than the callee of one call, and stays.
"""

from __future__ import annotations

from waymark.vm.isa import Op

from .frame import Line

_ATTR_GET, _CALL, _CALL_METHOD = (op.value.code for op in (Op.ATTR_GET, Op.CALL, Op.CALL_METHOD))
_SILENT = frozenset(
    op.value.code
    for op in (Op.LOAD_CONST, Op.LOAD_FUNC, Op.LOAD_CLASS, Op.LOAD_NATIVE, Op.LOAD_LINK, Op.LIST, Op.TUPLE, Op.SLICE)
)


def join_methods(lines: list[Line], variables: int) -> list[Line]:
    """Return the lines with CALL_METHOD where a lookup and a call can be joined. Names have the first registers."""
    joined: list[Line] = []
    calls: dict[int, Line] = {}
    for pc, line in enumerate(lines):
        if pc in calls:
            joined.append(calls[pc])
        elif line.code == _ATTR_GET and (found := _call_of(lines, pc, variables)) is not None:
            _, dst, _, args, names = lines[found].instruction
            _, _, obj, name = line.instruction
            calls[found] = Line((_CALL_METHOD, dst, obj, name, args, names), lines[found].span)
        else:
            joined.append(line)
    return joined


def _call_of(lines: list[Line], lookup: int, variables: int) -> int | None:
    """The index of the call that the lookup at this index can be joined with."""
    _, method, obj, _ = lines[lookup].instruction
    if method < variables:
        return None
    for pc in range(lookup + 1, len(lines)):
        instruction = lines[pc].instruction
        if instruction[0] == _CALL and instruction[2] == method:
            return pc
        if instruction[0] not in _SILENT or instruction[1] in (obj, method):
            return None
    return None
