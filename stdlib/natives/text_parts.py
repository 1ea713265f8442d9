"""What prelude modules of texts leave to C: the parts of format strings, wrapping, files in `fnmatch`.

_string_parts.format_parts(text)        the parts, and the text of the problem behind them or None
_string_parts.field_parts(name)         the first name, and (is attribute, name) for each of the rest
_string_parts.own_pattern(cls)          what a class that extends `string.Template` says itself
_string_parts.set_pattern(cls, pattern) what `string.Template` sets of a class that extends it
_text_parts.wrapped(text, options, max_lines, placeholder)
_text_parts.refuse(text)                ends the run
_text_parts.check_own(cls, base, names) a class must not define these, which nobody here would call
"""

from __future__ import annotations

import string
import textwrap
from importlib import import_module
from typing import Any

from .model import Native
from .services import Refusal, services
from .sizes import check_wrapped

_STRING: Any = import_module("_string")  # what `string` itself leans on


def format_parts(text: Any) -> tuple[list[Any], str | None]:
    found: list[Any] = []
    try:
        for part in string.Formatter().parse(text):
            found.append(tuple(part))
    except ValueError as error:
        return found, str(error)
    return found, None


def field_parts(name: Any) -> tuple[Any, list[tuple[bool, Any]]]:
    first, rest = _STRING.formatter_field_name_split(name)
    return first, [(bool(is_attribute), key) for is_attribute, key in rest]


def own_pattern(kind: Any) -> Any:
    return vars(kind).get("pattern")


def set_pattern(kind: Any, pattern: Any) -> None:
    services.get().write_attribute(kind, "pattern", pattern)


def wrapped(text: Any, options: tuple[Any, ...], max_lines: Any, placeholder: Any) -> list[str]:
    check_wrapped(text, options[0])
    wrapper = textwrap.TextWrapper(*options, max_lines=max_lines, placeholder=placeholder)
    return wrapper.wrap(text)


def check_own(kind: Any, base: str, names: str) -> None:
    own = [name for name in names.split() if name in vars(kind)]
    if own:
        raise Refusal(f"a workflow cannot extend {base} by `{own[0]}`, which is called by the host's own code")


def refuse(text: str) -> None:
    """End the run: a part of the library is not there, which only the run can see."""
    raise Refusal(text)


def natives() -> list[Native]:
    return [
        Native("_string_parts.format_parts/1", format_parts),
        Native("_string_parts.field_parts/1", field_parts),
        Native("_string_parts.own_pattern/1", own_pattern),
        Native("_string_parts.set_pattern/1", set_pattern, mutates=(0,)),
        Native("_text_parts.wrapped/1", wrapped),
        Native("_text_parts.refuse/1", refuse),
        Native("_text_parts.check_own/1", check_own),
    ]
