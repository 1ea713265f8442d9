"""`cmath`, `fractions`, `statistics` and `random.Random`: the host's own functions and types.

What they are given may be of a class of the program, whose methods C and the host's Python then call back (`nested`).
"""

from __future__ import annotations

import cmath
import fractions
import math
import statistics
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from ..values.numeric import HostRandom, Random
from ..values.records import LinearRegression
from . import exact
from .guards import BITS_MAX, check_reading
from .model import Native
from .services import Excess, Refusal

_SINCE_12 = ("sumprod",)
_CMATH = (
    "acos acosh asin asinh atan atanh cos cosh exp isclose isfinite isinf isnan log log10 phase polar rect sin sinh "
    "sqrt tan tanh"
)
_STATISTICS = (
    "StatisticsError correlation covariance fmean geometric_mean harmonic_mean linear_regression mean median "
    "median_grouped median_high median_low mode multimode pstdev pvariance quantiles stdev variance"
)
_FORMAT: Any = vars(fractions)["_RATIONAL_FORMAT"]  # of the texts that the host's `Fraction` takes
EXPONENT_DIGITS_MAX = 6


def check_fraction(*args: Any, **kwargs: Any) -> None:
    """Before `Fraction(value)`: a text may name an exponent, and a number have one."""
    given = args[0] if args else kwargs.get("numerator")
    if isinstance(given, str):
        found = _FORMAT.match(given)
        exponent = found["exp"] if found is not None else None
        if exponent is not None and len(exponent.replace("_", "").lstrip("+-0")) > EXPONENT_DIGITS_MAX:
            raise Excess(MemoryError())
    exact.check_ratio(given)


def check_data(*args: Any, **kwargs: Any) -> None:
    """Before statistics are made of data: they are exact, so each number is written as a fraction."""
    check_reading(*args, **kwargs)
    for data in args:
        if isinstance(data, list | tuple):
            for value in data:
                if isinstance(value, Decimal):
                    exact.check_ratio(value)


def seeded(*args: Any, **kwargs: Any) -> None:
    """Before `Random(seed)`."""
    if (not args and not kwargs) or (args and args[0] is None) or ("x" in kwargs and kwargs["x"] is None):
        raise Refusal(
            "`random.Random()` without a seed begins with the machine's own randomness: give it one that is recorded, "
            "as `random.Random(waymark.random())` does"
        )


def reseed(*args: Any, **kwargs: Any) -> None:
    """`generator.seed(value)`."""
    if not args or not isinstance(args[0], Random):
        HostRandom.seed(*args, **kwargs)
    seeded(*args[1:], **({"x": kwargs["a"]} if "a" in kwargs else {}))
    Random.seed(*args, **kwargs)


def samples(*args: Any, **kwargs: Any) -> Any:
    """`NormalDist.samples(n, seed=...)`."""
    if kwargs.get("seed") is None and len(args) == 2:
        raise Refusal(
            "`samples()` without a seed draws from the machine's own randomness: give it one that is recorded, as "
            "`samples(n, seed=waymark.random())` does"
        )
    _check_count(args[1:2])
    return statistics.NormalDist.samples(*args, **kwargs)


def getrandbits(*args: Any, **kwargs: Any) -> Any:
    """`generator.getrandbits(k)`."""
    if len(args) > 1 and isinstance(args[1], int) and args[1] > BITS_MAX:
        raise Excess(MemoryError())
    return Random.getrandbits(*args, **kwargs)


def randbytes(*args: Any, **kwargs: Any) -> Any:
    """`generator.randbytes(n)`."""
    if len(args) > 1 and isinstance(args[1], int) and args[1] > BITS_MAX // 8:
        raise Excess(MemoryError())
    return Random.randbytes(*args, **kwargs)


def choices(*args: Any, **kwargs: Any) -> Any:
    """`generator.choices(population, k=...)`."""
    _check_count([kwargs.get("k")])
    return Random.choices(*args, **kwargs)


def sample(*args: Any, **kwargs: Any) -> Any:
    """`generator.sample(population, k)`."""
    _check_count([kwargs.get("k"), *args[2:3]])
    return Random.sample(*args, **kwargs)


_COUNT_MAX = 1 << 22  # of random numbers that one call draws


def _check_count(counts: Any) -> None:
    if any(isinstance(count, int) and count > _COUNT_MAX for count in counts):
        raise Excess(MemoryError())


def _named_like(made: Callable[..., Any], host: Any) -> Callable[..., Any]:
    made.__name__, made.__qualname__ = host.__name__, host.__qualname__
    return made


# Methods that are not the host's own: called with the object in front.
OF_RANDOM: dict[str, Callable[..., Any]] = {
    function.__name__: _named_like(function, getattr(HostRandom, function.__name__))
    for function in (getrandbits, randbytes, choices, sample)
} | {"seed": _named_like(reseed, HostRandom.seed)}
OF_NORMAL: dict[str, Callable[..., Any]] = {"samples": _named_like(samples, statistics.NormalDist.samples)}


def natives() -> list[Native]:
    return [
        *(Native(f"cmath.{name}/1", getattr(cmath, name), nested=True) for name in _CMATH.split()),
        *(
            Native(f"statistics.{name}/1", getattr(statistics, name), guard=check_data, nested=True)
            for name in _STATISTICS.split()
        ),
        Native("statistics.NormalDist/1", statistics.NormalDist, nested=True),
        Native("statistics.LinearRegression/1", LinearRegression),
        Native("fractions.Fraction/1", fractions.Fraction, guard=check_fraction, nested=True),
        Native("random.Random/1", Random, guard=seeded),
        *(Native(f"math.{name}/1", vars(math)[name], nested=True) for name in _SINCE_12 if hasattr(math, name)),
    ]
