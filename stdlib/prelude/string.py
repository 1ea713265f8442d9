"""`string.Template` and `string.Formatter` in workflow Python: programs extend them, and what they override is called.

Texts and the order of effects are CPython 3.11's.
"""

import re

from _string_parts import field_parts, format_parts, own_pattern, set_pattern


class Template:
    """A string class for supporting $-substitutions."""

    delimiter = "$"
    idpattern = r"(?a:[_a-z][_a-z0-9]*)"
    braceidpattern = None
    flags = re.IGNORECASE

    def __init_subclass__(cls):
        super().__init_subclass__()
        set_pattern(cls, _compiled(cls, own_pattern(cls)))

    def __init__(self, template):
        self.template = template

    def _invalid(self, mo):
        i = mo.start("invalid")
        lines = self.template[:i].splitlines(keepends=True)
        if not lines:
            colno = 1
            lineno = 1
        else:
            colno = i - len("".join(lines[:-1]))
            lineno = len(lines)
        raise ValueError(f"Invalid placeholder in string: line {lineno}, col {colno}")

    def _pattern(self):
        found = getattr(self, "pattern", None)
        return _compiled(Template, None) if found is None else found

    def substitute(self, /, *given, **kws):
        mapping = _mapping("substitute", given)
        pattern = self._pattern()

        def convert(mo):
            named = mo.group("named") or mo.group("braced")
            if named is not None:
                return str(_value(mapping, kws, named))
            if mo.group("escaped") is not None:
                return self.delimiter
            if mo.group("invalid") is not None:
                self._invalid(mo)
            raise ValueError("Unrecognized named group in pattern", pattern)

        return pattern.sub(convert, self.template)

    def safe_substitute(self, /, *given, **kws):
        mapping = _mapping("safe_substitute", given)
        pattern = self._pattern()

        def convert(mo):
            named = mo.group("named") or mo.group("braced")
            if named is not None:
                try:
                    return str(_value(mapping, kws, named))
                except KeyError:
                    return mo.group()
            if mo.group("escaped") is not None:
                return self.delimiter
            if mo.group("invalid") is not None:
                return mo.group()
            raise ValueError("Unrecognized named group in pattern", pattern)

        return pattern.sub(convert, self.template)

    def is_valid(self):
        pattern = self._pattern()
        for mo in pattern.finditer(self.template):
            if mo.group("invalid") is not None:
                return False
            if mo.group("named") is None and mo.group("braced") is None and mo.group("escaped") is None:
                raise ValueError("Unrecognized named group in pattern", pattern)
        return True

    def get_identifiers(self):
        pattern = self._pattern()
        ids = []
        for mo in pattern.finditer(self.template):
            named = mo.group("named") or mo.group("braced")
            if named is not None and named not in ids:
                ids.append(named)
            elif named is None and mo.group("invalid") is None and mo.group("escaped") is None:
                raise ValueError("Unrecognized named group in pattern", pattern)
        return ids


def _compiled(cls, own):
    if own is not None:
        return re.compile(own, cls.flags | re.VERBOSE)
    delim = re.escape(cls.delimiter)
    name = cls.idpattern
    braced = cls.braceidpattern or cls.idpattern
    alternatives = f"(?P<escaped>{delim})|(?P<named>{name})|{{(?P<braced>{braced})}}|(?P<invalid>)"
    return re.compile(f"\n            {delim}(?:\n {alternatives} )", cls.flags | re.VERBOSE)


def _mapping(name, given):
    if len(given) > 1:
        raise TypeError(f"Template.{name}() takes from 1 to 2 positional arguments but {len(given) + 1} were given")
    return given[0] if given else None


def _value(mapping, kws, name):
    if name in kws or mapping is None:
        return kws[name]
    return mapping[name]


class Formatter:
    """Format strings as `str.format` does, by methods that can be overridden."""

    def format(self, format_string, /, *args, **kwargs):
        return self.vformat(format_string, args, kwargs)

    def vformat(self, format_string, args, kwargs):
        used_args = set()
        result, _ = self._vformat(format_string, args, kwargs, used_args, 2)
        self.check_unused_args(used_args, args, kwargs)
        return result

    def _vformat(self, format_string, args, kwargs, used_args, recursion_depth, auto_arg_index=0):
        if recursion_depth < 0:
            raise ValueError("Max string recursion exceeded")
        result = []
        for literal_text, field_name, format_spec, conversion in self.parse(format_string):
            if literal_text:
                result.append(literal_text)
            if field_name is not None:
                if field_name == "":
                    if auto_arg_index is False:
                        raise ValueError("cannot switch from manual field specification to automatic field numbering")
                    field_name = str(auto_arg_index)
                    auto_arg_index += 1
                elif field_name.isdigit():
                    if auto_arg_index:
                        raise ValueError("cannot switch from manual field specification to automatic field numbering")
                    auto_arg_index = False
                obj, arg_used = self.get_field(field_name, args, kwargs)
                used_args.add(arg_used)
                obj = self.convert_field(obj, conversion)
                format_spec, auto_arg_index = self._vformat(
                    format_spec, args, kwargs, used_args, recursion_depth - 1, auto_arg_index=auto_arg_index
                )
                result.append(self.format_field(obj, format_spec))
        return "".join(result), auto_arg_index

    def get_value(self, key, args, kwargs):
        if isinstance(key, int):
            return args[key]
        return kwargs[key]

    def check_unused_args(self, used_args, args, kwargs):
        pass

    def format_field(self, value, format_spec):
        return format(value, format_spec)

    def convert_field(self, value, conversion):
        if conversion is None:
            return value
        if conversion == "s":
            return str(value)
        if conversion == "r":
            return repr(value)
        if conversion == "a":
            return ascii(value)
        raise ValueError(f"Unknown conversion specifier {conversion!s}")

    def parse(self, format_string):
        return formatteriterator(*format_parts(format_string))

    def get_field(self, field_name, args, kwargs):
        first, rest = field_parts(field_name)
        obj = self.get_value(first, args, kwargs)
        for is_attr, i in rest:
            obj = getattr(obj, i) if is_attr else obj[i]
        return obj, first


class formatteriterator:
    """The parts of a format string, and the problem behind them if there is one."""

    __slots__ = ("_parts", "_place", "_problem")

    def __init__(self, parts, problem):
        self._parts, self._problem, self._place = parts, problem, 0

    def __iter__(self):
        return self

    def __next__(self):
        if self._place == len(self._parts):
            if self._problem is not None:
                raise ValueError(self._problem)
            raise StopIteration
        self._place += 1
        return self._parts[self._place - 1]
