"""The cases of the General Decimal Arithmetic (`.decTest` files) as workflows: value, flags and errors as in CPython.

`ci` takes some cases of each file, `long` all of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import pytest
from differential import compare, script

from examples import profile

# How CPython calls what the files call otherwise.
_NAMES = dict(
    pair.split("=")
    for pair in """
    and=logical_and class=number_class comparesig=compare_signal comparetotal=compare_total
    comparetotmag=compare_total_mag copy=copy_decimal copyabs=copy_abs copynegate=copy_negate copysign=copy_sign
    divideint=divide_int invert=logical_invert iscanonical=is_canonical isfinite=is_finite isinfinite=is_infinite
    isnan=is_nan isnormal=is_normal isqnan=is_qnan issigned=is_signed issnan=is_snan issubnormal=is_subnormal
    iszero=is_zero maxmag=max_mag minmag=min_mag nextminus=next_minus nextplus=next_plus nexttoward=next_toward
    or=logical_or reduce=normalize remaindernear=remainder_near samequantum=same_quantum squareroot=sqrt
    toeng=to_eng_string tointegral=to_integral_value tointegralx=to_integral_exact tosci=to_sci_string xor=logical_xor
    """.split()
)
_CASE = re.compile(r"(\w+)\s+(\w+)\s+(.*?)\s*->")
_OPERAND = re.compile(r"'((?:[^']|'')*)'|\"((?:[^\"]|\"\")*)\"|(\S+)")
_DIRECTIVE = re.compile(r"(\w+):\s*(\S+)")
PART = 400  # cases of one run
PRECISION_MAX = 1_000_000

ABOVE = """
from decimal import Context, Decimal, DecimalException
from decimal import Clamped, DivisionByZero, Inexact, InvalidOperation, Overflow, Rounded, Subnormal, Underflow

SIGNALS = Clamped, DivisionByZero, Inexact, InvalidOperation, Overflow, Rounded, Subnormal, Underflow

def told(name, operands, prec, rounding, e_min, e_max, clamp, trapping):
    traps = [Overflow, DivisionByZero, InvalidOperation] if trapping else []
    context = Context(prec=prec, rounding=rounding, Emin=e_min, Emax=e_max, capitals=1, clamp=clamp, traps=traps)
    exact = Context(prec=5000, Emin=-99999999, Emax=99999999, traps=[])
    try:
        reads = context if name in ("to_sci_string", "to_eng_string") else exact
        given = [reads.create_decimal(each) for each in operands]
        result = getattr(context, name)(*given)
        shown = str(result) if type(result) is Decimal else result
    except DecimalException as error:
        shown = type(error).__name__
    except (TypeError, ValueError) as error:
        shown = repr(error)
    return shown, [each.__name__ for each in SIGNALS if context.flags[each]]
"""
BODY = """
for at, (case, *given) in enumerate(cases):
    print(case, told(*given))
"""


class Case(NamedTuple):
    name: str
    operation: str
    operands: list[str]
    prec: int
    rounding: str
    e_min: int
    e_max: int
    clamp: int
    trapping: bool


def folder() -> Path | None:
    spec = find_spec("test")
    places = [Path(place, "decimaltestdata") for place in (spec.submodule_search_locations or ())] if spec else []
    return next((place for place in places if place.is_dir()), None)


def files() -> list[str]:
    """Those of one encoding (`dd`, `dq`, `ds`: the same operations at other precisions) come last."""
    home = folder()
    names = [] if home is None else sorted(path.stem for path in home.glob("*.decTest"))
    return [name for name in names if name not in ("decDouble", "decQuad", "decSingle", "testall", "randoms", "base")]


def cases(name: str) -> Iterator[Case]:
    home = folder()
    assert home is not None
    known = {"precision": "9", "rounding": "half_up", "minexponent": "-383", "maxexponent": "384", "clamp": "0"}
    for line in (home / f"{name}.decTest").read_text(encoding="utf-8").splitlines():
        found = _CASE.match(line)
        if found is None:
            if directive := _DIRECTIVE.match(line):
                known[directive[1].lower()] = directive[2].lower()
            continue
        operands = [(a or b or c).replace("''", "'") for a, b, c in _OPERAND.findall(found[3])]
        operation = _NAMES.get(found[2].lower(), found[2].lower())
        if operation in ("apply", "rescale", "canonical", "trim") or any("#" in each for each in operands):
            continue  # not an operation of Python's module, or of an encoding
        if int(known["precision"]) > PRECISION_MAX:
            continue  # refused by a limit of the run
        if int(known["precision"]) < 1 or not known["rounding"] or known["rounding"] not in _ROUNDINGS:
            continue
        rounding = "ROUND_" + known["rounding"].upper()
        limits = int(known["minexponent"]), int(known["maxexponent"])
        trapping = len(found[1]) % 2 == 0
        yield Case(
            found[1], operation, operands, int(known["precision"]), rounding, *limits, int(known["clamp"]), trapping
        )


_ROUNDINGS = frozenset("ceiling down floor half_down half_even half_up up 05up".split())

FILES = files()
EVERY = 1 if profile() == "long" else 40


@pytest.mark.skipif(not FILES, reason="this Python comes without its tests")
@pytest.mark.parametrize("group", range(8))
def test_the_cases_of_the_decimal_arithmetic_come_to_what_they_come_to_in_cpython(group: int) -> None:
    wanted = [case for name in FILES[group::8] for case in list(cases(name))[::EVERY]]
    assert wanted
    for start in range(0, len(wanted), PART):
        rows = [list(case) for case in wanted[start : start + PART]]
        report = compare(script(BODY, above=ABOVE, parameters="cases"), arguments={"cases": rows}, ticks=[()])
        assert not report.refused, report.explain()
        (seen,) = report.seen.values()
        assert seen.came_to == report.expected.came_to == "returned None", (seen.came_to, report.expected.came_to)
        ours, theirs = (str(each.effects).split("\\n") for each in (seen, report.expected))
        different = [(one, other) for one, other in zip(ours, theirs, strict=True) if one != other]
        assert not different, f"{len(different)} differ; ours, CPython's: {different[:5]}"
