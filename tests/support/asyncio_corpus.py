"""CPython's own tests of asyncio as programs: each test method, in the machine's loop, as the body of a workflow.

Most are coroutines already. Those that bring a loop of their own are rewritten: what they `run_until_complete` is
awaited, and the loop that they ask for is the one that runs. Both worlds run the rewritten program, so what it shows is
compared as it stands; the assertions print what they were told, as in `cpython_corpus`.
"""

from __future__ import annotations

import ast
import copy
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

from corpus_case import CASE
from cpython_corpus import HEAD, definitions, folder, helpers_of, needed_by

# What the rewritten tests find in place of CPython's helpers for loops.
ASYNC_CASE = '''
class AsyncTestCase(TestCase):
    Task = asyncio.Task
    Future = asyncio.Future
    cls = asyncio.Future
    def setUp(self):
        self.loop = self.one_loop = self.other_loop = asyncio.get_running_loop()
    def set_event_loop(self, loop, cleanup=True): pass
    async def asyncSetUp(self): pass
    async def asyncTearDown(self): pass
    def new_test_loop(self, gen=None):
        return asyncio.get_running_loop()
    def new_task(self, loop, coro, name="TestTask", context=None):
        return asyncio.create_task(coro, name=name, context=context)
    def new_future(self, loop):
        return loop.create_future()
    def _new_future(self, loop=None):
        return asyncio.get_running_loop().create_future()
    async def _run_loop(self, loop):
        for _ in range(5):
            await asyncio.sleep(0)
    run_briefly = _run_loop
    def assertRegex(self, text, pattern, msg=None):
        print(text)
    def assertNotRegex(self, text, pattern, msg=None):
        print(text)
    def assertWarns(self, *kinds):
        return Warns()

class Warns:
    def __enter__(self):
        return self
    def __exit__(self, *error):
        pass

class mock:
    class Mock:
        def __init__(self, *spec, side_effect=None, return_value=None):
            self.calls = []
            self.side_effect = side_effect
            self.return_value = return_value
        def __call__(self, *args, **kwargs):
            self.calls.append((args, kwargs))
            if self.side_effect is not None:
                raise self.side_effect
            return self.return_value
        def __getattr__(self, name):
            held = mock.Mock()
            setattr(self, name, held)
            return held
        @property
        def called(self):
            return bool(self.calls)
        def assert_called_with(self, *args, **kwargs):
            print("called with", self.calls[-1] == (args, kwargs))
        def assert_called_once_with(self, *args, **kwargs):
            print("called once with", self.calls == [(args, kwargs)])
        def assert_called_once(self):
            print("called", len(self.calls))

class test_utils:
    class MockCallback(mock.Mock):
        pass

async def until_complete(awaitable):
    return await asyncio.ensure_future(awaitable)

async def await_without_task(coroutine):
    """Run what never waits, outside of any task."""
    failed = []
    def step():
        try:
            coroutine.send(None)
        except StopIteration:
            pass
        except BaseException as error:
            failed.append(error)
    asyncio.get_running_loop().call_soon(step)
    await asyncio.sleep(0)
    if failed:
        raise failed[0]
'''
PROVIDED = frozenset(
    {"Task", "Future", "cls", "new_task", "new_future", "_new_future", "new_test_loop", "_run_loop", "run_briefly"}
)
# Calls that are about a loop of the test's own: left out where they stand alone.
OF_A_LOOP = frozenset({"close", "set_event_loop", "set_debug", "addCleanup", "set_event_loop_policy"})


@dataclass
class _Awaiting(ast.NodeTransformer):
    """Makes a method a coroutine; functions inside of it stay what they are. `helpers` are made so, too."""

    helpers: frozenset[str] = frozenset()

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        return node

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        return node

    def visit_Lambda(self, node: ast.Lambda) -> ast.AST:
        return node

    def visit_Expr(self, node: ast.Expr) -> ast.AST | list[ast.stmt]:
        call = node.value
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
            if call.func.attr in OF_A_LOOP and not (call.func.attr == "close" and not _is_loop(call.func.value)):
                return ast.Pass()
            if call.func.attr == "advance_time":
                return ast.Expr(_awaited("asyncio.sleep", call.args))
            raised = _raises(call)
            if raised is not None:
                return raised
        return self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        match node.func:
            case ast.Attribute(attr="run_until_complete"):
                return _awaited("until_complete", node.args)
            case ast.Attribute(value=ast.Name(id="self"), attr=name) if name in self.helpers | {
                "_run_loop",
                "run_briefly",
            }:
                return ast.Await(node)
            case ast.Attribute(attr="run_briefly") | ast.Name(id="run_briefly"):
                return _awaited("asyncio.sleep", [ast.Constant(0)])
            case ast.Attribute(value=ast.Name(id="asyncio"), attr="new_event_loop"):
                return ast.parse("asyncio.get_running_loop()", mode="eval").body
        return node


class _Timeless(ast.NodeTransformer):
    """A function inside of a test lets time pass by itself."""

    def visit_Expr(self, node: ast.Expr) -> ast.AST:
        call = node.value
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "advance_time":
            return ast.Pass()
        return node


def _is_loop(node: ast.expr) -> bool:
    return ast.unparse(node).rpartition(".")[2] == "loop"


