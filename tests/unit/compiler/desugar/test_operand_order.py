"""What an expression does when its operands wait or fail: each template with every filling, compared with CPython.

An operand is a plain value, an action that is awaited, a failure on the spot, or an action that fails; so the first of
two failures shows in the error, and what was evaluated before it in the actions asked for.
"""

from __future__ import annotations

from itertools import product

import pytest
from differential import assert_same, script
from scripted import Call

FILLINGS = ("[{n}]", "await act([{n}, 2])", "{{}}['lost {n}']", "await act('fails {n}')")

TEMPLATES = """\
{} + {} * {}
-{} // {}
{} < {} < {}
{} in {} is not {}
not {} == {}
{} and {} or {}
({} < {} < {}) or {}
{} if {} else {}
[{}, *{}, {}]
(*{}, *{})
{{*{}, {}}}
{{{}: {}, **{}}}
{{1: {}, **{}, 3: {}}}
max({}, *{}, key={})
dict(a={}, *{}, **{})
dict({}, **{}, b={})
sorted(*{}, reverse={})
len(*{}, *{})
{}.index({})
{}.append({}, *{})
{}[{}]
{}[{}:{}]
{}[{}, *{}]
{}({})
f"{{{}}} {{{}!r:>{{{}}}}}"
f"{{{}:{{{}}}}}{{{}}}"
f"{{{}!s:{{{}}}}}"
[{}][0] < {} < {}
(await act({}), await act({}))
str({} if {} < {} < 9 else 1)
print({}, {}, sep={})
""".splitlines()


def outcome(call: Call) -> object:
    value = call.args[0] if call.args else None
    return ValueError(value) if isinstance(value, str) and value.startswith("fails") else value


def program(template: str) -> str:
    """A module that evaluates the template with every filling, and shows what each came to."""
    holes = template.replace("{{", "").count("{}")
    lines: list[str] = []
    for fillings in product(FILLINGS, repeat=holes):
        operands = [filling.format(n=n) for n, filling in enumerate(fillings)]
        inner = [f"({operand})" for operand in operands]
        lines += ["try:", f"    print({template.format(*inner)})", "except Exception as error:"]
        lines += ["    print(type(error).__name__, error)"]
    return script("\n".join(lines))


@pytest.mark.parametrize("template", TEMPLATES)
def test_operands_are_evaluated_as_in_cpython(template: str) -> None:
    assert_same(program(template), outcomes=outcome, ticks=((5,),), calls_max=1000)
