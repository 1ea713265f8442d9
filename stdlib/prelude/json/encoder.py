"""`JSONEncoder` in workflow Python: what is not plain is walked through here, so that `default` is called by frames.

The texts, their order and their pieces are CPython 3.11's. `encode` walks as C does, `iterencode` as Python does.
"""

from _json import number, plain, text

_ITEM = ", "
_KEY = ": "


class JSONEncoder:
    """Extensible JSON encoder for Python data structures."""

    item_separator = ", "
    key_separator = ": "

    def __init__(
        self,
        *,
        skipkeys=False,
        ensure_ascii=True,
        check_circular=True,
        allow_nan=True,
        sort_keys=False,
        indent=None,
        separators=None,
        default=None,
    ):
        self.skipkeys = skipkeys
        self.ensure_ascii = ensure_ascii
        self.check_circular = check_circular
        self.allow_nan = allow_nan
        self.sort_keys = sort_keys
        self.indent = indent
        if separators is not None:
            self.item_separator, self.key_separator = separators
        elif indent is not None:
            self.item_separator = ","
        if default is not None:
            self.default = default

    def default(self, o):
        raise TypeError(f"Object of type {o.__class__.__name__} is not JSON serializable")

    def encode(self, o):
        if isinstance(o, str):
            return text(o, self.ensure_ascii)
        if type(self).iterencode is JSONEncoder.iterencode:
            return _whole(self, o)
        chunks = self.iterencode(o, _one_shot=True)
        if not isinstance(chunks, (list, tuple)):
            chunks = list(chunks)
        return "".join(chunks)

    def iterencode(self, o, _one_shot=False):
        if _one_shot and self.indent is None:
            return (_whole(self, o),)
        return _pieces(self, o, [] if self.check_circular else None, _indent(self), 0)


def _indent(encoder):
    indent = encoder.indent
    return indent if indent is None or isinstance(indent, str) else " " * indent


def _whole(encoder, o):
    """The text at once: by C, if it is plain."""
    indent = _indent(encoder)
    made = plain(
        o,
        encoder.skipkeys,
        encoder.ensure_ascii,
        encoder.check_circular,
        encoder.allow_nan,
        indent,
        (encoder.item_separator, encoder.key_separator),
        encoder.sort_keys,
    )
    if made is not None:
        return made
    if indent is not None:
        return "".join(list(_pieces(encoder, o, [] if encoder.check_circular else None, indent, 0)))
    parts = []
    _collect(encoder, o, [] if encoder.check_circular else None, parts)
    return "".join(parts)


def _scalar(encoder, o, at_once):
    """The text of what holds nothing; None for any other."""
    if isinstance(o, str):
        return text(o, encoder.ensure_ascii)
    if o is None:
        return "null"
    if o is True:
        return "true"
    if o is False:
        return "false"
    if isinstance(o, (int, float)):
        return number(o, encoder.allow_nan, at_once)
    return None


def _enter(markers, o):
    if markers is not None:
        for each in markers:
            if each is o:
                raise ValueError("Circular reference detected")
        markers.append(o)


def _leave(markers):
    if markers is not None:
        markers.pop()


def _key(encoder, key, at_once):
    """A key as a str; None for one that is left out."""
    if isinstance(key, str):
        return key
    if isinstance(key, float):
        return number(key, encoder.allow_nan, at_once)
    if key is True:
        return "true"
    if key is False:
        return "false"
    if key is None:
        return "null"
    if isinstance(key, int):
        return number(key, encoder.allow_nan, at_once)
    if encoder.skipkeys:
        return None
    raise TypeError(f"keys must be str, int, float, bool or None, not {key.__class__.__name__}")


def _collect(encoder, o, markers, parts):
    """Without indentation, as C does it."""
    made = _scalar(encoder, o, True)
    if made is not None:
        parts.append(made)
    elif isinstance(o, (list, tuple)):
        if not len(o):
            parts.append("[]")
            return
        _enter(markers, o)
        parts.append("[")
        first = True
        for value in list.__iter__(o) if isinstance(o, list) else tuple.__iter__(o):
            if not first:
                parts.append(encoder.item_separator)
            first = False
            _collect(encoder, value, markers, parts)
        parts.append("]")
        _leave(markers)
    elif isinstance(o, dict):
        if not len(o):
            parts.append("{}")
            return
        _enter(markers, o)
        parts.append("{")
        first = True
        for key, value in sorted(o.items()) if encoder.sort_keys else o.items():
            key = _key(encoder, key, True)
            if key is None:
                continue
            if not first:
                parts.append(encoder.item_separator)
            first = False
            parts.append(text(key, encoder.ensure_ascii))
            parts.append(encoder.key_separator)
            _collect(encoder, value, markers, parts)
        parts.append("}")
        _leave(markers)
    else:
        _enter(markers, o)
        _collect(encoder, encoder.default(o), markers, parts)
        _leave(markers)


def _pieces(encoder, o, markers, indent, level):
    made = _scalar(encoder, o, False)
    if made is not None:
        yield made
    elif isinstance(o, (list, tuple)):
        yield from _pieces_of_list(encoder, o, markers, indent, level)
    elif isinstance(o, dict):
        yield from _pieces_of_dict(encoder, o, markers, indent, level)
    else:
        _enter(markers, o)
        yield from _pieces(encoder, encoder.default(o), markers, indent, level)
        _leave(markers)


def _pieces_of_list(encoder, o, markers, indent, level):
    if not o:
        yield "[]"
        return
    _enter(markers, o)
    before = "["
    separator = encoder.item_separator
    if indent is not None:
        level += 1
        line = "\n" + indent * level
        separator += line
        before += line
    first = True
    for value in o:
        if first:
            first = False
        else:
            before = separator
        made = _scalar(encoder, value, False)
        if made is not None:
            yield before + made
        else:
            yield before
            yield from _pieces(encoder, value, markers, indent, level)
    if indent is not None:
        yield "\n" + indent * (level - 1)
    yield "]"
    _leave(markers)


def _pieces_of_dict(encoder, o, markers, indent, level):
    if not o:
        yield "{}"
        return
    _enter(markers, o)
    yield "{"
    separator = encoder.item_separator
    if indent is not None:
        level += 1
        line = "\n" + indent * level
        separator += line
        yield line
    first = True
    for key, value in sorted(o.items()) if encoder.sort_keys else o.items():
        key = _key(encoder, key, False)
        if key is None:
            continue
        if first:
            first = False
        else:
            yield separator
        yield text(key, encoder.ensure_ascii)
        yield encoder.key_separator
        yield from _pieces(encoder, value, markers, indent, level)
    if indent is not None:
        yield "\n" + indent * (level - 1)
    yield "}"
    _leave(markers)
