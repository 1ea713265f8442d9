"""Forms that are refused although other uses of the same syntax are compiled: the body of a `run`, and its code."""

from __future__ import annotations

from typing import NamedTuple


class Refused(NamedTuple):
    what: str
    body: str
    code: str
    above: str = ""  # what stands above the class


REFUSED = (
    Refused("a metaclass", "class Box(metaclass=type): pass", "WM110"),
    Refused("a class that extends an iterator or a descriptor", "class Box(map): pass", "WM110"),
    Refused("a method `__del__`", "class Box:\n    def __del__(self): pass", "WM110"),
    Refused("a class or function with type parameters", "def f[T](n: T): return n", "WM110"),
    Refused("an action as a value", "return [act]", "WM110"),
    Refused("a workflow class as a value", "return Script", "WM110"),
    Refused("streams of `asyncio` and their kin", "return asyncio.StreamReader()", "WM110"),
    Refused("a coroutine that is dropped", "act(1)", "WM301"),
    Refused("a coroutine used for its result", "return act(1) + 1", "WM302"),
    Refused("the clock", "from datetime import datetime\nreturn datetime.now()", "WM203"),
    Refused("chance", "import random\nreturn random.random()", "WM201"),
    Refused("files, sockets, processes", "return open('prices.csv')", "WM202"),
    Refused("the environment", "import os\nreturn os.environ['HOME']", "WM206"),
    Refused("threads and blocking calls", "import time\ntime.sleep(1)", "WM204"),
    Refused("`eval`, `exec`, `locals` and the like", "return eval('1 + 1')", "WM205"),
    Refused("attributes of the interpreter", "return act.__class__.__subclasses__()", "WM205"),
    Refused("a library that is not in the catalogue", "import turtle\nreturn turtle.Turtle()", "WM405"),
    Refused("a module as a value", "import math\nreturn [math]", "WM403"),
    Refused("a name that nothing defines", "return toatl", "WM401"),
    Refused("a name with several definitions", "return LIMIT", "WM402", "if act:\n    LIMIT = 1\nelse:\n    LIMIT = 2"),
    Refused("an unknown name out of `import *`", "return zeros(3)", "WM409", "from numpy import *"),
    Refused("wrong arguments for an action", "return await fixed(1, 2)", "WM412", "@action\nasync def fixed(n): ..."),
    Refused("an import in the body of a class", "class Box:\n    import math", "WM110"),
)
