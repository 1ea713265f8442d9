"""A whole concurrent program: what its workers share, the workers, `run`, and the script of its actions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn
from scripted import Call, outcome_by_turns
from scripted_order import Order

# Importing these registers what they make.
from . import scenes_of_futures, scenes_of_locks, scenes_of_messages, scenes_of_tasks, scenes_of_waiting
from .maker import TOPICS, Maker, indented

assert scenes_of_futures and scenes_of_locks and scenes_of_messages and scenes_of_tasks and scenes_of_waiting

HEAD = """\
import asyncio
from waymark import Workflow, action, workflow

@action
async def act(value=None): ...

@action
async def flaky(value=None): ...

class Own(Exception):
    def __init__(self, code=0):
        super().__init__(code)
        self.code = code

class Held:
    def __init__(self, inner):
        self.inner = inner
    def __await__(self):
        say("held")
        return asyncio.ensure_future(self.inner).__await__()

def say(*what):
    task = asyncio.current_task()
    now = asyncio.get_running_loop().time()
    print(f"{now:.3f}", task.get_name() if task is not None else "loop", *what)

def brief(error):
    return f"{type(error).__name__}: {str(error).partition('<')[0]}"

def tell(error):
    texts = [brief(error), repr(error.__cause__).partition("<")[0], error.__suppress_context__]
    if isinstance(error, BaseExceptionGroup):
        texts.append([brief(part) for part in error.exceptions])
    before = error.__context__
    while before is not None and len(texts) < 8:
        texts.append(brief(before))
        before = before.__context__
    say(texts)

def told(value):
    if isinstance(value, list):
        return [told(item) for item in value]
    return brief(value) if isinstance(value, BaseException) else value

def late(function):
    try:
        return told(function())
    except BaseException as error:
        return brief(error)

def shown(thing, name):
    method = getattr(thing, name, None)
    return late(method) if method is not None else "none"

def settle(future, value):
    if not future.done():
        future.set_result(value)

def boom(value):
    raise ValueError("boom")

def ended(future):
    say("ended", late(future.result))

async def waits(future):
    return await future

async def failing(value):
    try:
        return await flaky(value)
    finally:
        await act("last")

def spawn(awaitable):
    return asyncio.ensure_future(awaitable)
"""

SHARED = """\
loop = asyncio.get_running_loop()
number = 0
steps = []
futures = []
locks = [asyncio.Lock(), asyncio.Lock()]
events = [asyncio.Event(), asyncio.Event()]
conditions = [asyncio.Condition(), asyncio.Condition(locks[1])]
semaphores = [asyncio.Semaphore({permits}), asyncio.BoundedSemaphore({permits})]
barriers = [asyncio.Barrier(2), asyncio.Barrier(3)]
queues = [asyncio.{queue}({size}), asyncio.Queue()]
tasks = {{level: [] for level in range({levels})}}
tasks[0].append(asyncio.current_task())
def give_up():
    say("give up", len(asyncio.all_tasks()))
    for event in events:
        event.set()
    for task in sorted(asyncio.all_tasks(), key=lambda task: tasks[0][0] is task):
        task.cancel("given up")
    steps.append(0)
    if len(steps) < 30:
        loop.call_later(1, give_up)
def hand(index):
    while len(futures) < 3:
        futures.append(loop.create_future())
    return futures[index % 3]
def one(level, index):
    if tasks.get(level):
        return tasks[level][index % len(tasks[level])]
    done = loop.create_future()
    done.set_result("none")
    return done
"""


@dataclass(frozen=True)
class Program:
    """A module's text, what its actions do (`act` echoes, `flaky` raises by turns), and when they do it."""

    text: str
    failing: tuple[bool, ...]
    order: Order
    scenes: frozenset[str]  # by the names of the functions that make them

    @property
    def outcomes(self) -> Callable[[Call], object]:
        return outcome_by_turns(self.failing)


def make_program(random: Random) -> Program:
    make = Maker(random, workers=random.randrange(2, 5))
    chance = make.chance
    body = SHARED.format(
        permits=chance.between(0, 2),
        queue=chance.pick(("Queue", "Queue", "LifoQueue", "PriorityQueue")),
        size=chance.between(0, 2),
        levels=make.workers + 1,
    ).splitlines()
    for level in range(make.workers, 0, -1):
        body += [f"async def w{level}(number):", *indented([f"say('w{level}', number)", *_body(make, level, 4)])]
        body.append(f"    return ('w{level}', number)")
    if chance.percent(85):
        body.append("loop.call_later(20, give_up)")
    body += [*_body(make, 0, 9), "say('end')", "return [late(future.result) for future in futures], len(steps)"]
    run = indented(indented(body))
    text = "\n".join([HEAD, "@workflow", "class Script(Workflow):", "    async def run(self):", *run, ""])
    failing = tuple(chance.percent(40) for _ in range(chance.between(1, 4)))
    return Program(text, failing, _order(make), frozenset(make.made))


def _body(make: Maker, level: int, most: int) -> list[str]:
    make.level, make.depth, make.budget = level, 0, 3 * most
    lines: list[str] = []
    for _ in range(make.chance.between(most // 2, most)):
        made = make.statement()
        if level == 0 and make.chance.percent(90):  # else most programs would end with their first error
            made = ["try:", *indented(made), "except BaseException as error:", "    tell(error)"]
        lines += made
    return lines


def _order(make: Maker) -> Order:
    """Mostly out of order, often with timers before actions; cancelled seldom; messages early and late."""
    chance = make.chance
    picks = tuple(chance.below(5) for _ in range(chance.between(1, 6))) if chance.percent(75) else None
    bursts = tuple(chance.pick((1, 1, 2, 3)) for _ in range(chance.between(1, 3)))
    messages = tuple((chance.pick(TOPICS), number, chance.below(9)) for number in range(chance.below(6)))
    return Order(picks, bursts, chance.below(8) if chance.percent(12) else None, messages)


@st.composite
def programs(draw: DrawFn) -> Program:
    """Whole programs, for Hypothesis."""
    return make_program(draw(st.randoms(use_true_random=False)))


def program_of_seed(seed: int) -> Program:
    """The same program for the same seed, whatever Hypothesis does."""
    return make_program(Random(seed))