def _awaited(name: str, args: list[ast.expr]) -> ast.Await:
    return ast.Await(ast.Call(ast.parse(name, mode="eval").body, args, []))


def _raises(call: ast.Call) -> ast.With | None:
    """`assertRaises(Error, loop.run_until_complete, task)`, as a block."""
    assert isinstance(call.func, ast.Attribute)
    for place, argument in enumerate(call.args):
        if isinstance(argument, ast.Attribute) and argument.attr == "run_until_complete":
            context = ast.Call(call.func, call.args[:place], [])
            inner: ast.stmt = ast.Expr(_awaited("until_complete", call.args[place + 1 :]))
            return ast.With([ast.withitem(context)], [inner])
    return None


def programs(name: str) -> Iterator[tuple[str, str]]:
    """`Class.method` and its program, for every test method of `test_asyncio/test_NAME.py`."""
    home = folder()
    assert home is not None, "this Python has no tests"
    tree = ast.parse((home / "test_asyncio" / f"test_{name}.py").read_text(encoding="utf-8"))
    known = definitions(tree)
    classes = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
    for case in classes.values():
        members = _members(case, classes)
        if _is_run(case, classes):
            for method in members:
                if isinstance(method, ast.FunctionDef | ast.AsyncFunctionDef) and method.name.startswith("test"):
                    yield f"{case.name}.{method.name}", _program(case.name, method, members, known)


def _is_run(case: ast.ClassDef, classes: dict[str, ast.ClassDef]) -> bool:
    """Once each: a base is run by itself if it is made for several implementations, else as its heirs are."""
    bases = {ast.unparse(base) for base in case.bases}
    if any(base.startswith("Base") and base in classes for base in bases):
        return False
    heirs = [each for each in classes.values() if case.name in {ast.unparse(base) for base in each.bases}]
    return case.name.startswith("Base") or not heirs


def _members(case: ast.ClassDef, classes: dict[str, ast.ClassDef]) -> list[ast.stmt]:
    """The members of the class and, behind them, those of its bases in the file that it does not have itself."""
    members = list(case.body)
    for base in case.bases:
        inherited = classes.get(ast.unparse(base))
        if inherited is not None:
            own = set().union(*map(_bound, members)) if members else set()
            members += [member for member in _members(inherited, classes) if not _bound(member) & own]
    return [member for member in members if not _bound(member) & PROVIDED]


def _bound(member: ast.stmt) -> set[str]:
    match member:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return {member.name}
        case ast.Assign(targets=targets):
            return {name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)}
    return set()


def _program(
    name: str, method: ast.FunctionDef | ast.AsyncFunctionDef, members: list[ast.stmt], known: dict[str, ast.stmt]
) -> str:
    case = ast.ClassDef(name=name, bases=[], keywords=[], body=members, decorator_list=[])
    taken = [method, *helpers_of(case, method, {"setUp", "tearDown", "asyncSetUp", "asyncTearDown"})]
    # A `setUp` that makes a loop does what ours does.
    taken = [each for each in taken if not (_bound(each) == {"setUp"} and "new_test_loop" in ast.unparse(each))]
    case.bases = [ast.Name("AsyncTestCase", ast.Load())]
    helpers = _that_run_a_loop([each for each in taken if each is not method])
    case.body = [
        _awaiting(member, helpers) if member is method or _bound(member) & helpers else member
        for member in members
        if member in taken
    ]
    case.body = [_Timeless().visit(copy.deepcopy(member)) for member in case.body]
    parts = [ast.unparse(ast.fix_missing_locations(node)) for node in (*needed_by(case.body, known), case)]
    run = [
        *parts,
        f"case = {name}()",
        "case.setUp()",
        "await case.asyncSetUp()",
        f"await case.{method.name}()",
        "await case.asyncTearDown()",
        "case.tearDown()",
        "return 'done'",
    ]
    body = textwrap.indent("\n".join(run), "        ")
    return f"{HEAD}{CASE}\n{ASYNC_CASE}\n@workflow\nclass Script(Workflow):\n    async def run(self):\n{body}\n"


def _that_run_a_loop(members: list[ast.stmt]) -> frozenset[str]:
    """The methods that run the loop for a while, by themselves or by others of them."""
    found: set[str] = set()
    texts = {member.name: ast.unparse(member) for member in members if isinstance(member, ast.FunctionDef)}
    while True:
        calls = ("run_until_complete(", "run_briefly(", "self._run_loop(", *(f"self.{name}(" for name in found))
        new = {name for name, text in texts.items() if any(call in text for call in calls)}
        if new == found:
            return frozenset(found)
        found = new


def _awaiting(member: ast.stmt, helpers: frozenset[str]) -> ast.stmt:
    if not isinstance(member, ast.FunctionDef):
        return member
    method = copy.deepcopy(member)  # others have it as a helper
    body = [part for statement in method.body for part in _listed(_Awaiting(helpers).visit(statement))]
    return ast.AsyncFunctionDef(name=method.name, args=method.args, body=body, decorator_list=[], lineno=method.lineno)


def _listed(visited: ast.stmt | list[ast.stmt]) -> list[ast.stmt]:
    return visited if isinstance(visited, list) else [visited]
