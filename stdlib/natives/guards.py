"""Guards of natives and methods: calls whose result could be larger than a run may make, or that could take for ever.

Each is called with the arguments before C is, and looks at values of the host's own types alone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..limits import DEFAULT, LEAST
from . import exact, growth
from .amounts import INDEX_MAX, ITEM_BYTES, check_bits, check_index, check_looked_at, check_made, length
from .spread import check_all_spread


def check_power(*args: Any, **kwargs: Any) -> None:
    """Before `pow(base, exponent, modulus)`: with a modulus the result is small, and the way there may be long."""
    given = [*args, *kwargs.values()]
    if len(given) == 2:
        growth.check_power(*given)
    elif len(given) == 3 and all(isinstance(each, int) for each in given):
        _, exponent, modulus = (int.bit_length(each) for each in given)
        words = modulus // 30 + 1
        check_looked_at(exponent * words * words // 8)  # as long as looking at so many items takes


def check_binary(operator: Callable[[Any, Any], None]) -> Callable[..., None]:
    """Before a function that does what an operator does: `operator.mul(left, right)`."""

    def check(*args: Any, **kwargs: Any) -> None:
        if len(args) == 2 and not kwargs:
            operator(*args)

    return check


def check_items(*args: Any, **kwargs: Any) -> None:
    """Before all items of a range are made. C refuses by itself what has no length that it can count."""
    for source in args[:1]:
        if type(source) is range and (count := length(source)) <= INDEX_MAX:
            check_made(count * ITEM_BYTES)


def check_all_items(*args: Any, **kwargs: Any) -> None:
    """Before all items of a range are made, by C that makes one after the other."""
    for source in args[:1]:
        if type(source) is range:
            check_made(length(source) * ITEM_BYTES * 2)


def check_united(*args: Any, **kwargs: Any) -> None:
    """Before a set takes in all items of a range."""
    for source in args:
        check_all_items(source)


def check_sought(*args: Any, **kwargs: Any) -> None:
    """Before C looks for a value: in a range, one that is no whole number is compared with each."""
    check_all_spread(*args[1:])
    if args and type(args[0]) is range and not all(type(each) in (int, bool) for each in args[1:]):
        check_reading(args[0])


def check_new_keys(*args: Any, **kwargs: Any) -> None:
    """Before `dict.fromkeys(items)`, called by a dict or by the class."""
    check_united(*args[:2])


def check_reading(*args: Any, **kwargs: Any) -> None:
    """Before C looks at all items of a range: `sum`, `max`, `a in iterator`."""
    for source in (*args, *kwargs.values()):
        if type(source) is range:
            check_looked_at(length(source))


def check_sorted(*args: Any, **kwargs: Any) -> None:
    """Before `sorted(items)`."""
    check_items(*args)
    check_all_spread(*args)


def check_compared(*args: Any, **kwargs: Any) -> None:
    """Before `max(items)`."""
    check_reading(*args)
    check_all_spread(*args)


def check_all(*args: Any, **kwargs: Any) -> None:
    """Before `all(range(...))`: it ends at 0, wherever that is."""
    for source in args[:1]:
        if type(source) is range and length(source):
            check_looked_at(source.index(0) if 0 in source else length(source))


def check_bytes(*args: Any, **kwargs: Any) -> None:
    """Before `bytes(n)`, or `bytes(range(...))`, for which C makes room before it looks at the items."""
    if len(args) == 1:
        if type(args[0]) is range and (count := length(args[0])) <= INDEX_MAX:
            check_made(count)
        check_index(args[0])


def check_width(*args: Any, **kwargs: Any) -> None:
    """Before `text.ljust(width)` and its like."""
    if len(args) > 1:
        check_index(args[1])


def check_length(*args: Any, **kwargs: Any) -> None:
    """Before `number.to_bytes(length)`."""
    check_index(args[1] if len(args) > 1 else kwargs.get("length"))


def check_tabs(*args: Any, **kwargs: Any) -> None:
    """Before `text.expandtabs(size)`."""
    size = args[1] if len(args) > 1 else kwargs.get("tabsize", 8)
    if args and isinstance(args[0], str | bytes | bytearray) and isinstance(size, int) and size > 8:
        tabs = args[0].count("\t" if isinstance(args[0], str) else b"\t")  # type: ignore[arg-type]
        check_index(tabs * int.__index__(size))


def check_replacement(*args: Any, **kwargs: Any) -> None:
    """Before `text.replace(old, new, count)`."""
    if len(args) < 3 or not all(hasattr(text, "__len__") for text in args[:3]):
        return
    text, old, new = args[:3]
    growth = len(new) - len(old)
    if growth > 0 and (len(text) + 1) * growth > LEAST["value_bytes"] and type(old) is type(text):
        times = text.count(old)
        if len(args) > 3 and isinstance(args[3], int) and args[3] >= 0:
            times = min(times, args[3])
        check_made(len(text) + times * growth)


def check_join(*args: Any, **kwargs: Any) -> None:
    """Before `separator.join(texts)`."""
    if len(args) != 2:
        return
    if type(args[1]) in (list, tuple) and all(hasattr(type(text), "__len__") for text in args[1]):
        check_made(len(args[0]) * (len(args[1]) - 1) + sum(map(len, args[1])))
    elif type(args[1]) is str:
        check_made(len(args[0]) * (len(args[1]) - 1))


def check_translation(*args: Any, **kwargs: Any) -> None:
    """Before `text.translate(table)`, which may give a text for each character."""
    if len(args) == 2 and type(args[0]) is str and type(args[1]) is dict:
        longest = max((len(each) for each in args[1].values() if type(each) is str), default=0)
        if longest > 1:
            check_made(len(args[0]) * longest)


def check_extension(*args: Any, **kwargs: Any) -> None:
    """Before `items.extend(more)` and `[*more]`."""
    check_items(*args[1:2])
    if len(args) > 1:
        growth.check_sum(*args[:2])


def check_factorial(*args: Any, **kwargs: Any) -> None:
    """Before `math.factorial(n)` and its like."""
    if args and isinstance(args[0], int) and (number := int.__index__(args[0])) > 0:
        check_bits(number * max(1, number.bit_length() - 2))


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
    if 0 < count <= largest:
        check_bits(count * largest.bit_length())


def check_rounding(*args: Any, **kwargs: Any) -> None:
    """Before `round(number, digits)`: a whole number is rounded by a power of ten."""
    exact.check_whole(*args[:1])
    if len(args) == 2 and isinstance(args[0], int) and isinstance(args[1], int) and int.__index__(args[1]) < 0:
        check_bits(-4 * int.__index__(args[1]))


def check_numbers(*args: Any, **kwargs: Any) -> None:
    """Before `math.lcm(*numbers)` and `math.prod(numbers)`."""
    numbers = args[0] if len(args) == 1 and isinstance(args[0], list | tuple) else args
    check_reading(*args)
    check_bits(sum(int.bit_length(each) for each in numbers if isinstance(each, int)))


# For guards elsewhere, what no limit is far below.
BYTES_MAX, BITS_MAX = DEFAULT.value_bytes, DEFAULT.int_bits

# Native -> what is asked before it is called.
GUARDS: dict[str, Callable[..., None]] = {
    "pow/1": check_power,
    "operator.pow/1": check_power,
    "operator.ipow/1": check_power,
    "operator.mul/1": check_binary(growth.check_product),
    "operator.imul/1": check_binary(growth.check_product),
    "operator.lshift/1": check_binary(growth.check_shift),
    "operator.ilshift/1": check_binary(growth.check_shift),
    "sequence_repeat/1": check_binary(growth.check_product),
    "bytes/1": check_bytes,
    "bytearray/1": check_bytes,
    "math.factorial/1": check_factorial,
    "math.comb/1": check_combinations,
    "math.perm/1": check_permutations,
    "math.lcm/1": check_numbers,
    "math.prod/1": check_numbers,
    "round/1": check_rounding,
    **dict.fromkeys(("int/1", "math.floor/1", "math.ceil/1", "math.trunc/1"), exact.check_whole),
    "all/1": check_all,
    "list_extend/1": check_extension,
    **dict.fromkeys(("list/1", "tuple/1"), check_items),
    "sorted/1": check_sorted,
    **dict.fromkeys(("set/1", "frozenset/1", "dict.fromkeys/1"), check_all_items),
    **dict.fromkeys(("sum/1", "math.fsum/1", "operator.countOf/1"), check_reading),
    **dict.fromkeys(("min/1", "max/1"), check_compared),
    **dict.fromkeys(("repr/1", "str/1", "ascii/1", "hash/1", "print/1"), check_all_spread),
}
# Method of any builtin type -> what is asked before it is called with the object in front.
OF_METHODS: dict[str, Callable[..., None]] = {
    **dict.fromkeys("update union symmetric_difference symmetric_difference_update".split(), check_united),
    **dict.fromkeys("intersection intersection_update difference difference_update isdisjoint".split(), check_reading),
    **dict.fromkeys("issubset issuperset".split(), check_reading),
    **dict.fromkeys("index count remove __contains__ __eq__ __ne__ __lt__ __le__ __gt__ __ge__".split(), check_sought),
    **dict.fromkeys("add discard get pop setdefault __getitem__ __setitem__ __delitem__".split(), check_sought),
    **dict.fromkeys("sort __repr__ __str__ __hash__ __format__".split(), check_all_spread),
    "fromkeys": check_new_keys,
}
METHODS: dict[str, Callable[..., None]] = {
    **dict.fromkeys(("ljust", "rjust", "center", "zfill"), check_width),
    "replace": check_replacement,
    "join": check_join,
    "expandtabs": check_tabs,
    "translate": check_translation,
}


def guarded(check: Callable[..., None], method: Callable[..., Any]) -> Callable[..., Any]:
    """The method behind its check."""

    def call(*args: Any, **kwargs: Any) -> Any:
        check(*args, **kwargs)
        return method(*args, **kwargs)

    call.__name__, call.__qualname__ = method.__name__, method.__qualname__
    return call
