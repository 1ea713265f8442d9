"""Operations whose result could be larger than any machine has room for: refused before they begin.

CPython would raise MemoryError too, if the memory is really gone, or fill it first. Here the program gets it at once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .services import Excess

BYTES_MAX = 1 << 30  # of a str or bytes
ITEMS_MAX = 1 << 27  # of a list or tuple
INDEX_MAX = (1 << 63) - 1  # what is larger is no index to CPython: it says so at once, by an error of its own
SHIFT_MAX = 30 << 61  # more digits than that, CPython says, are too many
BITS_MAX = 1 << 26  # of an int that `**` makes; what `*` and `<<` make may be larger, and is soon too large for them

_LIMITS: dict[type, int] = {str: BYTES_MAX, bytes: BYTES_MAX, bytearray: BYTES_MAX, list: ITEMS_MAX, tuple: ITEMS_MAX}
_EXPONENT_PLAIN = 64
_HUGE = 1 << (BITS_MAX >> 2)


def _check_repeated(items: Any, times: Any) -> None:
    if isinstance(times, int) and 1 < times <= INDEX_MAX:
        kind = _kind(items)
        if kind.__len__(items) * times > _LIMITS[kind]:
            raise Excess(MemoryError())


def _kind(value: Any) -> Any:
    """The builtin type that the value is of, or of a subclass of; None for any other."""
    kind = type(value)
    if kind in _LIMITS or kind is int:
        return kind
    return next((base for base in (int, *_LIMITS) if issubclass(kind, base)), None)


def _check_product(left: Any, right: Any) -> None:
    kind = _kind(left)
    if kind is int:
        if int.__gt__(left, _HUGE) and isinstance(right, int) and int.__gt__(right, _HUGE):
            raise Excess(MemoryError())
        if _kind(right) in _LIMITS:
            _check_repeated(right, left)
    elif kind is not None:
        _check_repeated(left, right)


def multiply(left: Any, right: Any) -> Any:
    kind = type(left)
    if kind is not float and not (kind is type(right) is int and left <= _HUGE):  # the common cases first
        _check_product(left, right)
    return left * right


def multiply_in_place(left: Any, right: Any) -> Any:
    _check_product(left, right)
    left *= right
    return left


def power(left: Any, right: Any) -> Any:
    if isinstance(right, int) and int.__gt__(right, _EXPONENT_PLAIN):
        _check_power(left, right)
    return left**right


def power_in_place(left: Any, right: Any) -> Any:
    if isinstance(right, int) and int.__gt__(right, _EXPONENT_PLAIN):
        _check_power(left, right)
    left **= right
    return left


def _check_power(left: Any, right: Any) -> None:
    if isinstance(left, int) and isinstance(right, int):
        base, exponent = int.__index__(left), int.__index__(right)  # of a subclass, the plain numbers
        if base.bit_length() * exponent > BITS_MAX and base not in (0, 1, -1):
            raise Excess(MemoryError())


def shift_left(left: Any, right: Any) -> Any:
    _check_shift(left, right)
    return left << right


def shift_left_in_place(left: Any, right: Any) -> Any:
    _check_shift(left, right)
    left <<= right
    return left


def _check_shift(left: Any, right: Any) -> None:
    if isinstance(left, int) and isinstance(right, int):
        number, places = int.__index__(left), int.__index__(right)
        if BYTES_MAX < places <= SHIFT_MAX and number:
            raise Excess(MemoryError())


OPERATORS: dict[str, Callable[[Any, Any], Any]] = {"*": multiply, "**": power, "<<": shift_left}
IN_PLACE: dict[str, Callable[[Any, Any], Any]] = {
    "*": multiply_in_place,
    "**": power_in_place,
    "<<": shift_left_in_place,
}


def check_power(*args: Any, **kwargs: Any) -> None:
    """Before `pow(base, exponent)`; with a modulus the result is small."""
    if len(args) == 2 and not kwargs:
        _check_power(*args)


def check_items(*args: Any, **kwargs: Any) -> None:
    """Before all items of a range are made."""
    for source in args[:1]:
        if type(source) is range and (source.stop - source.start) // source.step > ITEMS_MAX:
            raise Excess(MemoryError())


def check_bytes(*args: Any, **kwargs: Any) -> None:
    """Before `bytes(n)`."""
    check_items(*args)
    if len(args) == 1 and isinstance(args[0], int) and BYTES_MAX < args[0] <= INDEX_MAX:
        raise Excess(MemoryError())


def check_width(*args: Any, **kwargs: Any) -> None:
    """Before `text.ljust(width)` and its like."""
    if len(args) > 1 and isinstance(args[1], int) and BYTES_MAX < args[1] <= INDEX_MAX:
        raise Excess(MemoryError())


def check_length(*args: Any, **kwargs: Any) -> None:
    """Before `number.to_bytes(length)`."""
    length = args[1] if len(args) > 1 else kwargs.get("length")
    if isinstance(length, int) and BYTES_MAX < length <= INDEX_MAX:
        raise Excess(MemoryError())


def check_replacement(*args: Any, **kwargs: Any) -> None:
    """Before `text.replace(old, new, count)`."""
    if len(args) < 3 or not all(hasattr(text, "__len__") for text in args[:3]):
        return
    text, old, new = args[:3]
    growth = len(new) - len(old)
    if growth > 0 and (len(text) + 1) * growth > BYTES_MAX and type(old) is type(text):
        times = text.count(old)
        if len(args) > 3 and isinstance(args[3], int) and args[3] >= 0:
            times = min(times, args[3])
        if times * growth > BYTES_MAX:
            raise Excess(MemoryError())


def check_join(*args: Any, **kwargs: Any) -> None:
    """Before `separator.join(texts)`."""
    if len(args) == 2 and type(args[1]) in (list, tuple) and all(hasattr(type(text), "__len__") for text in args[1]):
        separators = len(args[0]) * (len(args[1]) - 1)
        if separators + sum(map(len, args[1])) > BYTES_MAX:
            raise Excess(MemoryError())
    if len(args) == 2 and type(args[1]) is str and len(args[0]) * (len(args[1]) - 1) > BYTES_MAX:
        raise Excess(MemoryError())


def check_extension(*args: Any, **kwargs: Any) -> None:
    """Before `items.extend(more)` and `[*more]`."""
    check_items(*args[1:2])


def check_factorial(*args: Any, **kwargs: Any) -> None:
    """Before `math.factorial(n)` and its like."""
    if args and isinstance(args[0], int) and args[0] * args[0].bit_length() > BITS_MAX:
        raise Excess(MemoryError())


def check_combinations(*args: Any, **kwargs: Any) -> None:
    """Before `math.comb(n, k)`."""
    if len(args) == 2 and all(isinstance(each, int) for each in args):
        total, chosen = map(int.__index__, args)
        _check_factors(total, min(chosen, total - chosen))


def check_permutations(*args: Any, **kwargs: Any) -> None:
    """Before `math.perm(n, k)`."""
    if len(args) == 2 and isinstance(args[0], int) and isinstance(args[1], int):
        _check_factors(*map(int.__index__, args))
    else:
        check_factorial(*args[:1])


def _check_factors(largest: int, count: int) -> None:
    if count <= largest and count * largest.bit_length() > BITS_MAX:
        raise Excess(MemoryError())


def check_rounding(*args: Any, **kwargs: Any) -> None:
    """Before `round(number, digits)`: a whole number is rounded by a power of ten."""
    if len(args) == 2 and isinstance(args[0], int) and isinstance(args[1], int) and args[1] < -(BITS_MAX >> 2):
        raise Excess(MemoryError())


# Native -> what is asked before it is called.
GUARDS: dict[str, Callable[..., None]] = {
    "pow/1": check_power,
    "operator.pow/1": check_power,
    "bytes/1": check_bytes,
    "bytearray/1": check_bytes,
    "math.factorial/1": check_factorial,
    "math.comb/1": check_combinations,
    "math.perm/1": check_permutations,
    "round/1": check_rounding,
    "list_extend/1": check_extension,
    **dict.fromkeys(("list/1", "tuple/1", "sorted/1", "set/1", "frozenset/1"), check_items),
}
METHODS: dict[str, Callable[..., None]] = {
    **dict.fromkeys(("ljust", "rjust", "center", "zfill"), check_width),
    "replace": check_replacement,
    "join": check_join,
}


def guarded(check: Callable[..., None], method: Callable[..., Any]) -> Callable[..., Any]:
    """The method behind its check."""

    def call(*args: Any, **kwargs: Any) -> Any:
        check(*args, **kwargs)
        return method(*args, **kwargs)

    call.__name__, call.__qualname__ = method.__name__, method.__qualname__
    return call
