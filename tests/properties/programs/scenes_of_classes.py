"""Scenes of class hierarchies: several bases, `super()`, operators, properties, descriptors, slots, hooks."""

from __future__ import annotations

from .maker import Maker, statement
from .scenes_of_errors import NEEDED, guarded
from .scenes_of_generators import watched
from .scenes_of_values import pause_of

CLASSES = NEEDED + ", nested classes"
OPERATORS = (("__add__", "+"), ("__mul__", "*"), ("__or__", "|"), ("__lt__", "<"), ("__eq__", "=="), ("__sub__", "-"))


@statement(weight=4, needs=CLASSES)
def hierarchy(make: Maker) -> list[str]:
    """Three classes, the last with two bases: methods, an operator and a property overridden, with `super()`."""
    chance, number = make.chance, make.fresh("")
    base, left, both = f"Base{number}", f"Left{number}", f"Both{number}"
    method, sign = chance.pick(OPERATORS)
    order = chance.pick((f"{left}, {base}", f"{left}", f"Mixed{number}, {left}", f"{left}, Mixed{number}"))
    lines = [
        f"class {base}:",
        f"    k = {make.leaf('int')}",
        "    rows = []",
        "    def __init__(self, n=1):",
        "        self.n = n",
        f"    def {method}(self, other):",
        f"        print({base!r}, type(self).__name__)",
        "        return (self.n, self.k)",
        "    @property",
        "    def size(self):",
        "        return [self.n]",
        "    def tell(self):",
        f"        return [{base!r}]",
        f"class {left}({base}):",
        f"    def {method}(self, other):",
        f"        return ({chance.pick(('self.k', 'other', 'self.rows'))}, super().{method}(other))",
        "    @property",
        "    def size(self):",
        f"        return [*super().size, {left!r}]",
        "    @size.setter",
        "    def size(self, value):",
        "        self.n = value",
        "    def tell(self):",
        f"        return [{left!r}, *super().tell()]",
        f"class Mixed{number}:",
        "    def tell(self):",
        f"        return ['mixed', *{chance.pick(('super().tell()', '[]', '(1,)'))}]",
        f"class {both}({order}):",
        "    def tell(self):",
        f"        return [{both!r}, *super().tell()]",
        f"    {chance.pick(('k = [0]', 'pass', '__hash__ = None', 'rows = ()'))}",
    ]
    made = make.fresh("made")
    uses = [f"print({made} {sign} {make.leaf('int')})", f"print({made}.size, {made}.tell())", f"{made}.size = 4"]
    uses += [f"{base}.k = {make.leaf('int')}", f"{left}.k = 'left'", f"{both}.k = 'both'", f"{made}.k = 'own'"]
    uses += [f"del {both}.k", f"{made}.rows.append({make.leaf('int')})", f"print(isinstance({made}, {left}), {made}.k)"]
    uses += [f"print([kind.__name__ for kind in {both}.__mro__])", f"{made}.tell = lambda: ['own']"]
    lines += [f"{made} = {both}(2)"]
    for use in [chance.pick(uses) for _ in range(chance.between(2, 5))]:
        lines += [*guarded(make, use), *(pause_of(make) if chance.percent(50) else [])]
    return [*lines, f"{make.target('list')} = [{base}.k, {left}.k, {both}.k, {made}.k, {made}.rows, {made}.tell()]"]


@statement(weight=2, needs=CLASSES)
def slots(make: Maker) -> list[str]:
    """`__slots__`, of a class and of its subclass, which may have a dict again."""
    name, made = make.fresh("Slots"), make.fresh("made")
    more = make.chance.pick(("__slots__ = ('b',)", "pass", "__slots__ = ()"))
    lines = [f"class {name}:", "    __slots__ = ('a', 'c')", f"class {name}_more({name}):", f"    {more}"]
    lines += [f"{made} = {name}_more()", f"{made}.a = [{make.leaf('int')}]"]
    for use in ("{0}.b = 2", "print({0}.b)", "del {0}.a", "print({0}.a)", "{0}.c = {0}.a", "print(hasattr({0}, 'c'))"):
        if make.chance.percent(60):
            lines += [*watched(use.format(made)), *pause_of(make)]
    return [*lines, f"print([hasattr({made}, field) for field in ('a', 'b', 'c', '__dict__')])"]


