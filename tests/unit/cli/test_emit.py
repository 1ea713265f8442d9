"""What `waymark compile --emit` writes, hand-written WRL, `waymark fmt`, `waymark visualize`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from waymark.cli import visualize
from waymark.grammar import parse

from .conftest import CLOCK, Waymark

WRL = """\
module m

# A workflow by hand.
workflow "small" = Small.run of "Small"

async fn Small.run(self, n) { return n+1 }
"""


def test_wrl_that_was_emitted_compiles_to_the_same_program(waymark: Waymark, tmp_path: Path) -> None:
    assert waymark("compile", "shop.py", "--emit", "wrl").err.startswith("shop.wrl: ")
    assert waymark("compile", "shop.wrl", "-o", "by_hand.wmx").code == 0
    assert waymark("compile", "shop.py").code == 0
    hashes = [waymark("disasm", file).out.splitlines()[1] for file in ("by_hand.wmx", "shop.wmx", "shop.wrl")]
    assert len(set(hashes)) == 1 and "code hash" in hashes[0]


def test_json_shows_every_unit_with_named_fields(waymark: Waymark) -> None:
    said = waymark("compile", "shop.py", "--emit", "json", "-o", "-")
    program, *prelude = json.loads(said.out)
    assert said.err == "" and prelude
    assert [workflow["name"] for workflow in program["workflows"]] == ["checkout"]
    assert program["functions"][program["workflows"][0]["function"]]["qualname"] == "Checkout.run"
    assert len(program["code_hash"]) == 64


def test_standard_output_gets_the_bytes_and_nothing_else(waymark: Waymark) -> None:
    said = waymark("compile", "shop.py", "--emit", "wrl", "-o", "-")
    assert said.err == "" and parse(said.out).name == "shop"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("module m\n}\n", "bad.wrl:2:1: found `}`"),
        ("module m\nfn f() { return g }\n", "bad.wrl:2:17: "),
        ('module m\nlink f = no.such "f"\n', "bad.wrl:2:1: there is no unit `no.such` to link to"),
    ],
)
def test_wrl_that_is_wrong_is_told_with_its_place(waymark: Waymark, tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "bad.wrl").write_text(text)
    said = waymark("compile", "bad.wrl")
    assert said.code == 1 and said.err.startswith(f"error: {message}")
    assert not (tmp_path / "bad.wmx").exists()


def test_what_can_be_emitted_is_told(waymark: Waymark) -> None:
    said = waymark("compile", "shop.py", "--emit", "asm")
    assert said.code == 2 and "--emit takes bytecode, wrl, json, not 'asm'" in said.err


def test_fmt_rewrites_and_check_only_tells(waymark: Waymark, tmp_path: Path) -> None:
    (tmp_path / "m.wrl").write_text(WRL)
    assert waymark("fmt", "--check", "m.wrl") == (1, "", "m.wrl: is not formatted\n1 file, 1 to format\n")
    assert (tmp_path / "m.wrl").read_text() == WRL
    assert waymark("fmt", "m.wrl") == (0, "", "m.wrl: formatted\n1 file, 1 changed\n")
    assert "# A workflow by hand.\nworkflow" in (tmp_path / "m.wrl").read_text()
    assert "    return n + 1\n" in (tmp_path / "m.wrl").read_text()
    assert waymark("fmt", "--check", "m.wrl").code == 0


def test_visualize_prints_dot_text_and_needs_nothing_for_it(waymark: Waymark) -> None:
    said = waymark("visualize", "shop.py")
    assert said.code == 0 and said.out.startswith('digraph "shop" {')
    assert 'label="if await charge(order_id, attempt=attempt)", shape=diamond, style=bold' in said.out


@pytest.mark.parametrize(
    ("out", "code", "message"),
    [
        ("flow.txt", 2, "flow.txt ends in none of .dot, .svg, .png, .pdf"),
        ("flow.svg", 1, "is not on the PATH: install"),
    ],
)
def test_a_picture_that_cannot_be_drawn_is_told(
    waymark: Waymark, monkeypatch: pytest.MonkeyPatch, out: str, code: int, message: str
) -> None:
    monkeypatch.setattr(visualize.shutil, "which", lambda _program: None)
    said = waymark("visualize", "shop.py", "-o", out)
    assert said.code == code and message in said.err


def test_a_hash_needs_a_database(waymark: Waymark) -> None:
    said = waymark("disasm", "0" * 64)
    assert said.code == 1 and "WAYMARK_DATABASE_URL" in said.err


def test_a_refused_program_is_reported_by_every_command(waymark: Waymark, tmp_path: Path) -> None:
    (tmp_path / "clock.py").write_text(CLOCK)
    for command in (["compile"], ["disasm"], ["visualize"]):
        said = waymark(*command, "clock.py")
        assert said.code == 1 and "error[WM203]" in said.err
