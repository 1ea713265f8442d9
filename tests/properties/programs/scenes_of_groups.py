"""Scenes of exception groups: `except*`, groups that are split and raised again, tracebacks. See `scenes_of_errors`."""

from __future__ import annotations

from .functions import function_scope
from .maker import Maker, statement
from .scenes_of_errors import NEEDED
from .scenes_of_values import pause_of

PARTS = ("ValueError(1)", "KeyError('k')", "TypeError('t')", "OSError(2, 'no')", "IndexError()")


def group(make: Maker, depth: int = 1) -> str:
    """An exception group, with groups inside."""
    chance = make.chance
    parts = [chance.pick(PARTS) for _ in range(chance.between(1, 3))]
    if depth and chance.percent(50):
        parts.insert(chance.below(2), group(make, depth - 1))
    return f"ExceptionGroup({make.leaf('str') if chance.percent(20) else repr('all')}, [{', '.join(parts)}])"


def kind_in(make: Maker, raised: str) -> str:
    """A kind that some part of the group has."""
    held = [name for name in ("ValueError", "KeyError", "TypeError", "OSError", "IndexError") if f"{name}(" in raised]
    kind = make.chance.pick(held)
    return make.chance.pick((kind, kind, f"({kind}, ZeroDivisionError)", "Exception"))


@statement(weight=4, needs=NEEDED + ", except*, raise")
def except_star(make: Maker) -> list[str]:
    """A group goes through several handlers, which pause, raise anew or raise again; what is left goes on."""
    chance, asynchronous = make.chance, make.may_await()
    raised = group(make) if chance.percent(80) else chance.pick(PARTS)
    handlers: list[str] = []
    for kind in [kind_in(make, raised), "Exception"][: chance.between(1, 2)]:
        last = chance.pick(("pass", "raise", "raise KeyError('new')", "raise part from None", "raise ValueError(part)"))
        handlers += [f"except* {kind} as part:", "    print(repr(part), part.__cause__)"]
        handlers += [f"    {line}" for line in (*pause_of(make), last)]
    rest = ["else:", "    print('none')"] if chance.percent(20) else []
    rest += ["finally:", f"    {'await act(0)' if asynchronous else 'print(0)'}"] if chance.percent(30) else []
    before = [f"    {line}" for line in pause_of(make)]
    body = [f"    raise {raised}"]
    return _shown("try:", *before, *body, *handlers, *rest)


def may_stand_in_a_clause(lines: list[str]) -> list[str]:
    """The lines, or others: nothing may leave a clause of `except*` for the loop or function around it."""
    try:
        compile("\n".join(["async def f():", "  try: pass", "  except* OSError:", *lines]), "", "exec")
    except SyntaxError:
        return ["    print('clause')"]
    return lines


@statement(weight=2, needs=NEEDED + ", except*, nested functions")
def loop_in_except_star(make: Maker) -> list[str]:
    """Handlers inside of a loop and of a function, each with statements of its own."""
    name, asynchronous = make.fresh("groups"), make.may_await()
    raised = group(make)
    with function_scope(make, name, asynchronous=asynchronous):
        first, second = make.block(1), may_stand_in_a_clause(make.block(1))
    lines = [
        f"{'async ' if asynchronous else ''}def {name}():",
        "    for turn in (1, 2):",
        "        try:",
        *[f"        {line}" for line in first],
        f"            raise {raised}",
        f"        except* {kind_in(make, raised)}:",
        *[f"        {line}" for line in second],
        "        except* Exception as part:",
        "            print(turn, part.exceptions)",
        "    return turn",
    ]
    return [*lines, *_shown(f"{make.target('int')} = {'await ' if asynchronous else ''}{name}()")]


@statement(weight=2, needs=NEEDED + ", except*, methods, lambdas")
def group_is_split(make: Maker) -> list[str]:
    """`split`, `subgroup` and `derive`; the parts are the same objects, before and after a pause."""
    raised, keep = group(make), make.fresh("whole")
    kind = kind_in(make, raised)
    condition = make.chance.pick((kind, f"lambda each: isinstance(each, {kind})", "lambda each: 1"))
    return [
        f"{keep} = {raised}",
        f"held = {keep}.exceptions",
        f"found, left = {keep}.split({kind})",
        *pause_of(make),
        f"print(repr(found), repr(left), repr({keep}.subgroup({condition})), {keep}.exceptions is held)",
        f"print(repr({keep}.derive([{make.chance.pick(PARTS)}])), found is {keep}, left is {keep})",
        f"{make.target('bool')} = found is not None and found.exceptions[0] in {keep}.exceptions",
    ]


@statement(weight=3, needs=NEEDED + ", raise")
def traceback_is_there(make: Maker) -> list[str]:
    """An exception gets its traceback when it is raised, keeps it over a pause, and may be given up."""
    kept = make.fresh("kept")
    change = make.chance.pick((f"{kept}.__traceback__ = None", f"{kept} = {kept}.with_traceback(None)", "pass"))
    return [
        f"{kept} = {make.chance.pick(PARTS[:3])}",
        f"print({kept}.__traceback__ is None)",
        "try:",
        f"    raise {kept}",
        "except Exception as error:",
        *[f"    {line}" for line in pause_of(make)],
        f"    print(error.__traceback__ is None, error is {kept})",
        change,
        *pause_of(make),
        f"{make.target('tuple')} = ({kept}.__traceback__ is None, {kept}.__context__ is None, {kept}.args)",
    ]


def _shown(*lines: str) -> list[str]:
    """The lines, guarded by what shows a group that leaves them."""
    handled = ["except Exception as left:", "    print(repr(left), repr(left.__context__), repr(left.__cause__))"]
    return ["try:", *[f"    {line}" for line in lines], *handled]
