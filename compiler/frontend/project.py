"""Where modules live on disk: a project's root, the importable name of a file, the file of a module.

The root of a project is the nearest folder above a file with a `pyproject.toml` or a `.git`. Without one it is the
folder that Python has imported the file below; where nothing is imported, the current folder, if the file is below it.
Modules are looked for where Python would find them: in the root's `src`, in the root, beside the file.
Packages that `[tool.waymark] compile = [...]` names are looked for on Python's path. Nothing is imported.
"""

from __future__ import annotations

import importlib.machinery
import importlib.util
import keyword
import sys
import tomllib
from pathlib import Path

import msgspec

from ..cache import source_hash

# Never looked for in the project, even where a folder has the name (Waymark's own repository, say).
OUTSIDE = frozenset(sys.stdlib_module_names) | {"waymark"}


class Lookups(msgspec.Struct):
    """What a resolution depended on, for whoever keeps its outcome: files that were read, and where there was none."""

    read: dict[str, bytes] = {}  # path -> hash of its bytes
    absent: dict[str, None] = {}


class Project(msgspec.Struct, frozen=True):
    """The folders in which a file's imports are found, first match first."""

    root: Path
    folders: tuple[Path, ...]
    packages: tuple[str, ...] = ()  # from elsewhere, and compiled all the same
    lookups: Lookups = msgspec.field(default_factory=Lookups)

    def find(self, module: str) -> Path | None:
        """Return the file of `module`, the folder of a package without `__init__.py`, or None for a stranger."""
        below = Path(*module.split("."))
        for folder in self._folders(module):
            for candidate in (folder / below / "__init__.py", folder / f"{below}.py", folder / below):
                if candidate.exists():
                    return candidate
                self.lookups.absent[str(candidate)] = None
        return None

    def is_absent(self, module: str) -> bool:
        """Whether Python could not import it here: no module of the project, of Python, or of anybody else.

        Nothing is imported to find out: Python's finders are asked for the package at the top alone.
        """
        first = module.partition(".")[0]
        if not first or first in OUTSIDE or self.find(first) is not None or self.has_extension(first):
            return False
        try:
            if importlib.util.find_spec(first) is not None:
                return False
        except (ImportError, ValueError):  # a module without a spec has been put there by hand
            return False
        for entry in sys.path:
            self.lookups.absent.update(dict.fromkeys((str(Path(entry, first)), str(Path(entry, f"{first}.py")))))
        return True

    def has_extension(self, module: str) -> bool:
        """Whether there is a module of this name that was built from another language, or has lost its source."""
        below = Path(*module.split("."))
        suffixes = (*importlib.machinery.EXTENSION_SUFFIXES, *importlib.machinery.BYTECODE_SUFFIXES)
        return any((folder / f"{below}{suffix}").exists() for folder in self._folders(module) for suffix in suffixes)

    def _folders(self, module: str) -> tuple[Path, ...]:
        first = module.partition(".")[0]
        if first in OUTSIDE:
            return ()
        return (*self.folders, *(Path(entry) for entry in sys.path)) if first in self.packages else self.folders

    def shown(self, path: Path) -> str:
        """The path below the project's root, or below the folder of Python's path, with slashes: the same anywhere."""
        path = path.resolve()
        roots = [self.root, *(Path(entry).resolve() for entry in sys.path if self.packages)]
        below = [path.relative_to(root).as_posix() for root in roots if path.is_relative_to(root)]
        return below[0] if path.is_relative_to(self.root) else min(below, key=len, default=path.name)


def project_of(path: Path, root: Path | None = None, module: str | None = None) -> Project:
    """Return the project that the file at `path` belongs to. `module` is the name that Python has imported it by."""
    path = path.resolve()
    folder = path.parent
    if root is None:
        marked = (above for above in (folder, *folder.parents) if _is_marked(above))
        root = next(marked, None) or _imported_below(path, module) or _unmarked(_package_parent(folder))
    root = root.resolve()
    folders = dict.fromkeys((root / "src", root, _package_parent(folder)))
    project = Project(root, tuple(place for place in folders if place.is_dir()), _compiled_packages(root))
    _look_at_marks(project, folder)
    return project


def _look_at_marks(project: Project, folder: Path) -> None:
    """Note what made this folder the root, and its settings: with other ones, the same file is another program."""
    lookups = project.lookups
    if not (project.root / "src").is_dir():
        lookups.absent[str(project.root / "src")] = None
    for above in (folder, *folder.parents):
        settings = above / "pyproject.toml"
        if settings.is_file():
            lookups.read[str(settings)] = source_hash(settings.read_bytes())
        else:
            lookups.absent[str(settings)] = None
        if above == project.root and _is_marked(above):
            return
        lookups.absent[str(above / ".git")] = None


def _compiled_packages(root: Path) -> tuple[str, ...]:
    """The packages that `[tool.waymark] compile` names. What is wrong with the file is for its own readers to say."""
    try:
        settings = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))
        named = settings.get("tool", {}).get("waymark", {}).get("compile", [])
    except (OSError, ValueError, AttributeError):
        return ()
    return tuple(name for name in named if isinstance(name, str)) if isinstance(named, list) else ()


def _is_marked(folder: Path) -> bool:
    return (folder / "pyproject.toml").exists() or (folder / ".git").exists()


def _imported_below(path: Path, module: str | None) -> Path | None:
    """The folder that a file is imported from under this name."""
    names = path.parent.parts if path.stem == "__init__" else path.with_suffix("").parts
    parts = tuple(module.split(".")) if module else ()
    return Path(*names[: -len(parts)]) if parts and names[-len(parts) :] == parts else None


def _unmarked(outermost: Path) -> Path:
    """Of no project: the current folder, from which `shop/checkout.py` is `shop.checkout`; or where the package is."""
    here = Path.cwd()
    if here == Path(here.anchor) or not outermost.is_relative_to(here):
        return outermost
    return here if all(part.isidentifier() for part in outermost.relative_to(here).parts) else outermost


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
    return project.shown(path)
