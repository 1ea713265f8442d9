"""The gate's tables for numbers, generators of random numbers and records of the library (`methods.py` merges them)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from statistics import NormalDist
from typing import Any

from ..values.decimals import Context, DecimalTuple, SignalDict
from ..values.numeric import Random
from ..values.records import IsoCalendarDate, LinearRegression, struct_time
from . import decimals, exact, guards, numeric, specs

_OF_BOTH = (
    "canonical compare compare_signal compare_total compare_total_mag copy_abs copy_negate copy_sign exp fma "
    "is_canonical is_finite is_infinite is_nan is_normal is_qnan is_signed is_snan is_subnormal is_zero ln log10 logb "
    "logical_and logical_invert logical_or logical_xor max max_mag min min_mag next_minus next_plus next_toward "
    "normalize number_class quantize radix remainder_near rotate same_quantum scaleb shift sqrt to_eng_string "
    "to_integral to_integral_exact to_integral_value"
)
_RECORD = "count index"
_NAMED_TUPLE = f"{_RECORD} _asdict _make _replace"
READS: dict[type, str] = {
    Decimal: f"{_OF_BOTH} __copy__ __deepcopy__ adjusted as_integer_ratio as_tuple conjugate from_float",
    DecimalTuple: _NAMED_TUPLE,
    Fraction: "__copy__ __deepcopy__ as_integer_ratio conjugate from_decimal from_float is_integer limit_denominator",
    NormalDist: "cdf from_samples inv_cdf overlap pdf quantiles samples zscore",
    Context: "",
    SignalDict: "copy get",
    Random: "getstate",
    struct_time: _RECORD,
    IsoCalendarDate: _RECORD,
    LinearRegression: _NAMED_TUPLE,
}
WRITES: dict[type, str] = {
    # Calculating sets flags.
    Context: f"{_OF_BOTH} Etiny Etop abs add clear_flags clear_traps copy copy_decimal create_decimal "
    "create_decimal_from_float divide divide_int divmod minus multiply plus power remainder subtract to_sci_string",
    SignalDict: "clear setdefault update",
    Random: "betavariate choice choices expovariate gammavariate gauss getrandbits lognormvariate normalvariate "
    "paretovariate randbytes randint random randrange sample seed setstate shuffle triangular uniform vonmisesvariate "
    "weibullvariate binomialvariate",
}
DATA: dict[type, str] = {
    Decimal: "real imag",
    DecimalTuple: "sign digits exponent _fields _field_defaults",
    Fraction: "numerator denominator real imag",
    NormalDist: "mean median mode stdev variance",
    Context: "prec rounding Emin Emax capitals clamp flags traps",
    Random: "VERSION",
    struct_time: "n_fields n_sequence_fields n_unnamed_fields tm_gmtoff tm_hour tm_isdst tm_mday tm_min tm_mon tm_sec "
    "tm_wday tm_yday tm_year tm_zone",
    IsoCalendarDate: "year week weekday",
    LinearRegression: "slope intercept _fields _field_defaults",
}
CLASS_ATTRIBUTES: dict[type, frozenset[str]] = {
    DecimalTuple: frozenset(("_fields", "_field_defaults")),
    LinearRegression: frozenset(("_fields", "_field_defaults")),
    Random: frozenset(("VERSION",)),
    struct_time: frozenset(("n_fields", "n_sequence_fields", "n_unnamed_fields")),
}


def _whole(kind: type, name: str, check: Callable[..., None]) -> Callable[..., Any]:
    return guards.guarded(check, getattr(kind, name))


# Methods that are not the host's own: called with the object in front.
INSTEAD: dict[type, dict[str, Callable[..., Any]]] = {
    Decimal: {
        **{
            name: decimals.in_context(Decimal, name)
            for name in _OF_BOTH.split()
            if not isinstance(vars(Decimal)[name], staticmethod | classmethod)
        },
        **{name: _whole(Decimal, name, exact.check_whole) for name in ("__int__", "__trunc__", "__floor__")},
        **{name: _whole(Decimal, name, exact.check_whole) for name in ("__ceil__", "__round__")},
        "as_integer_ratio": _whole(Decimal, "as_integer_ratio", exact.check_ratio),
        "__format__": _whole(Decimal, "__format__", specs.check),
        "__pow__": _whole(Decimal, "__pow__", decimals.check_power_of),
        "__rpow__": _whole(Decimal, "__rpow__", decimals.check_power_of),
    },
    Fraction: {"__pow__": _whole(Fraction, "__pow__", decimals.check_power_of)},
    Context: {
        **{name: decimals.of_context(name) for name in decimals.SLOW},
        "create_decimal": guards.guarded(decimals.check_creation, Context.create_decimal),
    },
    NormalDist: numeric.OF_NORMAL,
    Random: numeric.OF_RANDOM,
}
