"""A database that cannot be used is told in a line, without its password, by every command that needs one."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from waymark.cli.app import run_app

from .conftest import SHOP


@pytest.mark.parametrize(
    ("url", "message"),
    [
        (
            "postgresql://u:hidden@127.0.0.1:1/x",
            r"database x at 127.0.0.1, port 1: .*no server answers there; start it",
        ),
        ("postgresql://u:hidden@host.invalid/x", r"database x at host.invalid, port 5432: .*correct the host and port"),
        ("postgresql://{user}:hidden@{server}/postgres", r"\(28P01\); the password or the user's name is wrong"),
        ("postgresql://nobody:hidden@{server}/postgres", r"\(28(P01|000)\); the (password|server's pg_hba)"),
        ("{good}_missing", r"\(3D000\); the database does not exist; create it with `createdb`"),
    ],
)
@pytest.mark.parametrize("command", [["run", "shop.py:Sleepy"], ["start-workers"]])
def test_an_unreachable_database(
    postgres_server: object,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    url: str,
    message: str,
    command: list[str],
) -> None:
    good = postgres_server.dsn("app")  # type: ignore[attr-defined]
    parts = urlsplit(good)
    if "{server}" in url and parts.password is None:
        pytest.fail("the embedded server is expected to ask for a password")
    url = url.format(good=good, user=parts.username, server=parts.netloc.rpartition("@")[2])
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WAYMARK_DATABASE_URL", url)
    Path("shop.py").write_text(SHOP)
    assert run_app(command) == 1
    out, err = capsys.readouterr()
    assert out == "" and err.startswith("error: could not connect: ") and err.count("\n") == 1
    assert re.search(message, err), err
    assert "hidden" not in err and (parts.password is None or parts.password not in err)
