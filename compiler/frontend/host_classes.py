"""Pydantic models, msgspec Structs and attrs classes: recognised by base or decorator, known by their fields.

    class Order(BaseModel):            =>    class Order(BaseModel) {
        id: int                                  total = property(...)
        lines: list[Line] = []                   __waymark_host__ = ("pydantic",
        @field_validator("id") ...                   (("id", "int", False), ("lines", "list[Line]", True)))
        @property                            }
        def total(self): ...

Such a class is not made of its text: the library makes it, in a process that imports the module, and does there what
only it can do (`vm/hosted.py`). The program's own class has the methods that are plain Python. Fields, settings and
validators are left out, since the host has them; of the fields it is kept which there are, so that a class which is
another one when the run goes on is noticed.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst
import msgspec

from .bindings import block, dotted
from .meanings import Class, Outside, WorkflowClass
from .modules import Module
from .prelude_modules import PreludeModule
from .resolve import Resolver

PYDANTIC, STRUCT, ATTRS = "pydantic", "struct", "attrs"
MARK = "__waymark_host__"
_BASES = {("_pydantic", "BaseModel"): PYDANTIC, ("_pydantic", "RootModel"): PYDANTIC, ("_msgspec", "Struct"): STRUCT}
_CLASSIC = frozenset({"attr.s", "attr.attrs", "attr.attributes", "attr.dataclass"})
_DECORATORS = _CLASSIC | {
    *("attrs.define", "attrs.mutable", "attrs.frozen", "attr.define", "attr.mutable", "attr.frozen"),
}
_ATTRIBUTES = frozenset({"attr.ib", "attr.attrib", "attr.attr", "attr.field", "attrs.field"})
LIBRARIES = frozenset({"pydantic", "pydantic_core", "msgspec", "attr", "attrs"})
_CLASS_VARS = frozenset({"typing.ClassVar", "typing_extensions.ClassVar"})
_DEPTH_MAX = 50  # of classes that extend each other


class Field(msgspec.Struct, frozen=True):
    name: str
    text: str  # of its annotation, in one form; "" without one
    default: bool
    by_keyword: bool = False  # alone


def host_form(node: cst.ClassDef, module: Module, resolver: Resolver, depth: int = 0) -> str | None:
    """Which library makes the class; None if it is the program's own."""
    if isinstance(module, PreludeModule) or depth > _DEPTH_MAX:
        return None
    for base in node.bases:
        found = _base(base, module, resolver)
        if found is None:
            continue
        form = _BASES.get((found.module, found.name))
        home = resolver.module(found.module)
        if form is None and isinstance(home, Module) and isinstance(found, Class):
            form = host_form(found.node, home, resolver, depth + 1)
        if form is not None and form != ATTRS:
            return form
    return ATTRS if attrs_decorator(node, module, resolver) is not None else inherits_attrs(node, module, resolver)


def inherits_attrs(node: cst.ClassDef, module: Module, resolver: Resolver) -> str | None:
    """A class that extends an attrs class, and is none itself, has its `__init__` from there."""
    for base in node.bases:
        found = _base(base, module, resolver)
        home = None if found is None else resolver.module(found.module)
        if isinstance(found, Class) and isinstance(home, Module) and host_form(found.node, home, resolver, 1) == ATTRS:
            return ATTRS
    return None


def attrs_decorator(node: cst.ClassDef, module: Module, resolver: Resolver) -> cst.Decorator | None:
    for each in node.decorators:
        call = each.decorator
        if outside(call.func if isinstance(call, cst.Call) else call, module, resolver) in _DECORATORS:
            return each
    return None


def outside(node: cst.BaseExpression, module: Module, resolver: Resolver) -> str:
    """The full name of something from outside; "" for all else."""
    name = dotted(node)
    meaning = None if name is None else resolver.dotted(name, module)
    return meaning.name if isinstance(meaning, Outside) else ""


def _base(base: cst.Arg, module: Module, resolver: Resolver) -> Class | WorkflowClass | None:
    whole = base.value.value if isinstance(base.value, cst.Subscript) else base.value
    meaning = resolver.dotted(dotted(whole) or "?", module)
    return meaning if isinstance(meaning, Class | WorkflowClass) else None


# --- fields ----------------------------------------------------------------------------------------------------------


def fields_of(node: cst.ClassDef, form: str, module: Module, resolver: Resolver, depth: int = 0) -> dict[str, Field]:
    """The fields of the class and of its bases, by name, in their order."""
    found: dict[str, Field] = {}
    for base in reversed(node.bases):
        meaning = _base(base, module, resolver)
        home = None if meaning is None else resolver.module(meaning.module)
        if meaning is None or not isinstance(home, Module) or depth > _DEPTH_MAX:
            continue
        if (meaning.module, meaning.name) == ("_pydantic", "RootModel"):
            found["root"] = Field("root", "", False)
        elif not isinstance(home, PreludeModule) and (
            form == PYDANTIC or host_form(meaning.node, home, resolver) == form
        ):
            found |= fields_of(meaning.node, form, home, resolver, depth + 1)
    return found | {each.name: each for each in _own_fields(node, form, module, resolver)}


