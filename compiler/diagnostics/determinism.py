"""WM2xx: a workflow does what gives another answer, or happens again, when a run is resumed."""

from __future__ import annotations

from typing import ClassVar

from .model import Diagnostic


class Impure(Diagnostic, frozen=True, kw_only=True):
    call: str

    def label(self) -> str:
        return "depends on more than its arguments"

    def help(self) -> str:
        return "move it into an @action: its result is stored once and never asked for again"


class RandomRead(Impure, frozen=True, kw_only=True):
    """A workflow asked for a random value.

    What it means
        A resumed run would draw another value than the run it continues, and take another path.

    Instead of
        key = uuid4()                       # in run()

    Write
        @action
        async def new_key():
            return uuid4()

        key = await new_key()               # in run(): stored once
    """

    code: ClassVar[str] = "WM201"

    def headline(self) -> str:
        return f"`{self.call}` gives a different answer when this workflow resumes"

    def label(self) -> str:
        return "draws a random value"


class InputOutput(Impure, frozen=True, kw_only=True):
    """A workflow touched the outside world: files, sockets, processes, the terminal, the environment.

    What it means
        A run moves between machines and resumes after crashes. What it did outside would be lost or done twice.

    Instead of
        text = open("prices.csv").read()    # in run()

    Write
        @action
        async def read_prices():
            return Path("prices.csv").read_text()

        text = await read_prices()          # in run()
    """

    code: ClassVar[str] = "WM202"

    def headline(self) -> str:
        return f"`{self.call}` reaches outside the workflow, and would happen again or be lost when it resumes"

    def label(self) -> str:
        return "reaches outside the workflow"


class ClockRead(Impure, frozen=True, kw_only=True):
    """A workflow read the machine's clock.

    What it means
        A resumed run would read another time than the run it continues, and take another path.

    Instead of
        started = datetime.now()            # in run()

    Write
        @action
        async def now():
            return datetime.now()

        started = await now()               # in run(): stored once
    """

    code: ClassVar[str] = "WM203"

    def headline(self) -> str:
        return f"`{self.call}` gives a different answer when this workflow resumes"

    def label(self) -> str:
        return "reads the machine's clock"


class ThreadUse(Impure, frozen=True, kw_only=True):
    """A workflow started threads or processes, or blocked the one it runs in.

    What it means
        A parked run is rows in a database. A thread cannot be stored, and a blocking call would hold up other runs.

    Instead of
        time.sleep(60)                      # in run()

    Write
        await asyncio.sleep(60)             # durable: takes no memory and survives restarts
    """

    code: ClassVar[str] = "WM204"

    def headline(self) -> str:
        return f"`{self.call}` holds a thread, which cannot be stored while this workflow waits"

    def label(self) -> str:
        return "holds a thread"

    def help(self) -> str:
        if self.call == "time.sleep()":
            return "write `await asyncio.sleep(seconds)`, which is durable"
        return "move it into an @action"


class Introspection(Impure, frozen=True, kw_only=True):
    """A workflow looked at the interpreter that would run it as Python.

    What it means
        A workflow's body is compiled; it never runs as Python. There are no frames, module dictionaries or addresses
        to look at, and no code to run that the compiler has not seen.

    Instead of
        value = eval(expression)            # in run()

    Write
        @action
        async def evaluate(expression):
            return eval(expression)
    """

    code: ClassVar[str] = "WM205"

    def headline(self) -> str:
        return f"`{self.call}` looks inside the Python interpreter, which a compiled workflow does not have"

    def label(self) -> str:
        return "looks inside the interpreter"
