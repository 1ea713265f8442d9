"""Calls of the library: each row is what a call gives, and its text with the kinds of its arguments.

A value is mostly of the kind that is asked for, and sometimes of another one, so a row is called with what it does not
take, too. Modules that a program names are imported at its top.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from .maker import Maker, expression

ROWS: dict[str, str] = {
    "int": """
        ({str}).count({str}) | ({str}).find({str}) | ({str}).rindex({str}) | ({str}).index({str}, 0)
        ({bytes}).find(98) | ({int}).bit_length() | ({int}).bit_count() | int({str}) | int({float})
        int('11', {int}) | ord({str}) | hash({int}) | ({list}).index({int}) | ({list}).count({plain})
        ({tuple}).index({int}) | ({tuple}).count({plain}) | ({dict}).get({str}, 0)
        ({dict}).setdefault({str}, {int}) | ({dict}).pop({str}, {int}) | ({list}).pop() | divmod({int}, {int})[0]
        pow({int} % 9, {int} % 9) | pow({int}, 3, 7) | round({float}) | sum({list}) | max({list})
        min({tuple}, default=0) | abs({int}) | len({dict}) | int.from_bytes(({bytes})[:3], 'big') | max({int}, {int})
        math.gcd({int}, {int}) | math.isqrt({int}) | math.floor({float}) | math.ceil({float}) | math.comb(5, {int})
        math.factorial(({int}) % 9) | math.lcm({int}, 4) | math.trunc({float}) | operator.index({int})
        operator.countOf({list}, {int}) | operator.mul({int} % 99, {int} % 99) | operator.length_hint({list})
        bisect.bisect({list}, {int}) | bisect.bisect_left({list}, {int}) | functools.reduce(operator.add, {list})
        functools.reduce(max, {list}, {int}) | binascii.crc32({bytes}) | zlib.crc32({bytes}) | next(iter({list}))
        next(iter({str}), {int}) | statistics.median({list})
    """,
    "float": """
        math.sqrt({float}) | math.hypot({int}, {float}) | math.fsum({list}) | math.copysign({float}, {int})
        float({str}) | round({float}, {int} % 4) | math.fmod({float}, {float}) | math.log1p({float})
        math.ldexp({float}, {int} % 9) | float({int}) | ({float}).hex() and 1.0 | float.fromhex({str})
        statistics.fmean({list}) | math.dist((1, 2), (3, 4))
    """,
    "str": """
        ({str}).upper() | ({str}).swapcase() | ({str}).capitalize() | ({str}).casefold() | ({str}).strip({str})
        ({str}).lstrip() | ({str}).replace({str}, {str}, {int}) | ({str}).ljust({int} % 9, '*')
        ({str}).expandtabs({int} % 9) | ({str}).removesuffix({str}) | ({str}).translate({{97: 'z', 98: None}})
        ({str}).format({int}, k={plain}) | chr({int}) | ({str}).join(map(str, {list})) | ({str}).zfill({int} % 9)
        hex({int}) | bin({int}) | oct({int}) | ascii({plain}) | repr({plain}) | format({int}, {str})
        format({float}, '.3g') | str({bytes}, 'latin-1') | ({bytes}).decode() | ({bytes}).hex()
        '%s-%r' % ({plain}, {plain}) | '%5.2f' % ({float}) | '%d' % ({int}) | '%(a)s' % ({dict}) | ({float}).hex()
        textwrap.shorten({str}, 12) | textwrap.dedent({str}) | textwrap.indent({str}, '> ') | html.escape({str})
        html.unescape({str}) | json.dumps({plain}) | json.dumps({dict}, sort_keys=True) | string.capwords({str})
        re.sub('[ab]', {str}, {str}) | re.escape({str}) | urllib.parse.quote({str}) | urllib.parse.unquote({str})
        base64.b64encode({bytes}).decode() | unicodedata.normalize('NFD', {str})
        hashlib.sha256({bytes}).hexdigest()[:8] | binascii.hexlify({bytes}).decode()
        unicodedata.name(({str})[:1], '?')
    """,
    "bool": """
        ({str}).startswith({str}) | ({str}).endswith(({str}, 'b')) | ({str}).isalpha() | ({str}).isidentifier()
        ({str}).istitle() | ({str}).isnumeric() | ({str}).isprintable() | ({float}).is_integer() | all({list})
        any({tuple}) | callable({plain}) | math.isclose({float}, {float}) | math.isnan({float})
        operator.lt({int}, {int}) | operator.contains({list}, {int}) | isinstance({plain}, (int, str))
        hasattr({plain}, 'upper') | re.match('[a-z]+', {str}) is None | operator.eq({plain}, {plain})
    """,
    "bytes": """
        ({str}).encode('utf-16-le') | bytes({int} % 9) | bytes({list}) | ({bytes}).replace(b'a', {bytes})
        ({bytes}).upper() | ({int}).to_bytes(9, 'little', signed=True) | ({bytes}).strip()
        ({bytes}).join([b'x', b'y']) | base64.b64decode({bytes}) | struct.pack('<iq', {int} % 99, {int} % 99)
        binascii.unhexlify({str}) | zlib.compress({bytes})[:2] | bytes.fromhex({str})
    """,
    "list": """
        ({str}).split() | ({str}).split({str}) | ({str}).rsplit(None, 1) | ({str}).splitlines(True) | sorted({list})
        list({str}) | sorted({list}, key=str) | sorted({list}, reverse={bool}) | list(reversed({list}))
        list(enumerate({str})) | list(range({int} % 9)) | list(zip({list}, {str})) | list(map(str, {tuple}))
        list(filter(None, {list})) | list(({dict}).items()) | ({list}).copy() | [*({dict}).values()]
        list(itertools.chain({list}, {str})) | list(itertools.islice({list}, {int} % 4)) | ({bytes}).split()
        list(itertools.accumulate({list})) | list(itertools.pairwise({list}))
        list(itertools.product({str}, repeat=2))[:9] | heapq.nsmallest(2, {list})
        list(itertools.zip_longest({list}, {str})) | re.findall('[a-z]', {str}) | re.split('[ax]', {str})
        [*collections.Counter({str}).most_common(2)] | list(collections.deque({list}, 2)) | json.loads({str})
        textwrap.wrap({str}, 5) | [list(each) for _, each in itertools.groupby({list})]
        difflib.get_close_matches({str}, ['ab', 'x']) | copy.deepcopy({list})
    """,
    "tuple": """
        ({str}).partition({str}) | ({str}).rpartition(' ') | divmod({float}, {int}) | ({float}).as_integer_ratio()
        tuple({list}) | math.frexp({float}) | math.modf({float}) | slice({int}, None).indices(5)
        tuple(sorted({str})) | struct.unpack('<h', ({bytes})[:2]) | tuple(itertools.repeat({plain}, 2))
        operator.itemgetter(0, 1)({list}) | urllib.parse.urlsplit({str})[:3]
    """,
    "dict": """
        dict.fromkeys({str}, {int}) | dict({dict}, z={int}) | ({dict}).copy() | {{**({dict}), **({dict})}}
        dict(zip({str}, {list})) | dict(collections.Counter({str})) | dict(collections.ChainMap({dict}, {dict}))
        str.maketrans({str}, {str}) | json.loads('{{"a": 1}}') | dict(urllib.parse.parse_qsl('a=1&b={{}}'))
        dict(enumerate({str}))
    """,
    "set": """
        set({str}) | ({set}).union({list}) | ({set}).difference({str}) | frozenset({list}) | ({set}).copy()
    """,
}
_KIND = re.compile(r"\{(\w+)\}")
OPEN, CLOSE = "\x01", "\x02"  # braces that are meant
_MODULE = re.compile(r"\b(urllib\.parse|[a-z][a-z0-9]+)\.\w+")
MODULES = frozenset(
    "base64 binascii bisect collections copy difflib functools hashlib heapq html itertools json math operator re "
    "statistics string struct textwrap unicodedata urllib.parse zlib".split()
)


def _calls(text: str) -> tuple[str, ...]:
    """The calls of a kind: between bars with blanks on both sides, and at the ends of lines."""
    return tuple(call.strip() for line in text.strip().split("\n") for call in line.split(" | ") if call.strip())


CALLS = {kind: _calls(text) for kind, text in ROWS.items()}


NEEDS = "methods, builtins, keyword natives, views, lazy iterators"


def _call_of(kind: str) -> Callable[[Maker, int], str]:
    def library_call(make: Maker, depth: int) -> str:
        def filled(found: re.Match[str]) -> str:
            return make.plain(depth) if found[1] == "plain" else make.expr(found[1], depth)

        template = make.chance.pick(CALLS[kind])
        make.modules |= {name for name in _MODULE.findall(template) if name in MODULES}
        made = _KIND.sub(filled, template.replace("{{", OPEN).replace("}}", CLOSE))
        return f"({made.replace(OPEN, '{').replace(CLOSE, '}')})"

    return library_call


for _kind in CALLS:
    expression(_kind, weight=1 if _kind == "set" else 5, needs=NEEDS)(_call_of(_kind))
