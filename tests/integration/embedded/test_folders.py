"""Where things are kept: the default folder, long paths, folders that others may enter, several versions."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from waymark.runtime.embedded import EmbeddedPostgres, FolderError, SettingError
from waymark.runtime.embedded.folders import default_state_folder

from .test_sharing import ask


def test_the_default_is_in_the_nearest_project(tmp_path: Path) -> None:
    inner = tmp_path / "project" / "package" / "sub"
    inner.mkdir(parents=True)
    (tmp_path / "project" / "pyproject.toml").touch()
    (tmp_path / ".git").mkdir()
    assert default_state_folder({}, inner) == tmp_path / "project" / ".waymark"
    assert default_state_folder({}, tmp_path) == tmp_path / ".waymark"


def test_outside_a_project_it_is_the_current_folder(tmp_path: Path) -> None:
    assert default_state_folder({}, tmp_path) == tmp_path / ".waymark"


def test_the_environment_decides_first(tmp_path: Path) -> None:
    assert default_state_folder({"WAYMARK_DATA_DIR": "/data/here"}, tmp_path) == Path("/data/here")
    assert default_state_folder({"WAYMARK_DATA_DIR": "here"}, tmp_path) == tmp_path / "here"
    assert default_state_folder({"WAYMARK_DATA_DIR": ""}, tmp_path) == tmp_path / ".waymark"


def test_a_bad_setting_is_named(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(SettingError, match=r"^WAYMARK_DATA_DIR is '.*/file', which is not a folder; it takes the path"):
        default_state_folder({"WAYMARK_DATA_DIR": str(file)}, tmp_path)


def test_open_uses_the_environment(empty_state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAYMARK_DATA_DIR", str(empty_state / "chosen"))
    with EmbeddedPostgres.open(durable=False) as pg:
        assert pg.folder == empty_state / "chosen" / f"pg{pg.version.split('.')[0]}"
        assert (empty_state / "chosen" / ".gitignore").read_text() == "*\n"


@pytest.mark.parametrize("name", ["deep" * 30, "with, comma", 'it\'s "quoted" $HOME & 100%'])
def test_awkward_paths(empty_state: Path, name: str) -> None:
    with EmbeddedPostgres.open(empty_state / name, durable=False) as pg:
        assert ask(pg.dsn(), "SELECT 1") == 1
        assert ask(pg.socket_dsn(), "SELECT 1") == 1
        socket_folder = Path(str(ask(pg.dsn(), "SHOW unix_socket_directories")).strip('"'))
        elsewhere = "/tmp" in str(socket_folder) and not str(socket_folder).startswith(str(empty_state))
        if elsewhere:
            assert socket_folder.stat().st_mode & 0o777 == 0o700
    assert elsewhere == (len(name) > 100 or "," in name)
    assert not elsewhere or not socket_folder.exists(), "the short folder was left behind"


def test_a_folder_open_to_others_is_refused_and_not_changed(state: Path) -> None:
    with EmbeddedPostgres.open(state, durable=False) as pg:
        pass
    pg.folder.chmod(0o755)
    with pytest.raises(FolderError, match=r"is open to other users \(mode 755\).*`chmod 700 "):
        EmbeddedPostgres.open(state)
    assert pg.folder.stat().st_mode & 0o777 == 0o755
    pg.folder.chmod(0o700)


def test_an_empty_version_beside_a_used_one_is_worth_a_warning(
    empty_state: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (empty_state / "pg13" / "data").mkdir(parents=True)
    with caplog.at_level(logging.WARNING, "waymark.embedded"), EmbeddedPostgres.open(empty_state, durable=False):
        assert "starts empty: pg13 beside it holds the data of another version" in caplog.text