def _own_fields(node: cst.ClassDef, form: str, module: Module, resolver: Resolver) -> Iterator[Field]:
    if form == ATTRS and attrs_decorator(node, module, resolver) is None:
        return
    all_by_keyword = _says(node, "kw_only", module, resolver)
    for part in small_parts(node):
        if isinstance(part, cst.Assign | cst.AnnAssign) and is_field(part, node, form, module, resolver):
            target = part.targets[0].target if isinstance(part, cst.Assign) else part.target
            annotation = part.annotation.annotation if isinstance(part, cst.AnnAssign) else None
            yield Field(
                dotted(target) or "",
                "" if annotation is None else _text(annotation, module),
                _has_default(part.value, module, resolver),
                all_by_keyword or _argument(part.value, "kw_only") == "True",
            )


def small_parts(node: cst.ClassDef) -> Iterator[cst.CSTNode]:
    for line in block(node.body):
        if isinstance(line, cst.SimpleStatementLine | cst.SimpleStatementSuite):
            yield from line.body


def is_field(part: cst.CSTNode, node: cst.ClassDef, form: str, module: Module, resolver: Resolver) -> bool:
    if isinstance(part, cst.AnnAssign) and isinstance(part.target, cst.Name):
        if form == PYDANTIC and part.target.value.startswith("_"):
            return False
        if _is_class_var(part.annotation.annotation, module, resolver) or part.target.value == "model_config":
            return False
        return form != ATTRS or not _only_calls(node, module, resolver) or _is_attribute(part.value, module, resolver)
    if not isinstance(part, cst.Assign) or form != ATTRS or not isinstance(part.targets[0].target, cst.Name):
        return False
    return len(part.targets) == 1 and _is_attribute(part.value, module, resolver)


def _only_calls(node: cst.ClassDef, module: Module, resolver: Resolver) -> bool:
    """Whether attrs takes as fields only what `attr.ib()` is assigned to."""
    decorator = attrs_decorator(node, module, resolver)
    call = None if decorator is None else decorator.decorator
    name = outside(call.func if isinstance(call, cst.Call) else call, module, resolver) if call is not None else ""
    said = _argument(call, "auto_attribs")
    if said in ("True", "False"):
        return said == "False"
    if name in _CLASSIC:
        return name != "attr.dataclass"
    bare = (part for part in small_parts(node) if isinstance(part, cst.Assign))
    return any(_is_attribute(part.value, module, resolver) for part in bare)


def _is_attribute(value: cst.CSTNode | None, module: Module, resolver: Resolver) -> bool:
    return isinstance(value, cst.Call) and outside(value.func, module, resolver) in _ATTRIBUTES


def _is_class_var(annotation: cst.BaseExpression, module: Module, resolver: Resolver) -> bool:
    whole: cst.BaseExpression = annotation
    if isinstance(whole, cst.SimpleString):
        return str(whole.evaluated_value).partition("[")[0].rpartition(".")[2] == "ClassVar"
    whole = whole.value if isinstance(whole, cst.Subscript) else whole
    return outside(whole, module, resolver) in _CLASS_VARS


def _has_default(value: cst.CSTNode | None, module: Module, resolver: Resolver) -> bool:
    if value is None or isinstance(value, cst.Ellipsis):
        return False
    if not isinstance(value, cst.Call):
        return True
    name = outside(value.func, module, resolver)
    if name.partition(".")[0] not in LIBRARIES:
        return True
    first = next((each.value for each in value.args if each.keyword is None), None)
    if first is not None:
        return not isinstance(first, cst.Ellipsis)
    named = {each.keyword.value for each in value.args if each.keyword is not None}
    return bool(named & {"default", "default_factory", "factory"}) or _argument(value, "init") == "False"


def _says(node: cst.ClassDef, name: str, module: Module, resolver: Resolver) -> bool:
    decorator = attrs_decorator(node, module, resolver)
    keywords = {each.keyword.value: each.value for each in node.keywords if each.keyword is not None}
    given = keywords.get(name)
    said = given.value if isinstance(given, cst.Name) else _argument(decorator and decorator.decorator, name)
    return said == "True"


def _argument(call: cst.CSTNode | None, name: str) -> str:
    """The name that stands for an argument of a call; "" for another expression, or without it."""
    for each in call.args if isinstance(call, cst.Call) else ():
        if each.keyword is not None and each.keyword.value == name and isinstance(each.value, cst.Name):
            return each.value.value
    return ""


def _text(annotation: cst.BaseExpression, module: Module) -> str:
    if isinstance(annotation, cst.SimpleString | cst.ConcatenatedString):
        value = annotation.evaluated_value
        return value if isinstance(value, str) else ""
    return ast.unparse(ast.parse(module.tree.code_for_node(annotation).strip(), mode="eval"))
