"""Arguments of a run that came as JSON, made what its `run()` is annotated to take, where the module can be imported.

    request    TAKE; then MessagePack: module, name of the workflow's class in it, the JSON
    answer     as of `waymark.vm.hosting`: a byte that says which, then the arguments by name as they travel, or a text

`waymark run --input` and `waymark.start_run` in SQL have nothing but JSON, and whoever reads it imports no module of
the user's: an object stays a dict there, and a date a text. What does not fit is told with the path to it.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable
from typing import Any

import msgspec

from waymark.vm.hosted_calls import Unanswerable, imported, perform
from waymark.vm.hosting import CANNOT, REFUSED, VALUE, Answer, HostUnavailable
from waymark.vm.surface import POSITIONAL
from waymark.vm.wire import encode_value
from waymark.vm.wire_encode import Unencodable

from ..workers.fitting import fitted_call, parameters_of
from ..workers.misfits import Misfit, name_of

TAKE = b"\x00take"  # no other request begins with this byte: they are arrays
Ask = Callable[[bytes], bytes]


class NotTaken(TypeError):
    """The arguments are not what `run()` takes. The text begins with the path."""


def taken(ask: Ask, module: str, qualname: str, text: str) -> bytes:
    """The arguments by name, as they travel. NotTaken, or HostUnavailable if the module cannot be imported."""
    answer = ask(TAKE + msgspec.msgpack.encode((module, qualname, text)))
    kind, body = answer[0], answer[1:]
    if kind == VALUE:
        return body
    said = body.decode()
    raise NotTaken(said) if kind == REFUSED else HostUnavailable(said)


def answer(request: bytes) -> bytes:
    """What a host says to a request of either kind."""
    return _take(request).packed() if request.startswith(TAKE) else perform(request)


def _take(request: bytes) -> Answer:
    module, qualname, text = msgspec.msgpack.decode(request[len(TAKE) :])
    try:
        body = _body(module, qualname)
    except Unanswerable as problem:
        return Answer(problem.kind, _said(problem))
    except LookupError as problem:
        return Answer(CANNOT, _said(f"module {module} has no class {qualname}: {problem}"))
    try:
        return Answer(VALUE, encode_value(_fitted(body, json.loads(text)), "arguments"))
    except (Misfit, Unencodable, RecursionError) as problem:
        return Answer(REFUSED, _said(f"{problem or 'it is nested too deeply'}{_signature(body)}"))
    except Exception as error:  # of a validator, which may raise anything
        return Answer(REFUSED, _said(f"{type(error).__name__}: {error}{_signature(body)}"))


def _body(module: str, qualname: str) -> Any:
    """The `run` that was written."""
    first, *rest = qualname.split(".")
    kind = imported(module, first)
    for part in rest:
        kind = vars(kind)[part]
    run = getattr(kind, "run", None)
    return getattr(run, "__wrapped__", run)  # which `@workflow` puts one of its own before


def _fitted(body: Any, given: dict[str, Any]) -> dict[str, Any]:
    """By name again. A `run()` that cannot be looked at, or does not take these names, is left to itself."""
    known = parameters_of(body)
    if known is None or POSITIONAL in given:
        return given
    signature, _ = known
    args, kwargs = fitted_call(body, (None,), given, read=True)
    try:
        bound = signature.bind(*args, **kwargs).arguments
    except TypeError:
        return given
    extra = next((name for name, each in signature.parameters.items() if each.kind is each.VAR_KEYWORD), None)
    more = {} if extra is None else bound.pop(extra, {})
    named = {**bound, **more}
    return {name: named[name] for name in given}


def _signature(body: Any) -> str:
    known = parameters_of(body)
    if known is None:
        return ""
    signature, _ = known
    takes = [_shown(each) for each in list(signature.parameters.values())[1:]]
    return f"; run() takes {', '.join(takes)}"


def _shown(parameter: inspect.Parameter) -> str:
    """As it was written, also where annotations are texts."""
    written = parameter.annotation
    shown = str(parameter.replace(annotation=parameter.empty))
    if written is parameter.empty:
        return shown
    name, equals, default = shown.partition("=")
    text = f"{name}: {written if isinstance(written, str) else name_of(written)}"
    return f"{text} = {default}" if equals else text


def _said(text: object) -> bytes:
    return str(text).encode("utf-8", "backslashreplace")
