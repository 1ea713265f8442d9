"""What `enum` has in workflow Python: `verify`, with the steps and texts of CPython 3.11's."""

from enum import CONTINUOUS, NAMED_FLAGS, UNIQUE, Enum, Flag


class verify:
    """Check an enumeration for various constraints. (see EnumCheck)"""

    def __init__(self, *checks):
        self.checks = checks

    def __call__(self, enumeration):
        if issubclass(enumeration, Flag):
            kind = "flag"
        elif issubclass(enumeration, Enum):
            kind = "enum"
        else:
            raise TypeError("the 'verify' decorator only works with Enum and Flag")
        for check in self.checks:
            if check is UNIQUE:
                _check_unique(enumeration)
            elif check is CONTINUOUS:
                _check_continuous(enumeration, kind)
            elif check is NAMED_FLAGS:
                _check_named(enumeration)
        return enumeration


def _check_unique(enumeration):
    aliases = [(name, member.name) for name, member in enumeration.__members__.items() if name != member.name]
    if aliases:
        shown = ", ".join([f"{alias} -> {name}" for alias, name in aliases])
        raise ValueError(f"aliases found in {enumeration!r}: {shown}")


def _check_continuous(enumeration, kind):
    values = {member.value for member in enumeration}
    if len(values) < 2:
        return
    low, high = min(values), max(values)
    if kind == "flag":
        between = [2**place for place in range(low.bit_length(), high.bit_length() - 1)]
    else:
        between = range(low + 1, high)
    missing = [str(value) for value in between if value not in values]
    if missing:
        text = f"invalid {kind} {enumeration.__name__!r}: missing values {', '.join(missing)}"
        raise ValueError(text[:256])


def _check_named(enumeration):
    known = [member.value for member in enumeration]
    names = [member.name for member in enumeration]
    aliases = []
    missing = 0
    for name, alias in enumeration.__members__.items():
        value = alias.value
        if name in names or value < 0:
            continue
        unnamed = 0
        for place in range(value.bit_length()):
            bit = 1 << place
            if value & bit and bit not in known:
                unnamed |= bit
        if unnamed:
            aliases.append(name)
            missing |= unnamed
    if not aliases:
        return
    if len(aliases) == 1:
        alias = f"alias {aliases[0]} is missing"
    else:
        alias = f"aliases {', '.join(aliases[:-1])} and {aliases[-1]} are missing"
    value = f"value 0x{missing:x}" if missing & (missing - 1) == 0 else f"combined values of 0x{missing:x}"
    raise ValueError(
        f"invalid Flag {enumeration.__name__!r}: {alias} {value} [use enum.show_flag_values(value) for details]"
    )
