"""The order of parameters: text says it with `/` and `*`, the tree with a kind for each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

import msgspec

from .tree import Constant, Parameter

Mark = Literal["/", "*"]
Kind = Literal["positional", "either", "variadic", "keyword", "keywords"]
Signature = tuple[tuple[str, Kind, bool], ...]

_ORDER = ("positional", "either", "variadic", "keyword", "keywords")


def read_parameters(parts: Iterable[Parameter | Mark]) -> tuple[Parameter, ...]:
    """Kinds from marks: what the text calls "either" is positional before `/` and a keyword after `*`."""
    done: list[Parameter] = []
    starred = False
    for part in parts:
        if done and done[-1].kind == "keywords":
            raise ValueError(f"nothing may follow `**{done[-1].name}`")
        if part == "/":
            if not done or any(each.kind != "either" for each in done):
                raise ValueError("`/` stands once, behind the parameters that it makes positional")
            done = [msgspec.structs.replace(each, kind="positional") for each in done]
        elif part == "*" or part.kind == "variadic":
            if starred:
                raise ValueError("`*` stands once in a list of parameters")
            starred = True
            if part != "*":
                done.append(part)
        elif starred and part.kind == "either":
            done.append(msgspec.structs.replace(part, kind="keyword"))
        else:
            done.append(part)
    if starred and not any(each.kind in ("variadic", "keyword") for each in done):
        raise ValueError("a bare `*` needs a parameter behind it")
    return tuple(done)


def mark_parameters(parameters: tuple[Parameter, ...]) -> Iterator[Parameter | Mark]:
    """Put the marks in. Raises ValueError for an order that Python has no way to write."""
    kinds = [parameter.kind for parameter in parameters]
    if kinds != sorted(kinds, key=_ORDER.index) or kinds.count("variadic") > 1 or kinds.count("keywords") > 1:
        raise ValueError(f"no Python function has parameters in this order: {', '.join(kinds)}")
    for index, parameter in enumerate(parameters):
        if parameter.kind in ("variadic", "keywords") and parameter.default is not None:
            raise ValueError(f"`{parameter.name}` takes what is left over and can have no default")
        if parameter.kind == "keyword" and not {"variadic", "keyword"} & set(kinds[:index]):
            yield "*"
        yield parameter
        if parameter.kind == "positional" and "positional" not in kinds[index + 1 :]:
            yield "/"


def signature_parameters(signature: Signature) -> tuple[Parameter, ...]:
    """The signature of an action or a workflow as a function's; that there is a default is written `= ...`."""
    return tuple(Parameter(name, kind, Constant(...) if has_default else None) for name, kind, has_default in signature)


def read_signature(parameters: tuple[Parameter, ...]) -> Signature:
    for parameter in parameters:
        default = parameter.default
        if default is not None and not (isinstance(default, Constant) and default.value is ...):
            raise ValueError(f"the default of a parameter is recorded as `...` here: write `{parameter.name} = ...`")
    return tuple((parameter.name, parameter.kind, parameter.default is not None) for parameter in parameters)
