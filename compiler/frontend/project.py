"""Where modules live on disk: a project's root, the importable name of a file, the file of a module.

The root of a project is the nearest folder above a file with a `pyproject.toml` or a `.git`; without one, the folder of
the file. Modules are looked for where Python would find them: in the root's `src`, in the root, beside the file.
Nothing is imported.
"""

from __future__ import annotations

import keyword
import sys
from pathlib import Path

import msgspec

# Never looked for in the project, even where a folder has the name (Waymark's own repository, say).
OUTSIDE = frozenset(sys.stdlib_module_names) | {"waymark"}


class Project(msgspec.Struct, frozen=True):
    """The folders in which a file's imports are found, first match first."""

    root: Path
    folders: tuple[Path, ...]

    def find(self, module: str) -> Path | None:
        """Return the file of `module`, the folder of a package without `__init__.py`, or None for a stranger."""
        if module.partition(".")[0] in OUTSIDE:
            return None
        below = Path(*module.split("."))
        for folder in self.folders:
            for candidate in (folder / below / "__init__.py", (folder / below).with_suffix(".py"), folder / below):
                if candidate.exists():
                    return candidate
        return None


def project_of(path: Path, root: Path | None = None) -> Project:
    """Return the project that the file at `path` belongs to."""
    folder = path.resolve().parent
    if root is None:
        marked = (above for above in (folder, *folder.parents) if (above / "pyproject.toml").exists() or _is_git(above))
        root = next(marked, folder)
    root = root.resolve()
    folders = dict.fromkeys((root / "src", root, _package_parent(folder)))
    return Project(root, tuple(place for place in folders if place.is_dir()))


def _is_git(folder: Path) -> bool:
    return (folder / ".git").exists()


def _package_parent(folder: Path) -> Path:
    while (folder / "__init__.py").exists() and folder.parent != folder:
        folder = folder.parent
    return folder


def module_name(path: Path, project: Project) -> str:
    """Return the dotted name by which Python imports the file at `path` from its project."""
    path = path.resolve()
    for folder in (*project.folders, path.parent):
        if not path.is_relative_to(folder):
            continue
        parts = path.relative_to(folder).with_suffix("").parts
        parts = parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts
        if all(part.isidentifier() and not keyword.iskeyword(part) for part in parts):
            return ".".join(parts)
    return path.stem


def shown_path(path: Path, project: Project) -> str:
    """Return the path below the project's root, with slashes: what a unit and a diagnostic may name."""
    path = path.resolve()
    return path.relative_to(project.root).as_posix() if path.is_relative_to(project.root) else path.name
