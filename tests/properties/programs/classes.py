"""Class statements inside of functions, and what is done with classes and instances."""

from __future__ import annotations

from .functions import function_scope
from .maker import Maker, statement


@statement(weight=2, needs="nested classes, classes")
def nested_class(make: Maker) -> list[str]:
    """A class whose body computes, whose method closes over the function's variables."""
    name, chance = make.fresh("Kind"), make.chance
    base = chance.pick(("", "(Box)", "(Pot)"))
    with make.inside(awaiting=False, binding=False):
        attribute = make.plain(1)
    with function_scope(make, name) as scope:
        scope.bound["step"] = "int"
        method = make.block(2)
    lines = [
        f"class {name}{base}:",
        f"    k = {attribute}",
        "    def add(self, step=1):",
        *[f"    {line}" for line in method],
        f"        return {chance.pick(('self.k', '(self.k, step)', '__class__.k'))}",
    ]
    argument = make.expr("int", 1) if base else ""
    return [*lines, f"{make.target('box')} = {name}({argument})", f"{make.target('list')} = {make.leaf('box')}.add()"]


@statement(weight=3, needs="classes")
def class_attribute(make: Maker) -> list[str]:
    """An attribute written through the instance, the class and the subclass."""
    box, value = make.target("box"), make.plain(1)
    writes = [f"Box.k = {value}", f"Pot.k = {make.plain(1)}", f"{box}.k = {make.plain(1)}", f"del {box}.k", "del Pot.k"]
    chosen = [write for write in writes if make.chance.percent(50)]
    lines = [f"{box} = {make.chance.pick(('Box', 'Pot'))}({make.expr('int', 1)})", *chosen]
    return [*lines, f"{make.target('tuple')} = (Box.k, Pot.k, {box}.k, Pot().k)"]


@statement(weight=1, needs="classes, methods")
def shared_class_list(make: Maker) -> list[str]:
    """A mutable class attribute, changed through an instance."""
    lines = ["if len(Box.made) < 4:", f"    {make.leaf('box')}.made.append({make.plain(1)})"]
    return [*lines, f"{make.target('list')} = Box.made"]


@statement(weight=1, needs="classes, type names")
def bound_method(make: Maker) -> list[str]:
    box = make.leaf("box")
    return [f"{make.target('func')} = {box}.add", f"{make.target('bool')} = isinstance({box}, (Pot, int))"]
