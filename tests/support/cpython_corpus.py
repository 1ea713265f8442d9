"""CPython's own tests as programs: each test method of its `test` package, with what it needs around it, as a workflow.

The assertions of unittest become prints of what they were told, so that a program shows all that the method looks at,
and a failing assertion is no end. What a method needs of its module (functions, classes, constants, imports) is taken
along; nothing of `unittest` or `test.support` is.
"""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Collection, Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from corpus_case import CASE

HEAD = "import asyncio\nfrom waymark import Workflow, action, workflow\n\n"
WITHOUT = ("unittest", "test")
Definition = ast.stmt


def folder() -> Path | None:
    """Where the tests of this Python are; distributions may leave them out."""
    spec = find_spec("test")
    places = list(spec.submodule_search_locations or ()) if spec else []
    return Path(places[0]) if places and Path(places[0], "test_grammar.py").exists() else None


def programs(name: str, *, inside: bool) -> Iterator[tuple[str, str]]:
    """`Class.method` and its program, for every test method of a file. `inside` puts all of it into `run`."""
    home = folder()
    assert home is not None, "this Python has no tests"
    place = home / name / "__init__.py" if (home / name).is_dir() else home / f"{name}.py"
    tree = ast.parse(place.read_text(encoding="utf-8"))
    known = definitions(tree)
    for case in tree.body:
        if isinstance(case, ast.ClassDef) and not case.decorator_list and not case.keywords:
            for method in case.body:
                if _is_test(method):
                    yield f"{case.name}.{method.name}", _program(case, method, known, inside)


def _is_test(method: ast.stmt) -> bool:
    plain = isinstance(method, ast.FunctionDef) and not method.decorator_list and len(method.args.args) == 1
    return plain and method.name.startswith("test")


def definitions(tree: ast.Module) -> dict[str, Definition]:
    """What each name at the top of the module comes from."""
    known: dict[str, Definition] = {}
    for node in tree.body:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                known[node.name] = node
            case ast.Import(names=names):
                if not any(alias.name.partition(".")[0] in WITHOUT for alias in names):
                    known |= {(alias.asname or alias.name).partition(".")[0]: node for alias in names}
            case ast.ImportFrom(module=module, names=names):
                if (module or "test").partition(".")[0] not in WITHOUT:
                    names = [alias for each in names for alias in _listed(module or "", each)]
                    node = ast.copy_location(ast.ImportFrom(module, names, 0), node)
                    known |= {alias.asname or alias.name: node for alias in names}
            case ast.Assign(targets=targets):
                stored = (name for target in targets for name in ast.walk(target) if isinstance(name, ast.Name))
                known |= {name.id: node for name in stored}
    return known


def _listed(module: str, alias: ast.alias) -> list[ast.alias]:
    """The names behind a `*`."""
    if alias.name != "*":
        return [alias]
    found = import_module(module)
    public = [name for name in vars(found) if not name.startswith("_")]
    return [ast.alias(name) for name in getattr(found, "__all__", public)]


def _program(case: ast.ClassDef, method: ast.stmt, known: dict[str, Definition], inside: bool) -> str:
    members = [method, *helpers_of(case, method)]
    needed = needed_by(members, known)
    made = ast.ClassDef(
        name=case.name,
        bases=[ast.Name("TestCase", ast.Load())],
        keywords=[],
        body=[member for member in case.body if member in members],
        decorator_list=[],
    )
    parts = [ast.unparse(ast.fix_missing_locations(node)) for node in (*needed, made)]
    calls = f"case = {case.name}()\ncase.setUp()\ncase.{method.name}()\ncase.tearDown()\nreturn 'done'"  # type: ignore[attr-defined]
    around = "\n\n".join([CASE, *parts])
    above, run = ("", f"{around}\n{calls}") if inside else (f"{around}\n\n", calls)
    body = textwrap.indent(run, "        ")
    return f"{HEAD}{above}@workflow\nclass Script(Workflow):\n    async def run(self):\n{body}\n"


def helpers_of(case: ast.ClassDef, method: ast.stmt, always: Collection[str] = ("setUp", "tearDown")) -> list[ast.stmt]:
    """The other members of the class that the method needs, directly or not."""
    found: list[ast.stmt] = []
    words = _words(method) | set(always)
    while True:
        more = [member for member in case.body if member not in found and _names(member) & words]
        if not more:
            return found
        found += more
        words |= {word for member in more for word in _words(member)}


def _names(member: ast.stmt) -> set[str]:
    match member:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return set() if member.name.startswith("test") else {member.name}
        case ast.Assign(targets=targets):
            return {name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)}
    return set()


def _words(node: ast.AST) -> set[str]:
    """Attributes and names that occur."""
    inner = list(ast.walk(node))
    attributes = {each.attr for each in inner if isinstance(each, ast.Attribute)}
    return attributes | {each.id for each in inner if isinstance(each, ast.Name)}


def needed_by(members: list[ast.stmt], known: dict[str, Definition]) -> list[Definition]:
    """What the members need of their module, in its order."""
    needed: list[Definition] = []
    waiting: list[ast.AST] = list(members)
    while waiting:
        for word in _words(waiting.pop()):
            definition = known.get(word)
            if definition is not None and definition not in needed:
                needed.append(definition)
                waiting.append(definition)
    return sorted(needed, key=lambda node: node.lineno)
