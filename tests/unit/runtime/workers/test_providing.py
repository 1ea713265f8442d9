"""Dependencies: what is provided, how often, from what, and how it is given back."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Annotated, Any

import pytest

from waymark.dependencies import Depend, Depends, provide_dependencies
from waymark.runtime.workers.current import current_action
from waymark.runtime.workers.perform import perform
from waymark.runtime.workers.providing import CannotProvide, is_marker
from waymark.vm.surface import Raised, Succeeded
from waymark.vm.wire import decode_outcome, encode_value

SAID: list[str] = []


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    SAID.clear()
    yield


def attempt(function: Any, *args: Any, **kwargs: Any) -> Any:
    return decode_outcome(asyncio.run(perform({"shop:act": function}, "shop:act", encode_value((args, kwargs)))))


def error(outcome: Any) -> BaseException:
    assert isinstance(outcome, Raised), outcome
    return outcome.error


class Db:
    def __init__(self, name: str = "usual") -> None:
        SAID.append(f"made {name}")
        self.name = name


def one() -> int:
    SAID.append("one")
    return 1


async def two(first: Annotated[int, Depends(one)]) -> int:
    SAID.append("two")
    return first + 1


def opened() -> Iterator[str]:
    SAID.append("open a")
    try:
        yield "a"
    finally:
        SAID.append("close a")


async def opened_above(below: Annotated[str, Depend(opened)]) -> AsyncIterator[str]:
    SAID.append("open b")
    try:
        yield below + "b"
    except ValueError as raised:
        SAID.append(f"saw {raised}")
    finally:
        SAID.append("close b")


def test_sync_and_async_providers_and_those_of_providers_once_an_attempt():
    async def act(
        by_default: int = Depends(two),
        *,
        annotated: Annotated[int, Depends(two)],
        first: Annotated[int, Depend(one)],
        anew: Annotated[int, Depend(one, use_cache=False)],
    ) -> list[int]:
        return [by_default, annotated, first, anew]

    assert attempt(act) == Succeeded([2, 2, 1, 1])
    assert SAID == ["one", "two", "one"]


def test_a_class_is_a_provider_and_may_be_the_annotation_itself():
    async def act(db: Annotated[Db, Depends()], other: Db = Depend(Db)) -> list[Any]:  # noqa: B008
        return [db.name, db is other]

    assert attempt(act) == Succeeded(["usual", True])
    assert SAID == ["made usual"]


def test_a_provider_gets_the_arguments_of_the_action_by_their_names():
    def of_order(order_id: int, tenant: str = "none") -> str:
        return f"{tenant}/{order_id}"

    async def act(order_id: int, where: Annotated[str, Depends(of_order)]) -> str:
        return where

    assert attempt(act, 7) == Succeeded("none/7")
    assert attempt(act, order_id=7) == Succeeded("none/7")


def test_what_the_caller_gives_is_not_provided():
    async def act(n: int, db: Annotated[str, Depends(opened)]) -> str:
        return db * n

    assert attempt(act, 2, db="given") == Succeeded("givengiven")
    assert SAID == []


def test_clean_up_comes_in_reverse_order_after_the_action():
    async def act(both: Annotated[str, Depends(opened_above)]) -> str:
        SAID.append("act")
        return both

    assert attempt(act) == Succeeded("ab")
    assert SAID == ["open a", "open b", "act", "close b", "close a"]


def test_a_provider_sees_the_error_and_cannot_take_it_back():
    async def act(both: Annotated[str, Depends(opened_above)]) -> None:
        raise ValueError("no")

    assert str(error(attempt(act))) == "no"
    assert SAID == ["open a", "open b", "saw no", "close b", "close a"]


def test_a_provider_that_raises_in_clean_up_makes_the_attempt_raise():
    def stubborn() -> Iterator[int]:
        yield 1
        raise OSError("cannot be closed")

    async def act(n: Annotated[int, Depends(stubborn)], a: Annotated[str, Depends(opened)]) -> int:
        return n

    assert str(error(attempt(act))) == "cannot be closed"
    assert SAID == ["open a", "close a"]


def test_arguments_are_looked_at_before_anything_is_opened():
    async def act(order_id: int, a: Annotated[str, Depends(opened)]) -> int:
        return order_id

    assert "order_id: expected int, got str" in str(error(attempt(act, "x")))
    assert SAID == []


def test_a_missing_argument_is_told_as_by_cpython():
    async def act(order_id: int, a: Annotated[str, Depends(opened)]) -> int:
        return order_id

    assert "missing 1 required positional argument: 'order_id'" in str(error(attempt(act)))


def test_a_provider_that_cannot_be_resolved_is_named():
    def needs(request: Any) -> None: ...

    async def act(n: Annotated[None, Depends(needs)]) -> None: ...

    raised = error(attempt(act))
    assert type(raised).__name__ == CannotProvide.__name__
    assert "needs 'request', which nothing provides" in str(raised)


def test_providers_that_need_each_other_are_an_error():
    def loop(again: Any) -> None: ...

    loop.__annotations__["again"] = Annotated[Any, Depend(loop)]

    async def act(n: Annotated[None, Depends(loop)]) -> None: ...

    assert "needs itself" in str(error(attempt(act)))


def test_fastapis_marker_is_known_by_its_name():
    class TheirDepends:
        def __init__(self, dependency: Any = None, *, use_cache: bool = True) -> None:
            self.dependency = dependency
            self.use_cache = use_cache

    TheirDepends.__name__ = "Depends"
    TheirDepends.__module__ = "fastapi.params"
    security = type("Security", (TheirDepends,), {"__module__": "fastapi.params"})

    async def act(n: Annotated[int, TheirDepends(two)], m: int = security(one)) -> list[int]:  # type: ignore[assignment]
        return [n, m]

    assert attempt(act) == Succeeded([2, 1])
    assert not is_marker(two)


def test_providers_are_a_part_of_the_attempt():
    def key() -> str:
        return current_action().idempotency_key

    async def act(mine: Annotated[str, Depends(key)]) -> bool:
        return mine == current_action().idempotency_key

    assert attempt(act) == Succeeded(True)


def test_the_arguments_of_any_function_can_be_provided():
    async def act(order_id: int, both: Annotated[str, Depends(opened_above)], late: bool = False) -> None: ...

    async def test() -> dict[str, Any]:
        async with provide_dependencies(act, {"order_id": 7}) as arguments:
            assert SAID == ["open a", "open b"]
            return arguments

    assert asyncio.run(test()) == {"order_id": 7, "both": "ab"}
    assert SAID[-2:] == ["close b", "close a"]


def test_arguments_that_nobody_gives_are_named():
    async def act(order_id: int, both: Annotated[str, Depends(opened_above)]) -> None: ...

    async def test() -> None:
        async with provide_dependencies(act):
            raise AssertionError("it cannot be called")

    with pytest.raises(TypeError, match="act needs 'order_id', which is not given, and has no provider"):
        asyncio.run(test())
    assert SAID == []


def test_an_annotation_that_only_type_checkers_can_read_is_none_of_our_business():
    async def act(unknown: "NotImported", n: "Annotated[int, Depends(one)]") -> list[Any]:  # type: ignore[name-defined]  # noqa: F821
        return [unknown, n]

    assert attempt(act, 5) == Succeeded([5, 1])

    async def provided(n: "Annotated[NotImported, Depends(one)]") -> None: ...  # type: ignore[name-defined]  # noqa: F821

    assert "the annotation of 'n' of" in str(error(attempt(provided)))


@pytest.mark.parametrize("provider", [7, "get_db"])
def test_what_cannot_be_called_is_no_provider(provider: Any):
    with pytest.raises(TypeError, match="takes a provider that can be called"):
        Depends(provider)
