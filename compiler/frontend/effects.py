"""What is known not to change an object: immutable values, and functions and methods that only look."""

from __future__ import annotations

import libcst as cst

from .bindings import dotted
from .constants import constant_value
from .meanings import Action, Constant, Function, InProject, Outside
from .modules import Module
from .resolve import PYTHON_BUILTINS, Resolver

_DISPLAYS = (cst.List, cst.Dict, cst.Set, cst.Tuple, cst.ListComp, cst.DictComp, cst.SetComp)
_TEXTS = (cst.FormattedString, cst.SimpleString, cst.ConcatenatedString)

# Calls of these give a value that nothing can change.
_IMMUTABLE = frozenset(
    "bool bytes complex float frozenset int str repr ascii format hash len ord chr abs round divmod pow isinstance "
    "issubclass callable range".split()
)
_IMMUTABLE_OUTSIDE = frozenset(
    "datetime.timedelta datetime.datetime datetime.date datetime.time datetime.timezone decimal.Decimal re.compile "
    "fractions.Fraction uuid.UUID zoneinfo.ZoneInfo pathlib.Path pathlib.PurePath pathlib.PurePosixPath "
    "collections.namedtuple typing.TypeVar typing.NewType typing.NamedTuple typing.ParamSpec logging.getLogger "
    "operator.itemgetter operator.attrgetter operator.methodcaller waymark.RetryPolicy waymark.BackoffPolicy "
    "waymark.workflow.RetryPolicy waymark.workflow.BackoffPolicy".split()
)

# These never change what they are handed, whatever it is.
_HARMLESS = frozenset(
    "bool callable format hasattr hash id int float str repr ascii isinstance issubclass len print type bytes".split()
)
_HARMLESS_OUTSIDE = frozenset(
    "copy.copy copy.deepcopy json.dumps typing.cast pprint.pprint waymark.action waymark.actions.action "
    "waymark.RetryPolicy waymark.BackoffPolicy waymark.workflow.RetryPolicy waymark.workflow.BackoffPolicy".split()
)
# These go over what they are handed, which changes an iterator and no container.
_READERS = frozenset("all any dict enumerate frozenset list max min reversed set sorted sum tuple zip iter".split())
_READING_METHODS = frozenset("copy count get index items keys values union intersection difference".split())


def is_immutable(node: cst.BaseExpression, module: Module, resolver: Resolver) -> bool:
    """Whether the value of an expression can be seen to be immutable."""
    match node:
        case cst.Comparison() | cst.Lambda() | cst.UnaryOperation(operator=cst.Not()):
            return True
        case cst.BinaryOperation() | cst.BooleanOperation():
            return is_immutable(node.left, module, resolver) and is_immutable(node.right, module, resolver)
        case cst.IfExp():
            return is_immutable(node.body, module, resolver) and is_immutable(node.orelse, module, resolver)
        case cst.Call():
            name = outside_name(dotted(node.func), module, resolver)
            return name in _IMMUTABLE_OUTSIDE or name.removeprefix("builtins.") in _IMMUTABLE
        case cst.Name() | cst.Attribute():
            meaning = resolver.dotted(dotted(node) or "?", module)
            return isinstance(meaning, Constant | Function | Action | InProject)
        case cst.Tuple():
            return all(is_immutable(element.value, module, resolver) for element in node.elements)
    return isinstance(node, _TEXTS) or constant_value(node) is not None


def holds_immutables(node: cst.BaseExpression, module: Module, resolver: Resolver) -> bool:
    """Whether the items of what a `for` goes over can be seen to be immutable."""
    if isinstance(node, cst.List | cst.Tuple | cst.Set):
        return all(is_immutable(element.value, module, resolver) for element in node.elements)
    if isinstance(node, cst.Call):
        return outside_name(dotted(node.func), module, resolver) == "builtins.range"
    return is_immutable(node, module, resolver)  # a text, a constant


def outside_name(name: str | None, module: Module, resolver: Resolver) -> str:
    """The full name of something outside the project that a chain of names means; "" for anything else."""
    if name is None:
        return ""
    meaning = resolver.dotted(name, module)
    if isinstance(meaning, Outside):
        return meaning.name
    return f"builtins.{name}" if meaning is None and name in PYTHON_BUILTINS else ""


def is_container(name: str, module: Module, resolver: Resolver) -> bool:
    """Whether a variable is bound to displays of containers only, so that going over it changes nothing."""
    bindings, _ = resolver.bindings(name, module)
    values = [each.node.value for each in bindings if each.alone and isinstance(each.node, cst.Assign | cst.AnnAssign)]
    return len(values) == len(bindings) and all(isinstance(value, _DISPLAYS) for value in values)


def only_reads(function: str, container: bool) -> bool:
    """Whether a function from outside, by its full name, leaves alone what it is handed."""
    builtin = function.removeprefix("builtins.")
    if builtin in _HARMLESS or function in _HARMLESS_OUTSIDE or function.startswith("logging."):
        return True
    return container and builtin in _READERS


def method_only_reads(method: tuple[str, ...], container: bool) -> bool:
    return container and len(method) == 1 and method[0] in _READING_METHODS
