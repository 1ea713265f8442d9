"""What people hand to `waymark check` by mistake: a diagnostic each, with its place, and never a crash or a hang."""

from __future__ import annotations

import importlib.machinery
from pathlib import Path

import pytest

from .conftest import Waymark

HEAD = "from waymark import Workflow, action, workflow\n\n@action\nasync def act(n: int) -> int: ...\n\n"
FLOW = f"{HEAD}@workflow\nclass Flow(Workflow):\n    async def run(self, n: int) -> int:\n"  # its body begins at line 9
INNER = "@workflow\nclass Flow(Workflow):\n    async def run(self): return 1\n"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (f"{FLOW}        return 1 1\n", "error[WM101]: this is not valid Python: invalid syntax"),
        (f"{FLOW}        if n:\n\t    return 1\n", "error[WM101]: this is not valid Python: inconsistent use of tabs"),
        (f"{FLOW}        return 1\n         return 2\n", "error[WM101]: this is not valid Python: unexpected indent"),
        (f"{FLOW}        text = '''abc\n", "error[WM101]: this is not valid Python: unterminated triple-quoted string"),
        (f"{FLOW}        return “n”\n", "error[WM101]: this is not valid Python: invalid character '“'"),
        (f"{FLOW}        return 1\n\0", "error[WM101]: this is not valid Python: source code cannot contain null"),
        (f"{FLOW}        return 'é'\n".encode("latin-1"), "error[WM102]: this file cannot be read as text: byte 0xe9"),
        (
            f"{FLOW}        return 1\n".encode("utf-16"),
            "error[WM102]: this file cannot be read as text: invalid or miss",
        ),
        (f"{FLOW}        return {'-' * 250}1\n", "error[WM103]: this is nested more than 200 levels deep"),
        (f"{FLOW}        return {'[' * 200}1{']' * 200}\n", "error[WM1"),  # CPython counts 200 brackets itself
        ("", "error[WM120]: this file has no workflow"),
        ("# nothing\n", "error[WM120]: this file has no workflow"),
        (f"{HEAD}{INNER}\n{INNER}", 'error[WM124]: a second workflow is named "flow"'),
        (
            f"{HEAD}def make():\n    {INNER.replace(chr(10), chr(10) + '    ')}",
            "error[WM123]: the workflow `Flow` is def",
        ),
        (f"{HEAD}@mine\n{INNER}", "error[WM125]: the decorator `@mine` on the workflow `Flow` cannot be compiled"),
        (f"{HEAD}{INNER}    @mine\n    def other(self): ...\n", "error[WM401]: `mine` is not defined"),
        (
            f"from strange import mine\n{HEAD}@mine\ndef f(): ...\n{INNER.replace('1', 'f()')}",
            "error[WM405]: `strange.m",
        ),
        (
            f"import helper\n{FLOW}        return helper.go(n)\n",
            "error[WM407]: the module `helper` cannot be read: it is",
        ),
    ],
)
def test_a_file_that_cannot_be_compiled_is_told(waymark: Waymark, tmp_path: Path, data: str | bytes, said: str) -> None:
    (tmp_path / f"helper{importlib.machinery.EXTENSION_SUFFIXES[0]}").write_bytes(b"no source")
    (tmp_path / "flow.py").write_bytes(data if isinstance(data, bytes) else data.encode())
    found = waymark("check", "flow.py")
    assert found.code == 1
    first, place, *_ = found.out.splitlines()
    assert first.startswith(said)
    assert place.strip().startswith("--> flow.py:")


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("    ", "\t").encode(),
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: text.replace("\n", "\r").encode(),
        lambda text: b"# -*- coding: latin-1 -*-\r\n" + text.encode("latin-1"),
    ],
)
def test_the_place_is_right_however_the_file_is_written(waymark: Waymark, tmp_path: Path, change: object) -> None:
    data = change(f"{FLOW}        return 'é' + nobody\n".replace("é", "e"))  # type: ignore[operator]
    (tmp_path / "flow.py").write_bytes(data)
    found = waymark("check", "flow.py")
    lines = data.decode("utf-8-sig").splitlines()
    line = next(number for number, text in enumerate(lines, 1) if "nobody" in text)
    column = lines[line - 1].index("nobody") + 1
    assert found.code == 1
    assert found.out.splitlines()[1].strip() == f"--> flow.py:{line}:{column}"


def test_a_byte_that_is_no_text_is_shown_where_it_stands(waymark: Waymark, tmp_path: Path) -> None:
    (tmp_path / "flow.py").write_bytes(f"{FLOW}        return 'é'\n".encode("latin-1"))
    found = waymark("check", "flow.py").out.splitlines()
    assert found[1].strip() == "--> flow.py:9:17"
    assert found[4].index("^") == found[3].index("é")


def test_helpers_that_import_each_other_compile(waymark: Waymark, tmp_path: Path) -> None:
    (tmp_path / "even.py").write_text("import odd\ndef is_even(n): return odd.is_odd(n - 1) if n else True\n")
    (tmp_path / "odd.py").write_text("import even\ndef is_odd(n): return even.is_even(n - 1) if n else False\n")
    (tmp_path / "flow.py").write_text(f"from even import is_even\n{FLOW}        return is_even(n)\n")
    assert waymark("check", "flow.py").code == 0
    (tmp_path / "own.py").write_text(f"from mate import go\ndef back(n): return n\n{FLOW}        return go(n)\n")
    (tmp_path / "mate.py").write_text("import own\ndef go(n): return own.back(n)\n")
    assert waymark("check", "own.py").code == 0
