"""What of numbers and times is bounded, refused, or the machine's own: programs that end with a clear text."""

from __future__ import annotations

import time
from decimal import ROUND_UP, Context, Decimal, Inexact, localcontext
from typing import Any

import pytest
from differential import compare, compiled, program_of, run_on_machine, script
from pace import is_within
from scripted import Recorded

from waymark.stdlib.values.decimals import CURRENT, default_context
from waymark.stdlib.values.library import FORMS, NAMED
from waymark.stdlib.values.zones import fresh_zone, zone


def ended(body: str, above: str = "") -> str:
    """What the body of `run` comes to on the machine."""
    came_to, _ = run_on_machine(program_of(compiled(script(body, above=above))), {}, Recorded(), (), restoring=False)
    return came_to


HOSTILE = {
    "from decimal import Decimal": [
        "int(Decimal('1e999999999'))",
        "round(Decimal('1e999999999'))",
        "Decimal('1e999999999').as_integer_ratio()",
        "f\"{Decimal('1e999999999'):f}\"",
        "format(Decimal('1e-999999999'), '.3%')",
        "Decimal('1e999999999').__int__()",
        "Decimal(1 << 900_000)",
        "'{:f}'.format(Decimal('1e999999999'))",
        "'%d' % Decimal('1e999999999')",
    ],
    "from math import floor\nfrom decimal import Decimal": ["floor(Decimal('1e999999999'))"],
    "from fractions import Fraction": [
        "Fraction('1e1000000000')",
        "Fraction(2, 3) ** (10 ** 9)",
        "Fraction(2, 3) ** -(10 ** 9)",
    ],
    "from fractions import Fraction\nfrom decimal import Decimal": ["Fraction(Decimal('1e999999999'))"],
    "from statistics import mean\nfrom decimal import Decimal": ["mean([Decimal('1e999999999'), Decimal(1)])"],
    "from random import Random": [
        "Random(1).getrandbits(10 ** 12)",
        "Random(1).choices([1], k=10 ** 12)",
        "Random(1).randbytes(10 ** 12)",
    ],
    "from math import factorial, comb, perm": ["factorial(10 ** 9)", "comb(10 ** 9, 10 ** 8)", "perm(10 ** 8)"],
}


@pytest.mark.parametrize(
    ("above", "expression"), [(above, each) for above, expressions in HOSTILE.items() for each in expressions]
)
def test_what_would_take_for_ever_is_a_memory_error_at_once(above: str, expression: str) -> None:
    program = f"try:\n    {expression}\nexcept MemoryError:\n    return 'bounded'"
    compiled(script(program, above=above))  # what it takes is not what is measured
    begin = time.process_time()
    assert ended(program, above) == "returned 'bounded'"
    assert is_within(time.process_time() - begin, 5)


REFUSED = {
    "from decimal import *\n---\ngetcontext().prec = 10 ** 9": "at most 1,000,000 digits",
    "from decimal import *\n---\nContext(prec=10 ** 9)": "at most 1,000,000 digits",
    "from decimal import *\n---\ngetcontext().prec = 10 ** 5\nDecimal(2).ln()": "at most 3,000 digits",
    "from decimal import *\n---\ngetcontext().prec = 10 ** 5\nDecimal(2) ** Decimal('0.3')": "at most 3,000 digits",
    "from random import Random\n---\nRandom()": "give it one that is recorded",
    "from random import Random\n---\nRandom(1).seed()": "give it one that is recorded",
    "from statistics import NormalDist\n---\nNormalDist().samples(3)": "give it one that is recorded",
    "from datetime import datetime\n---\ndatetime(2024, 1, 1).timestamp()": "the machine for its own",
    "from datetime import datetime\n---\ndatetime(2024, 1, 1).astimezone()": "the machine for its own",
    "from datetime import datetime\n---\ndatetime.fromtimestamp(5)": "the machine for its own",
    "from datetime import datetime\n---\nf'{datetime(2024, 1, 1):%s}'": "the machine's own zone",
    "from datetime import datetime\n---\ndatetime(2024, 1, 1).strftime('%%%s')": "the machine's own zone",
    "from datetime import datetime\nclass Mine(datetime):\n    pass\n---\nMine.now()": "cannot reach `now`",
    "import time\n---\ntime.gmtime()": "reads the machine's clock",
    "import time\n---\ntime.strftime('%Y')": "reads the machine's clock",
    "from zoneinfo import ZoneInfo\n---\nZoneInfo.from_file": "tzdata",
}


@pytest.mark.parametrize("program", REFUSED)
def test_what_depends_on_the_machine_or_has_no_bound_ends_the_run_with_a_reason(program: str) -> None:
    above, _, body = program.partition("\n---\n")
    text = script(body, above=above)
    problems = compiled(text).diagnostics
    told = " ".join(f"{each.message} {each}" for each in problems) if problems else ended(body, above)
    assert REFUSED[program] in told


def test_a_program_may_use_percent_signs_that_are_none_of_the_machines() -> None:
    assert ended("return datetime(2024, 1, 2).strftime('%%s %S')", "from datetime import datetime") == (
        "returned '%s 00'"
    )


def test_the_context_of_the_hosts_process_is_not_the_runs_and_is_left_as_it_was() -> None:
    with localcontext(Context(prec=3, rounding=ROUND_UP, traps=[Inexact])) as mine:
        body = "x = Decimal(1) / 7\ngetcontext().prec = 5\nreturn x, Decimal(1) / 7"
        came_to = ended(body, "from decimal import *")
        assert "0.1428571428571428571428571429" in came_to and "('0.14286')" in came_to
        assert CURRENT.get() is mine and mine.prec == 3 and not mine.flags[Inexact]


def test_a_zone_is_one_object_per_key_and_another_where_no_cache_is_asked_for() -> None:
    assert zone("Europe/Berlin") is zone("Europe/Berlin")
    assert fresh_zone("Europe/Berlin") is not zone("Europe/Berlin")


@pytest.mark.parametrize(
    "text", ["1", "-0E+5", "NaN123", "sNaN", "-sNaN9", "Infinity", "1E+999999999999", "0E-1999999999999", "9" * 9000]
)
def test_a_number_comes_back_with_its_exponent_sign_and_payload(text: str) -> None:
    form = FORMS[Decimal]
    assert form.make(form.take(Decimal(text))).as_tuple() == Decimal(text).as_tuple()


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("decimal.Decimal", ["x"]),
        ("decimal.Decimal", [5]),
        ("fractions.Fraction", [1]),
        ("fractions.Fraction", [1, "2"]),
        ("random.Random", [1, None, b""]),
        ("random.Random", [700, None, bytes(2496)]),
        ("decimal.Context", [1, 2]),
        ("decimal.SignalDict", [default_context(), "prec"]),
    ],
)
def test_parts_that_no_value_has_are_refused(name: str, parts: list[Any]) -> None:
    with pytest.raises((ValueError, TypeError)):
        NAMED[name].make(parts)


def test_a_generator_of_random_numbers_has_the_stream_of_cpython_after_each_pause() -> None:
    body = "r = Random(7)\nxs = []\nfor n in range(4):\n    xs.append(r.random())\n    await act(n)\nreturn xs"
    assert compare(script(body, above="from random import Random")).same
