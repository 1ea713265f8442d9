# What managers made of generators do with exceptions, and what is wrong with such generators.
import asyncio
from contextlib import (
    AbstractAsyncContextManager,
    AbstractContextManager,
    AsyncContextDecorator,
    ContextDecorator,
    aclosing,
    asynccontextmanager,
    closing,
    contextmanager,
    nullcontext,
    suppress,
)

from waymark import Workflow, action, workflow


@action
async def act(value=None): ...


@contextmanager
def nothing():
    if False:
        yield


@contextmanager
def twice():
    try:
        yield 1
        yield 2
    finally:
        print("twice is closed")


@contextmanager
def goes_on():
    try:
        yield
    except ValueError:
        yield


@contextmanager
def changes():
    try:
        yield
    except ValueError as error:
        raise KeyError("other") from error


@contextmanager
def passes():
    yield


@asynccontextmanager
async def anothing():
    if False:
        yield


@asynccontextmanager
async def atwice():
    try:
        yield 1
        yield 2
    finally:
        print("atwice is closed", await act("closed"))


@asynccontextmanager
async def apasses():
    await act("in")
    yield


@asynccontextmanager
async def aswallows():
    try:
        yield
    except* ValueError:
        await act("swallowed")


def told(error):
    chain = []
    while error is not None:
        chain.append(f"{type(error).__name__}: {error}")
        error = error.__cause__ or error.__context__
    return " <- ".join(chain)


class Thing:
    def close(self):
        print("closed")

    async def aclose(self):
        print("aclosed", await act("aclose"))


class Mine(ContextDecorator):
    def __enter__(self):
        print("enter")
        return self

    def __exit__(self, *exc):
        print("exit", exc[0])
        return True


class AMine(AsyncContextDecorator):
    async def __aenter__(self):
        print("aenter", await act(1))
        return self

    async def __aexit__(self, *exc):
        print("aexit", exc[0], await act(2))
        return False


@Mine()
def decorated(x):
    print("decorated", x)
    raise ValueError(x)


@AMine()
async def adecorated(x):
    return await act(x)


@passes()
def many(x):
    return x + 1


@apasses()
async def amany(x):
    return x + 1


class Half(AbstractContextManager):
    def __exit__(self, *exc):
        return None


@workflow
class Script(Workflow):
    async def run(self):
        for make in (nothing, twice, goes_on, changes, passes):
            for error in (None, ValueError("v"), StopIteration("s"), RuntimeError("r"), ValueError):
                try:
                    with make() as got:
                        print(make.__name__, got)
                        if error is not None:
                            raise error
                except BaseException as raised:
                    print(make.__name__, "raised", raised is error, told(raised))
                else:
                    print(make.__name__, "through")
        for make in (anothing, atwice, apasses, aswallows):
            for error in (None, ValueError("v"), StopAsyncIteration("s"), StopIteration("t"), asyncio.CancelledError()):
                try:
                    async with make() as got:
                        print(make.__name__, got)
                        if error is not None:
                            raise error
                except BaseException as raised:
                    print(make.__name__, "raised", raised is error, told(raised))
                else:
                    print(make.__name__, "through")
        with closing(Thing()) as thing:
            print(type(thing).__name__)
        async with aclosing(Thing()) as thing:
            print(type(thing).__name__)
        print(decorated(3), await adecorated(4), many(1), many(2), await amany(1), await amany(2))
        with nullcontext(5) as five:
            print(five)
        async with nullcontext(6) as six:
            print(six)
        with suppress(LookupError, ZeroDivisionError):
            print([][0])
        try:
            with suppress():
                print({}["k"])
        except KeyError as raised:
            print(repr(raised))
        with Half() as half:
            print(type(half).__name__)
        for kind in (AbstractContextManager, AbstractAsyncContextManager):
            print(isinstance(Thing(), kind), isinstance(Mine(), kind), issubclass(AMine, kind), issubclass(Half, kind))
            try:
                kind()
            except TypeError as raised:
                print(raised)
        manager = passes()
        with manager:
            pass
        try:
            with manager:
                pass
        except AttributeError as raised:
            print(raised)
        generator = twice.__wrapped__()
        print(next(generator), twice.__name__, twice.__module__ == __name__, generator.close())
