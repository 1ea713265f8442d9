"""A WRL function as the text of a Python one, to compare what it does with the Python that it came from."""

from __future__ import annotations

from waymark.grammar import tree


def as_python(function: tree.Function) -> str:
    """The function as the text of an `async def`. Dots in the compiler's names become `__dot__`."""
    parameters = ", ".join(parameter.name for parameter in function.parameters)
    return "\n".join([f"async def run({parameters}):", *_block(function.body)])


def _block(body: tree.Block) -> list[str]:
    return ["    " + line for node in body for line in _statement(node)] or ["    pass"]


def _statement(node: tree.Statement) -> list[str]:
    match node:
        case tree.Assign():
            return [f"{_e(node.target)} = {_e(node.value)}"]
        case tree.Update():
            return [f"{_e(node.target)} {node.operator}= {_e(node.value)}"]
        case tree.Do():
            return [_e(node.value)]
        case tree.If():
            return [f"if {_e(node.test)}:", *_block(node.body), "else:", *_block(node.orelse)]
        case tree.While():
            return [f"while {_e(node.test)}:", *_block(node.body)]
        case tree.For():
            return [f"for {_e(node.target)} in {_e(node.iterable)}:", *_block(node.body)]
        case tree.Return():
            return [f"return {_e(node.value)}"]
        case tree.Delete():
            return [f"del {_e(node.target)}"]
        case tree.Break() | tree.Continue():
            return [type(node).__name__.lower()]
    raise AssertionError(node)


def _e(node: tree.Expression | tree.Targets) -> str:
    match node:
        case tree.Constant(value=value):
            return f"({value!r})"
        case tree.Name(id=name):
            return name.replace(".", "__dot__")
        case tree.Tuple(items=items) | tree.Targets(items=items):
            return f"({''.join(_e(item) + ', ' for item in items)})"
        case tree.List(items=items):
            return f"[{', '.join(map(_e, items))}]"
        case tree.Dict(pairs=pairs):
            return "{" + ", ".join(f"{_e(key)}: {_e(value)}" for key, value in pairs) + "}"
        case tree.Subscript(value=value, index=tree.Slice() as index):
            return f"{_e(value)}[{_e(index.start)}:{_e(index.stop)}:{_e(index.step)}]"
        case tree.Subscript(value=value, index=index):
            return f"{_e(value)}[{_e(index)}]"
        case tree.Unary(operator=operator, operand=operand):
            return f"({operator} {_e(operand)})"
        case tree.Binary() | tree.Compare() | tree.Logical():
            return f"({_e(node.left)} {node.operator} {_e(node.right)})"
        case tree.Conditional(test=test, body=body, orelse=orelse):
            return f"({_e(body)} if {_e(test)} else {_e(orelse)})"
        case tree.Call(callee=callee, args=args):
            return f"{_e(callee)}({', '.join(_e(argument.value) for argument in args)})"
        case tree.Await(value=value):
            return f"(await {_e(value)})"
    raise AssertionError(node)
