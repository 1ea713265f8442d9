"""re, string, textwrap, difflib, html, shlex, fnmatch and unicodedata."""

from __future__ import annotations

from collections.abc import Mapping

TABLE: Mapping[str, Mapping[str, str]] = {
    "re": {
        "it prints to the engine's own output: look at the expression on a desk": "DEBUG",
        "it is undocumented: use `finditer` with one group for each kind of token": "Scanner",
        "it is deprecated, and gone from Python 3.13: leave it out": "T TEMPLATE template",
    },
    "difflib": {"make the page in an action: `unified_diff` and `ndiff` give its lines": "HtmlDiff"},
    "html.parser": {"take the page apart in an action": "HTMLParser"},
    "html.entities": {
        "`html.unescape` knows them all": "codepoint2name entitydefs html5 name2codepoint",
    },
    "shlex": {"use `shlex.split`": "shlex"},
    "unicodedata": {
        "it names the engine's tables, which are those of its Python: use the functions": "UCD ucd_3_2_0 "
        "unidata_version",
    },
}