@statement(weight=2, needs=CLASSES)
def descriptor(make: Maker) -> list[str]:
    """An attribute that an object of the program gives, sets and names; with or without `__set__`."""
    name, owner = make.fresh("Field"), make.fresh("Owner")
    sets = ["    def __set__(self, owner, value):", "        print('set', self.name)", "        owner.kept = [value]"]
    lines = [
        f"class {name}:",
        "    def __set_name__(self, owner, name):",
        "        self.name = name",
        "    def __get__(self, owner, kind=None):",
        "        print('get', self.name, kind.__name__, owner is None)",
        "        return self.name if owner is None else getattr(owner, 'kept', None)",
        *(sets if make.chance.percent(60) else []),
        f"class {owner}:",
        f"    field = {name}()",
        f"made = {owner}()",
    ]
    uses = (
        f"made.field = {make.leaf('int')}",
        "print(made.field)",
        f"print({owner}.field)",
        "made.kept = 3",
        "del made.field",
    )
    for use in [make.chance.pick(uses) for _ in range(make.chance.between(2, 4))]:
        lines += [*guarded(make, use), *pause_of(make)]
    return [*lines, f"{make.target('tuple')} = (made.field, {owner}.field)"]


@statement(weight=2, needs=CLASSES)
def subclass_hook(make: Maker) -> list[str]:
    """`__init_subclass__` with arguments, `__class_getitem__`, classes made in a loop."""
    name = make.fresh("Plugin")
    return [
        f"class {name}:",
        "    known = {}",
        "    def __init_subclass__(cls, /, label=None, **more):",
        "        super().__init_subclass__(**more)",
        f"        {name}.known[label or cls.__name__] = cls",
        "    def __class_getitem__(cls, key):",
        "        return (cls.__name__, key)",
        "kinds = []",
        f"for turn in {make.chance.pick(('(1, 2)', '[0, 1, 0]', 'range(2)'))}:",
        f"    class {name}_sub({name}, label={make.chance.pick(('turn', 'None', repr('x')))}):",
        "        at = turn",
        *[f"    {line}" for line in pause_of(make)],
        f"    kinds.append({name}_sub)",
        f"{make.target('list')} = [kind.at for kind in kinds]",
        f"{make.target('dict')} = {{key: kind is kinds[-1] for key, kind in {name}.known.items()}}",
        *guarded(make, f"print({name}[{make.leaf('int')}], {name}_sub['k'])"),
    ]


@statement(weight=2, needs=CLASSES + ", imports in functions")
def abstract(make: Maker) -> list[str]:
    """An abstract class: what can be made of it, and what cannot."""
    name = make.fresh("Shape")
    own = make.chance.pick(("def area(self): return [super().area(), 2]", "pass", "area = 3", "side = 1"))
    return [
        "from abc import ABC, abstractmethod",
        f"class {name}(ABC):",
        "    @abstractmethod",
        "    def area(self):",
        "        return 1",
        f"class {name}_part({name}):",
        f"    {own}",
        *guarded(make, f"print({name}())"),
        *pause_of(make),
        *guarded(
            make,
            f"made = {name}_part()",
            *pause_of(make),
            f"print(isinstance(made, {name}), made.area)" if "3" in own else "print(made.area())",
        ),
    ]


@statement(weight=2, needs=CLASSES + ", nested functions")
def function_attributes(make: Maker) -> list[str]:
    """Attributes of a function: counted calls, a cache that is the function's own."""
    name, value = make.fresh("counted"), make.leaf("int")
    return [
        f"def {name}(value=0):",
        f"    {name}.calls += 1",
        f"    {name}.kept.setdefault(str(value), []).append({name}.calls)",
        f"    return {name}.kept",
        *(guarded(make, f"{name}({value})") if make.chance.percent(40) else []),
        f"{name}.calls, {name}.kept = 0, {{}}",
        f"{make.target('dict')} = {name}({value})",
        *pause_of(make),
        f"{make.target('dict')} = {name}({make.leaf('int')})",
        *guarded(make, f"del {name}.{make.chance.pick(('calls', 'nothing', 'kept'))}", f"print({name}({value}))"),
        f"print(sorted({name}.__dict__), {name}.__name__)",
    ]
