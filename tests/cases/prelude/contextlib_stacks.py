# Stacks of managers, and the contexts of what is raised while they are left.
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, contextmanager

from waymark import Workflow, action, workflow


@action
async def act(value=None): ...


class Manager:
    def __init__(self, name, raises=None, swallows=False):
        self.name, self.raises, self.swallows = name, raises, swallows

    def __enter__(self):
        print("enter", self.name)
        return self

    def __exit__(self, kind, error, trace):
        print("exit", self.name, repr(error))
        if self.raises is not None:
            raise self.raises
        return self.swallows


class AManager(Manager):
    __enter__ = None

    async def __aenter__(self):
        await act(self.name)
        return self

    async def __aexit__(self, kind, error, trace):
        await act(self.name)
        return super().__exit__(kind, error, trace)


def contexts(error):
    found = []
    while error is not None:
        found.append(repr(error))
        error = error.__context__
    return " <- ".join(found)


def run_stack(managers, error):
    try:
        with ExitStack() as stack:
            for manager in managers:
                stack.enter_context(manager)
            if error is not None:
                raise error
    except Exception as raised:
        print("stack:", contexts(raised))
    else:
        print("stack: through")


@asynccontextmanager
async def resource(name):
    print("open", name, await act(name))
    try:
        yield name
    finally:
        print("close", name, await act(name))


@workflow
class Script(Workflow):
    async def run(self):
        run_stack([], None)
        run_stack([Manager("a"), Manager("b")], ValueError(1))
        run_stack([Manager("a", swallows=True), Manager("b", KeyError(2))], ValueError(1))
        run_stack([Manager("a", TypeError(3)), Manager("b", KeyError(2)), Manager("c", OSError(4))], ValueError(1))
        run_stack([Manager("a", TypeError(3)), Manager("b", swallows=True), Manager("c", OSError(4))], ValueError(1))
        try:
            raise IndexError("outer")
        except IndexError:
            run_stack([Manager("a", TypeError(3)), Manager("b", KeyError(2))], ValueError(1))
            run_stack([Manager("a", TypeError(3)), Manager("b", KeyError(2))], None)
        stack = ExitStack()
        print(stack.callback(print, "called", 1, sep="-") is print)
        print(stack.push(lambda *exc: print("pushed", exc)) is not None)
        stack.push(Manager("pushed"))
        later = stack.pop_all()
        stack.close()
        print("moved")
        later.close()
        for bad in (1, object()):
            try:
                with ExitStack() as stack:
                    stack.enter_context(bad)
            except TypeError as raised:
                print(raised)
        try:
            async with AsyncExitStack() as stack:
                names = [await stack.enter_async_context(resource(n)) for n in range(3)]
                stack.enter_context(Manager("sync"))
                stack.push_async_exit(AManager("pushed"))
                stack.push_async_callback(Script.note, "later", n=1)
                stack.callback(print, "plain")
                print(names)
                raise ValueError("body")
        except ValueError as raised:
            print("left", contexts(raised))
        try:
            async with AsyncExitStack() as stack:
                await stack.enter_async_context(AManager("a", TypeError(3)))
                await stack.enter_async_context(AManager("b", KeyError(2)))
                raise ValueError(1)
        except TypeError as raised:
            print(contexts(raised))
        try:
            async with AsyncExitStack() as stack:
                await stack.enter_async_context(Manager("no"))
        except TypeError as raised:
            print(raised)
        stack = AsyncExitStack()
        await stack.enter_async_context(resource("kept"))
        moved = stack.pop_all()
        await stack.aclose()
        print("not yet")
        await moved.aclose()

    @staticmethod
    async def note(text, n):
        print(text, n, await act(text))
