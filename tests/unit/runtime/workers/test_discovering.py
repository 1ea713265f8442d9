"""Which modules of a project define actions, by their source alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from waymark.runtime.workers import discovering
from waymark.runtime.workers.discovering import TooManyFiles, files_with_actions

ACTION = "async def act(): ...\n"
FOUND = {
    "plain.py": f"from waymark import action\n@action\n{ACTION}",
    "named.py": f"from waymark import action as task\n@task(name='x')\n{ACTION}",
    "whole.py": f"import waymark\n@waymark.action\n{ACTION}",
    "aliased.py": f"import waymark as w\n@w.action()\n{ACTION}",
    "shop/deep.py": f"from waymark.actions import action\nclass Shop:\n    @action\n    {ACTION}",
    "module.py": f"from waymark import actions\n@actions.action\n{ACTION}",
}
LEFT = {
    "other.py": f"from click import action  # not waymark's\n@action\n{ACTION}",
    "sync.py": "from waymark import action\n@action\ndef act(): ...\n",
    "starts.py": "from waymark import action\nfrom plain import act\n",
    "broken.py": "from waymark import action\n@action\nasync def act(:\n",
    "tests/acts.py": f"from waymark import action\n@action\n{ACTION}",
    "test_acts.py": f"from waymark import action\n@action\n{ACTION}",
    "conftest.py": f"from waymark import action\n@action\n{ACTION}",
    ".venv/acts.py": f"from waymark import action\n@action\n{ACTION}",
    "env/pyvenv.cfg": "",
    "env/acts.py": f"from waymark import action\n@action\n{ACTION}",
    "shop/node_modules/acts.py": f"from waymark import action\n@action\n{ACTION}",
}


def test_modules_with_decorated_functions_are_found_and_nothing_else(tmp_path: Path):
    for name, text in (FOUND | LEFT).items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    assert [str(path.relative_to(tmp_path)) for path in files_with_actions(tmp_path)] == sorted(FOUND)


def test_a_folder_that_is_no_project_is_not_searched_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(discovering, "FILES_MAX", 3)
    for n in range(4):
        (tmp_path / f"m{n}.py").write_text("")
    with pytest.raises(TooManyFiles, match="name the modules with actions in WAYMARK_USER_MODULE"):
        files_with_actions(tmp_path)
