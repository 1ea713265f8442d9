"""A WRL function as the text of a Python one, to compare what it does with the Python that it came from."""

from __future__ import annotations

from typing import Any

from waymark.grammar import parse, tree
from waymark.stdlib import prelude
from waymark.stdlib.catalogue import NATIVES


def as_python(function: tree.Function) -> str:
    """The function as the text of a `def` or `async def`. Dots in the compiler's names become `__dot__`."""
    parameters = ", ".join(parameter.name for parameter in function.parameters)
    prefix = "async " if function.kind == "coroutine" else ""
    name = function.name.rpartition(".")[2]
    return "\n".join([f"{prefix}def {name}({parameters}):", *_block(function.body)])


def outside(module: tree.Module) -> dict[str, Any]:
    """What the declarations of a module stand for: natives, and functions of the prelude that need only those."""
    space: dict[str, Any] = {}
    for each in module.declarations:
        if isinstance(each, tree.NativeDecl):
            space[_name(each.name)] = NATIVES[each.key].call
        elif isinstance(each, tree.LinkDecl) and each.module == "waymark.prelude.patterns":
            space[_name(each.name)] = _linked(each.module, each.export)
    return space


def _linked(module: str, export: str) -> Any:
    parsed = parse(prelude.source(module), module)
    space = outside(parsed) | {"getattr": getattr}  # outside of a machine there is no gate to ask
    exec(as_python(next(each for each in parsed.functions if each.name == export)), space)
    return space[export]


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
        case tree.Try():
            # Whatever goes on from a handler is what it handles, so Python's bare `raise` is WRL's `reraise`.
            return ["try:", *_block(node.body), f"except BaseException as {_name(node.name)}:", *_block(node.handler)]
        case tree.Finally():
            return ["try:", *_block(node.body), "finally:", *_block(node.last)]
        case tree.Reraise():
            return ["raise"]
        case tree.Raise(error=None):
            return ["raise"]
        case tree.Raise(error=error, cause=None) if error is not None:
            return [f"raise {_e(error)}"]
        case tree.Raise(error=error, cause=cause) if error is not None and cause is not None:
            return [f"raise {_e(error)} from {_e(cause)}"]
    raise AssertionError(node)


def _name(name: str) -> str:
    return name.replace(".", "__dot__")


def _e(node: tree.Expression | tree.Targets) -> str:
    match node:
        case tree.Constant(value=value):
            return f"({value!r})"
        case tree.Name(id=name):
            return _name(name)
        case tree.Tuple(items=items) | tree.Targets(items=items):
            return f"({''.join(_e(item) + ', ' for item in items)})"
        case tree.List(items=items):
            return f"[{', '.join(map(_e, items))}]"
        case tree.Set(items=items):
            return f"{{{', '.join(map(_e, items))}}}"
        case tree.Dict(pairs=pairs):
            return "{" + ", ".join(f"{_e(key)}: {_e(value)}" for key, value in pairs) + "}"
        case tree.Slice(start=start, stop=stop, step=step):
            return f"{_e(start)}:{_e(stop)}:{_e(step)}"
        case tree.Subscript(value=value, index=tree.Tuple(items=items)) if items:
            return f"{_e(value)}[{''.join(_e(item) + ', ' for item in items)}]"
        case tree.Subscript(value=value, index=index):
            return f"{_e(value)}[{_e(index)}]"
        case tree.Attribute(value=value, name=name):
            return f"{_e(value)}.{name}"
        case tree.Unary(operator=operator, operand=operand):
            return f"({operator} {_e(operand)})"
        case tree.Binary() | tree.Compare() | tree.Logical():
            return f"({_e(node.left)} {node.operator} {_e(node.right)})"
        case tree.Conditional(test=test, body=body, orelse=orelse):
            return f"({_e(body)} if {_e(test)} else {_e(orelse)})"
        case tree.Call(callee=callee, args=args):
            return f"{_e(callee)}({', '.join(map(_argument, args))})"
        case tree.Await(value=value):
            return f"(await {_e(value)})"
    raise AssertionError(node)


def _argument(argument: tree.Argument) -> str:
    before = {"positional": "", "keyword": f"{argument.name}=", "star": "*", "double_star": "**"}[argument.kind]
    return before + _e(argument.value)
