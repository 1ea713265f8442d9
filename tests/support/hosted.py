"""Programs with host classes in both worlds: the modules stand in a folder where the machine's host finds them."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from cpython_runs import write_project
from differential import NAME, Report, compare, module_of

from waymark.vm.hosting import hosting

ROLE = "WAYMARK_PROCESS_ROLE"


@contextlib.contextmanager
def importable(modules: Mapping[str, str]) -> Iterator[Path]:
    """The modules can be imported meanwhile, by whoever has to make objects of their classes; nothing stays behind."""
    with tempfile.TemporaryDirectory() as folder:
        write_project(Path(folder), dict(modules))
        before, role = list(sys.modules), os.environ.get(ROLE)
        os.environ[ROLE] = "worker"  # what a workflow's module decorates is only registered
        sys.path.insert(0, folder)
        hosting.use(None)
        try:
            yield Path(folder)
        finally:
            hosting.use(None)
            sys.path.remove(folder)
            if role is None:
                del os.environ[ROLE]
            else:
                os.environ[ROLE] = role
            for name in [
                name for name in sys.modules if name not in before and name.partition(".")[0] in _tops(modules)
            ]:
                del sys.modules[name]


def _tops(modules: Mapping[str, str]) -> set[str]:
    return {name.partition(".")[0] for name in modules}


def assert_same_hosted(text: str, modules: Mapping[str, str] | None = None, **options: Any) -> Report:
    """As `assert_same`, for a program some of whose classes are a library's."""
    others, whole = dict(modules or {}), module_of(text)
    with importable({**others, NAME: whole}):
        report = compare(whole, modules=others, **options)
    assert report.same, report.explain()
    return report
