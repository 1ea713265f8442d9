"""`waymark compile` and `waymark disasm`, with whole files, broken files and no room."""

from __future__ import annotations

import os
import random
import re
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from waymark.cli.files import write_whole
from waymark.exceptions import WaymarkError

from .conftest import CLOCK, Waymark


def test_an_executable_shows_the_same_as_its_source(waymark: Waymark, tmp_path: Path) -> None:
    said = waymark("compile", "shop.py")
    size = (tmp_path / "shop.wmx").stat().st_size
    assert said == (0, "", f"shop.wmx: {size:,} bytes, workflow checkout\n")
    from_source, from_executable = waymark("disasm", "shop.py"), waymark("disasm", "shop.wmx")
    assert from_source.code == from_executable.code == 0
    assert "workflow   checkout, class Checkout, runs f0" in from_source.out
    assert '; return "failed"' in from_source.out, "beside the instructions stands their line"
    assert re.sub(r" +; .*", "", from_source.out) == re.sub(r" +; .*", "", from_executable.out)
    assert len(waymark("disasm", "shop.wmx", "--prelude").out) > len(from_source.out)


def test_output_goes_where_it_is_asked_to(waymark: Waymark, tmp_path: Path) -> None:
    (tmp_path / "real.wmx").write_text("before")
    (tmp_path / "real.wmx").chmod(0o600)
    (tmp_path / "link.wmx").symlink_to("real.wmx")
    assert waymark("compile", "shop.py", "-o", "link.wmx").code == 0
    assert (tmp_path / "link.wmx").is_symlink(), "a link stays one"
    assert (tmp_path / "real.wmx").read_bytes().startswith(b"WMKX")
    assert (tmp_path / "real.wmx").stat().st_mode & 0o777 == 0o600


def test_a_device_is_written_to_and_not_replaced(waymark: Waymark) -> None:
    null = Path("/dev/null")
    before = null.stat()
    assert waymark("compile", "shop.py", "-o", "/dev/null").code == 0
    assert null.stat().st_ino == before.st_ino


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["nowhere.py"], 2, "nowhere.py does not exist: give the path of a Python file with a workflow"),
        (["."], 2, ". is a folder: give the path of a Python file with a workflow inside it"),
        (["/dev/null"], 2, "/dev/null is neither a file nor a folder"),
        (["shop.py/x"], 2, "shop.py/x does not exist"),
        (["shop.py", "-o", "shop.py"], 2, "shop.py is the source itself, which would be lost"),
        (
            ["shop.py", "-o", "no/such/folder.wmx"],
            1,
            "no/such/folder.wmx cannot be written: No such file or directory.",
        ),
        (
            ["shop.py", "-o", "shop.py/x.wmx"],
            1,
            "shop.py/x.wmx cannot be written: Not a directory. Nothing was changed",
        ),
        (["shop.py", "-o", "."], 1, ". cannot be written: it is a folder; give the name of a file in it"),
        (["shop.py", "-o", "/dev/full"], 1, "/dev/full cannot be written: No space left on device"),
        (["shop.py", "-o", "x" * 300], 1, "xx: File name too long"),
    ],
)
def test_what_cannot_be_read_or_written_is_told(
    waymark: Waymark, tmp_path: Path, arguments: list[str], code: int, message: str
) -> None:
    before = sorted(path.name for path in tmp_path.iterdir())
    said = waymark("compile", *arguments)
    assert said.code == code and said.err.startswith("error: ") and message in said.err
    assert sorted(path.name for path in tmp_path.iterdir()) == before, "nothing is left"


@pytest.mark.parametrize(
    ("text", "code"),
    [("def f(:\n", "WM101"), ("x = 1\n", "WM120"), (CLOCK, "WM203"), (b"\xff\xfe\x00", "WM10"), (b"x = '\0'", "WM101")],
)
def test_what_does_not_compile_leaves_what_was_there(
    waymark: Waymark, tmp_path: Path, text: str | bytes, code: str
) -> None:
    (tmp_path / "bad.py").write_bytes(text.encode() if isinstance(text, str) else text)
    (tmp_path / "bad.wmx").write_text("of yesterday")
    for command in ("compile", "disasm"):
        said = waymark(command, "bad.py")
        assert said.code == 1 and said.out == "" and said.err.startswith(f"error[{code}"), said.err
    assert (tmp_path / "bad.wmx").read_text() == "of yesterday"


WRITE_TOO_MUCH = """
import resource, sys
from pathlib import Path
from waymark.cli.files import write_whole
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
write_whole(Path(sys.argv[1]), b"new" * 1000)
"""


def test_a_write_that_fails_half_way_leaves_what_was_there(tmp_path: Path) -> None:
    target = tmp_path / "out.wmx"
    target.write_text("old")
    done = subprocess.run([sys.executable, "-c", WRITE_TOO_MUCH, target], capture_output=True, text=True, check=False)
    assert done.stderr.splitlines()[-1].endswith(f"{target} cannot be written: File too large. Nothing was changed")
    assert [path.name for path in tmp_path.iterdir()] == ["out.wmx"] and target.read_text() == "old"
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] != 1000


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount")
def test_a_full_disk_leaves_what_was_there(waymark: Waymark, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "none", disk], capture_output=True, check=False
    ).returncode:
        pytest.skip("mounting is not allowed here")
    try:
        (disk / "out.wmx").write_text("old")
        with pytest.raises(
            WaymarkError, match=r"out.wmx cannot be written: No space left on device. Nothing was changed"
        ):
            write_whole(disk / "out.wmx", bytes(1 << 20))
        assert [path.name for path in disk.iterdir()] == ["out.wmx"] and (disk / "out.wmx").read_text() == "old"
    finally:
        subprocess.run(["umount", disk], check=True)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "it begins with"),
        (b"WMKX", "0 bytes long"),
        (b"#!/usr/bin/env python\n", "it begins with b'#!/u'"),
    ],
)
def test_what_is_no_executable_is_told(waymark: Waymark, tmp_path: Path, data: bytes, message: str) -> None:
    (tmp_path / "bad.wmx").write_bytes(data)
    said = waymark("disasm", "bad.wmx")
    assert said.code == 1 and said.out == ""
    assert said.err.startswith("error: bad.wmx is no executable of this version of waymark, or is damaged; compile")


def test_a_damaged_executable_is_refused_whatever_the_damage(waymark: Waymark, tmp_path: Path) -> None:
    waymark("compile", "shop.py")
    good = (tmp_path / "shop.wmx").read_bytes()
    chance = random.Random(7)
    damaged = [good[:size] for size in range(0, len(good), 97)]
    for _ in range(60):
        at = chance.randrange(len(good))
        damaged.append(good[:at] + bytes([good[at] ^ (1 << chance.randrange(8))]) + good[at + 1 :])
    damaged += [good + b"x", bytes(100), chance.randbytes(300), good[:4] + bytes([99]) + good[5:]]
    for data in damaged:
        (tmp_path / "bad.wmx").write_bytes(data)
        said = waymark("disasm", "bad.wmx")
        assert said.code == 1 and "error: bad.wmx is no executable" in said.err, said
