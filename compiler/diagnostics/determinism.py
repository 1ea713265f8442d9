"""WM2xx: a workflow does what gives another answer, or happens again, when a run is resumed."""

from __future__ import annotations

from typing import ClassVar

from .model import Diagnostic

# What to write for a look inside the interpreter, by the last part of what was called or read.
_INSTEAD = {
    "id": "compare objects with `is`; the address of one is another wherever a run resumes",
    "locals": "name the variables, or keep them in a dict of your own: `values = {}`",
    "globals": "name the variable, or keep values in a dict of your own: `values = {}`",
    "vars": "name the attributes, or ask for them with `getattr(value, name)`",
    "dir": "name the attributes, or ask for them with `hasattr(value, name)`",
    "__import__": "write `import ...` at the top of the module",
    "import_module": "write `import ...` at the top of the module",
    "__subclasses__": "keep the classes in a list of your own: `KINDS = [...]`",
    "__code__": "remove it: a compiled function has no Python code to look at",
}


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
        key = waymark.uuid4()               # drawn by the run, and the same when it resumes

    `waymark.random()` is a float from 0.0 to 1.0. For other values draw in an @action, whose result is stored once.
    """

    code: ClassVar[str] = "WM201"

    def headline(self) -> str:
        return f"`{self.call}` gives a different answer when this workflow resumes"

    def label(self) -> str:
        return "draws a random value"

    def help(self) -> str:
        if "uuid" in self.call:
            return "use `waymark.uuid4()`, which the run draws once and keeps"
        return "use `waymark.random()`, which the run draws once and keeps, or move it into an @action"


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

    def help(self) -> str:
        if self.call.removesuffix("()").rpartition(".")[2] in ("exit", "quit", "_exit"):
            return "write `return` to end the run, or raise an exception to let it fail"
        return Impure.help(self)

    def headline(self) -> str:
        return f"`{self.call}` reaches outside the workflow, and would happen again or be lost when it resumes"

    def label(self) -> str:
        return "reaches outside the workflow"


class EnvironmentRead(Impure, frozen=True, kw_only=True):
    """A workflow, or a module that it needs, read an environment variable.

    What it means
        A run moves between machines, and each may have another value there. What a module keeps of it would belong to
        the machine that the run began on.

    Instead of
        LIMIT = int(os.environ["LIMIT"])    # at the top of the module

    Write
        async def run(self, order_id, limit=3): ...
    """

    code: ClassVar[str] = "WM206"

    def headline(self) -> str:
        return f"`{self.call}` may be another one where this workflow resumes"

    def label(self) -> str:
        return "reads the environment of one machine"

    def help(self) -> str:
        return "pass it as an argument, or read it in an @action"


class ImportEffect(Impure, frozen=True, kw_only=True):
    """A module is imported for what it does when it is imported.

    What it means
        A run imports nothing: what its code needs is compiled into it. The line would do nothing.

    Instead of
        import this                         # prints a poem

    Write
        print("Beautiful is better than ugly.")   # in run(): a record in the log of the run
    """

    code: ClassVar[str] = "WM207"
    effect: str

    def headline(self) -> str:
        return f"`{self.call}` {self.effect}, and a run imports nothing"

    def label(self) -> str:
        return "acts when it is imported"

    def help(self) -> str:
        return "remove it, or write it in the @action that is to do this"


class ClockRead(Impure, frozen=True, kw_only=True):
    """A workflow read the machine's clock.

    What it means
        A resumed run would read another time than the run it continues, and take another path.

    Instead of
        started = datetime.now()            # in run()

    Write
        started = waymark.now()             # when the run last went on: the same when it resumes
    """

    code: ClassVar[str] = "WM203"

    def headline(self) -> str:
        return f"`{self.call}` gives a different answer when this workflow resumes"

    def label(self) -> str:
        return "reads the machine's clock"

    def help(self) -> str:
        return "use `waymark.now()`, a datetime in UTC, which is the same when the run resumes"


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

    def help(self) -> str:
        return _INSTEAD.get(self.call.removesuffix("()").rpartition(".")[2]) or Impure.help(self)

    def label(self) -> str:
        return "looks inside the interpreter"
