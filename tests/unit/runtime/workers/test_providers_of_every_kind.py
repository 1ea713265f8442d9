"""Whatever can be called provides: partials, methods, decorated functions, objects; FastAPI's own markers. And clean-up
that comes after a cancellation, or that raises."""

import asyncio
import functools
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Annotated, Any

import pytest

from waymark.dependencies import CannotProvide, Depends, provide_dependencies
from waymark.exceptions import WaymarkError
from waymark.runtime.workers.perform import perform
from waymark.vm.surface import Raised, Succeeded
from waymark.vm.wire import decode_outcome, encode_value

SAID: list[str] = []


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    SAID.clear()
    yield


def attempt(function: Any, *args: Any) -> Any:
    return decode_outcome(asyncio.run(perform({"shop:act": function}, "shop:act", encode_value((args, {})))))


def base() -> int:
    return 40


def plain(name: str, more: Annotated[int, Depends(base)] = 0) -> str:
    return f"{name} {more}"


async def awaited(name: str) -> str:
    return name


def yields(name: str) -> Iterator[str]:
    SAID.append(f"open {name}")
    yield name
    SAID.append(f"close {name}")


async def yields_async(name: str) -> AsyncIterator[str]:
    SAID.append(f"open {name}")
    yield name
    SAID.append(f"close {name}")


def decorated(provider: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(provider)
    def around(*args: Any, **kwargs: Any) -> Any:
        return provider(*args, **kwargs)

    return around


class Pool:
    def __init__(self, name: str) -> None:
        self.name = name

    def connection(self) -> Iterator[str]:
        yield from yields(self.name)

    async def connected(self) -> str:
        return self.name

    @classmethod
    def usual(cls) -> str:
        return "usual"


class Called(Pool):
    def __call__(self) -> Iterator[str]:
        yield from yields(self.name)


class CalledAsync(Pool):
    async def __call__(self) -> str:
        return self.name


@pytest.mark.parametrize(
    ("provider", "value", "cleans_up"),
    [
        (functools.partial(plain, "a"), "a 40", False),
        (functools.partial(functools.partial(plain), "a", more=1), "a 1", False),
        (functools.partial(awaited, "a"), "a", False),
        (functools.partial(yields, "a"), "a", True),
        (functools.partial(yields_async, name="a"), "a", True),
        (functools.partial(decorated(yields), "a"), "a", True),
        (decorated(functools.partial(yields_async, "a").func), "given", True),
        (Pool("a").connection, "a", True),
        (Pool("a").connected, "a", False),
        (Pool.usual, "usual", False),
        (Called("a"), "a", True),
        (CalledAsync("a"), "a", False),
    ],
)
def test_whatever_can_be_called_provides(provider: Any, value: str, cleans_up: bool) -> None:
    async def act(name: str, got: Annotated[Any, Depends(provider)]) -> Any:
        SAID.append("act")
        return got

    assert attempt(act, "given") == Succeeded(value)
    said = [f"open {value}", "act", f"close {value}"] if cleans_up else ["act"]
    assert said == SAID


def test_a_function_that_returns_a_generator_gives_the_generator() -> None:
    def numbers() -> Any:
        return (n for n in range(3))

    async def act(got: Annotated[Any, Depends(numbers)]) -> list[int]:
        return list(got)

    assert attempt(act) == Succeeded([0, 1, 2])


def test_fastapis_own_markers_are_understood() -> None:
    fastapi = pytest.importorskip("fastapi", reason="the extra dev installs it")

    def needs(request: fastapi.Request) -> str:  # type: ignore[name-defined]
        return str(request)

    async def act(
        name: str,
        first: Annotated[str, fastapi.Depends(yields)],
        second: str = fastapi.Depends(yields_async),
        third: int = fastapi.Security(base),
    ) -> list[Any]:
        return [first, second, third]

    async def of_a_request(name: str, got: Annotated[str, fastapi.Depends(needs)]) -> None: ...

    assert attempt(act, "a") == Succeeded(["a", "a", 40])
    assert SAID == ["open a", "open a", "close a", "close a"]
    outcome = attempt(of_a_request, "a")
    assert isinstance(outcome, Raised) and "needs 'request', which nothing provides" in str(outcome.error)


def test_a_cancelled_attempt_is_cleaned_up() -> None:
    async def lasting() -> AsyncIterator[int]:
        try:
            yield 1
        except asyncio.CancelledError:
            SAID.append("cancelled")
            raise
        finally:
            await asyncio.sleep(0)
            SAID.append("closed")

    begun = asyncio.Event()

    async def act(n: Annotated[int, Depends(lasting)]) -> None:
        begun.set()
        await asyncio.Event().wait()

    async def test() -> None:
        task = asyncio.create_task(perform({"shop:act": act}, "shop:act", encode_value(((), {}))))
        await begun.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(test())
    assert SAID == ["cancelled", "closed"]


def test_clean_up_that_raises_after_the_action_has_raised_does_not_hide_that() -> None:
    def stubborn() -> Iterator[int]:
        try:
            yield 1
        finally:
            raise OSError("cannot be closed")

    async def act(n: Annotated[int, Depends(stubborn)], a: Annotated[str, Depends(Called("a"))]) -> None:
        raise ValueError("no")

    outcome = attempt(act)
    assert isinstance(outcome, Raised) and str(outcome.error) == "cannot be closed"
    assert str(outcome.error.__context__) == "no"
    assert SAID == ["open a"], "it saw the error, and went no further than its yield"


def test_what_goes_wrong_is_of_the_one_family() -> None:
    async def act(order_id: int) -> None: ...

    async def test() -> None:
        async with provide_dependencies(act):
            raise AssertionError("it cannot be called")

    for wrong in (lambda: Depends(7), lambda: asyncio.run(test())):
        with pytest.raises(CannotProvide) as raised:
            wrong()
        assert isinstance(raised.value, WaymarkError) and isinstance(raised.value, TypeError)
