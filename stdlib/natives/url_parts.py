"""What `urllib.parse` in the prelude leaves to C: the parts of a URL, as plain tuples.

_url_parts.splitted(url, scheme, allow_fragments), parsed(...), defragged(url)
_url_parts.unsplit(parts)                   the URL again, of five parts or six
_url_parts.netloc_part(netloc, name)        username, password, hostname or port
_url_parts.encoded(parts, encoding, errors), decoded(...)
"""

from __future__ import annotations

from typing import Any
from urllib import parse

from ..values.sets import SetLike
from .model import Native

_ENCODE: Any = parse.urlencode


def splitted(url: Any, scheme: Any, fragments: Any) -> tuple[Any, ...]:
    return tuple(parse.urlsplit(url, scheme, fragments))


def parsed(url: Any, scheme: Any, fragments: Any) -> tuple[Any, ...]:
    return tuple(parse.urlparse(url, scheme, fragments))


def defragged(url: Any) -> tuple[Any, ...]:
    return tuple(parse.urldefrag(url))


def unsplit(parts: Any) -> Any:
    plain = tuple.__iter__(parts)
    return parse.urlunsplit([*plain]) if tuple.__len__(parts) == 5 else parse.urlunparse([*plain])


def netloc_part(netloc: Any, name: str) -> Any:
    empty = netloc[:0]
    if isinstance(netloc, str):
        return getattr(parse.SplitResult(empty, netloc, empty, empty, empty), name)
    return getattr(parse.SplitResultBytes(empty, netloc, empty, empty, empty), name)


def encoded(parts: Any, encoding: Any, errors: Any) -> tuple[Any, ...]:
    return tuple(each.encode(encoding, errors) for each in tuple.__iter__(parts))


def decoded(parts: Any, encoding: Any, errors: Any) -> tuple[Any, ...]:
    return tuple(each.decode(encoding, errors) for each in tuple.__iter__(parts))


def urlencode(*args: Any, **kwargs: Any) -> str:
    """Encode a dict or sequence of two-element tuples into a URL query string."""
    given = [set(each) if isinstance(each, SetLike) else each for each in args]  # CPython's error is that of a set
    return str(_ENCODE(*given, **kwargs))


def natives() -> list[Native]:
    functions = (splitted, parsed, defragged, unsplit, netloc_part, encoded, decoded)
    return [
        *(Native(f"_url_parts.{each.__name__}/1", each) for each in functions),
        *(Native(f"urllib.parse.{each.__name__}/1", each, nested=True)
          for each in (urlencode, parse.urlunparse, parse.urlunsplit)),
    ]  # fmt: skip
