"""Dependencies of actions: a parameter that names its provider gets what that gives, and gives it back at the end.

    db: Annotated[Db, Depends(get_db)]          db: Db = Depends(get_db)          db: Annotated[Db, Depends()]

A provider is any callable: a function, an `async def`, a class, a generator or an async generator that yields once; or
such a one in a `functools.partial`, behind a decorator, as a method, as an object with `__call__`. Its own parameters
are resolved likewise; one without a provider gets the action's argument of that name, or its default. What a provider
gives is kept for the attempt, unless it is asked for with `use_cache=False`. Clean-up runs in reverse order, in the
task of the action, and sees its exception; it cannot take it back. docs/adr/0030 says why this is ours.
"""

from __future__ import annotations

import functools
import inspect
import typing
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from functools import lru_cache
from typing import Any

import msgspec

from waymark.stdlib.problems import WaymarkError

DEPTH_MAX = 50  # of providers that need providers


class Dependency(msgspec.Struct, frozen=True):
    """What `Depend(...)` makes. No provider: the annotation is one."""

    dependency: Callable[..., Any] | None = None
    use_cache: bool = True


class CannotProvide(WaymarkError, TypeError):
    """A dependency that cannot be resolved. The message names the parameter and who has it."""


class Plan(msgspec.Struct, frozen=True):
    signature: inspect.Signature
    provided: Mapping[str, Dependency]


@lru_cache(maxsize=4096)
def plan_of(function: Callable[..., Any]) -> Plan:
    """The parameters of a callable, and which of them have a provider."""
    signature = inspect.signature(function)
    hints = _hints(function, signature)
    found = {name: _dependency(each, hints.get(name)) for name, each in signature.parameters.items()}
    return Plan(signature, {name: each for name, each in found.items() if each is not None})


def _hints(function: Any, signature: inspect.Signature) -> Mapping[str, Any]:
    while isinstance(function, functools.partial):
        function = function.func
    target = function.__init__ if inspect.isclass(function) else function
    if not hasattr(target, "__annotations__") and callable(target):
        target = type(target).__call__
    try:
        return typing.get_type_hints(target, include_extras=True)
    except Exception:  # a name of one of them is imported for type checkers alone
        return {name: _hint(each, target) for name, each in signature.parameters.items()}


def _hint(parameter: inspect.Parameter, target: Any) -> Any:
    """One annotation by itself. One that names a provider has to be readable; any other says nothing to us then."""
    alone = type("Alone", (), {"__annotations__": {"it": parameter.annotation}})
    try:
        return typing.get_type_hints(alone, getattr(target, "__globals__", {}), include_extras=True)["it"]
    except Exception as error:
        if isinstance(parameter.annotation, str) and "Depend" in parameter.annotation:
            where = f"the annotation of {parameter.name!r} of {_name(target)}"
            raise CannotProvide(f"{where} cannot be read: {error}") from error
        return Any


def _dependency(parameter: inspect.Parameter, annotation: Any) -> Dependency | None:
    if is_marker(parameter.default):
        return _completed(parameter.default, annotation)
    for each in reversed(getattr(annotation, "__metadata__", ())):
        if is_marker(each):
            return _completed(each, annotation)
    return None


def is_marker(value: Any) -> bool:
    """Ours, or FastAPI's `Depends` and `Security`, which are known by name: nobody has to have it installed."""
    if isinstance(value, Dependency):
        return True
    return any(kind.__name__ == "Depends" and kind.__module__ == "fastapi.params" for kind in type(value).__mro__)


def _completed(marker: Any, annotation: Any) -> Dependency:
    provider = marker.dependency
    if provider is None:
        kinds = typing.get_args(annotation) if hasattr(annotation, "__metadata__") else (annotation,)
        provider = kinds[0] if kinds else None
    if not callable(provider):
        raise CannotProvide(f"Depends({provider!r}) names no provider: give it a callable, or annotate with a class")
    return Dependency(provider, marker.use_cache)


@asynccontextmanager
async def provided(function: Callable[..., Any], given: Mapping[str, Any]) -> AsyncIterator[dict[str, Any]]:
    """What the parameters with a provider that were not given get, for as long as the block lasts."""
    plan = plan_of(function)
    wanted = {name: each for name, each in plan.provided.items() if name not in given}
    if not wanted:
        yield {}
        return
    stack = AsyncExitStack()
    resolver = _Resolver(stack, given)
    try:
        yield {name: await resolver.value(each, 0) for name, each in wanted.items()}
    except BaseException as error:
        # A provider that swallows it would leave the action without an outcome. One that raises another goes through.
        await stack.__aexit__(type(error), error, error.__traceback__)
        raise
    else:
        await stack.aclose()


class _Resolver:
    def __init__(self, stack: AsyncExitStack, given: Mapping[str, Any]) -> None:
        self._stack = stack
        self._given = given
        self._kept: dict[Any, Any] = {}

    async def value(self, dependency: Dependency, depth: int) -> Any:
        provider = dependency.dependency
        assert provider is not None, "plan_of completes every dependency"
        if depth > DEPTH_MAX:
            raise CannotProvide(f"{_name(provider)} needs itself, by way of other providers")
        if dependency.use_cache and provider in self._kept:
            return self._kept[provider]
        value = await self._opened(provider, await self._arguments(provider, depth))
        if dependency.use_cache:
            self._kept[provider] = value
        return value

    async def _arguments(self, provider: Callable[..., Any], depth: int) -> tuple[list[Any], dict[str, Any]]:
        args: list[Any] = []
        kwargs: dict[str, Any] = {}
        try:
            plan = plan_of(provider)
        except ValueError:  # a class of the interpreter's that does not say what it takes
            return args, kwargs
        bound = provider.keywords if isinstance(provider, functools.partial) else {}
        for name, parameter in plan.signature.parameters.items():
            if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD) or name in bound:
                continue
            if name in plan.provided:
                value = await self.value(plan.provided[name], depth + 1)
            elif name in self._given:
                value = self._given[name]
            elif parameter.default is not parameter.empty:
                value = parameter.default
            else:
                raise CannotProvide(
                    f"provider {_name(provider)} needs {name!r}, which nothing provides: give it a default, annotate "
                    "it with Depends(...), or name it as an argument of the action"
                )
            if parameter.kind is parameter.POSITIONAL_ONLY:
                args.append(value)
            else:
                kwargs[name] = value
        return args, kwargs

    async def _opened(self, provider: Callable[..., Any], call: tuple[list[Any], dict[str, Any]]) -> Any:
        args, kwargs = call
        body = _body_of(provider)
        value = provider(*args, **kwargs)
        if inspect.isasyncgen(value) and inspect.isasyncgenfunction(body):
            return await self._stack.enter_async_context(asynccontextmanager(lambda: value)())
        if inspect.isgenerator(value) and inspect.isgeneratorfunction(body):
            return self._stack.enter_context(contextmanager(lambda: value)())
        return await value if inspect.isawaitable(value) and not inspect.isclass(body) else value


def _body_of(provider: Any) -> Any:
    """The function that was written. It tells a provider that yields from one whose value is a generator."""
    while isinstance(provider, functools.partial):
        provider = provider.func
    if not (inspect.isroutine(provider) or inspect.isclass(provider)):
        provider = type(provider).__call__
    return inspect.unwrap(provider)


def _name(provider: Any) -> str:
    return getattr(provider, "__qualname__", repr(provider))
