"""abc, dataclasses, enum, types and typing: what makes classes, and what only type checkers read."""

from __future__ import annotations

from collections.abc import Mapping

_METACLASS = "a class of a workflow has no metaclass of its own: write the class statement"
_INSIDE = "it is a type of the interpreter's own objects, which no value of a workflow has: ask for what you can call"
_ABSTRACT = "abstract classes are known by their methods alone: mark these with `abc.abstractmethod`"
_FORM = "it says something to type checkers, and is no value in a workflow: write it in an annotation"
_ALIAS = "it is for annotations: in code name the class itself, from `collections.abc`, `collections` or the builtins"
_HINTS = "annotations are not evaluated in a workflow: keep the types that you need in a dict"
_MEMBERS = "members of an enum stand in its class: name them as `Color.RED`"

TABLE: Mapping[str, Mapping[str, str]] = {
    "abc": {
        "extend `abc.ABC`, or write `metaclass=ABCMeta` in a class statement": "ABCMeta",
        "put `abc.abstractmethod` below `property`, `classmethod` or `staticmethod`": "abstractclassmethod "
        "abstractproperty abstractstaticmethod",
        _ABSTRACT: "get_cache_token update_abstractmethods",
    },
    "dataclasses": {
        "write it in the annotation of a field, as in `rate: InitVar[int]`": "InitVar",
    },
    "enum": {
        "write `property`, which enums have, too": "property",
        _MEMBERS: "global_enum global_enum_repr global_flag_repr global_str",
        "go over the members of a flag, as in `list(flag)`": "show_flag_values",
        "use `format(number, '#b')` for the digits of a flag": "bin",
        "nothing is pickled in a workflow: a member is stored by its name": "pickle_by_enum_name pickle_by_global_name",
    },
    "types": {
        _METACLASS: "new_class prepare_class resolve_bases get_original_bases",
        _INSIDE: "CapsuleType CellType ClassMethodDescriptorType CodeType FrameType GetSetDescriptorType "
        "MemberDescriptorType MethodDescriptorType MethodWrapperType ModuleType WrapperDescriptorType",
        "functions of the library are of several types here: ask `callable(value)`": "BuiltinFunctionType "
        "BuiltinMethodType",
        "write `property`, or a descriptor of your own": "DynamicClassAttribute",
        "`list[int]` and `int | str` are for annotations: name the classes": "GenericAlias UnionType",
    },
    "typing": {
        _FORM: "Annotated Any AnyStr ClassVar Concatenate Final ForwardRef Literal LiteralString Never NoReturn "
        "NotRequired Optional ParamSpec ParamSpecArgs ParamSpecKwargs ReadOnly Required Self TypeAlias TypeAliasType "
        "TypeGuard TypeIs TypeVarTuple Union Unpack NoDefault",
        _ALIAS: "AbstractSet AsyncContextManager AsyncGenerator AsyncIterable AsyncIterator Awaitable BinaryIO "
        "ByteString Callable ChainMap Collection Container ContextManager Coroutine Counter DefaultDict Deque Dict "
        "FrozenSet Generator Hashable IO ItemsView Iterable Iterator KeysView List Mapping MappingView Match "
        "MutableMapping MutableSequence MutableSet OrderedDict Pattern Reversible "
        "Sequence Set Sized TextIO Tuple Type ValuesView",
        "make a TypeVar of your own, as in `T = TypeVar('T')`": "CT_co KT T T_co T_contra VT VT_co V_co",
        _HINTS: "clear_overloads get_args get_origin get_overloads get_protocol_members get_type_hints is_protocol "
        "is_typeddict no_type_check no_type_check_decorator",
        "type checkers alone have a use for it: leave it out": "assert_type dataclass_transform",
        "it prints to stderr, which a run has not: write `print(type(value))`": "reveal_type",
        "write `typing.NamedTuple` as a base, or call `collections.namedtuple`": "NamedTupleMeta",
        "import the modules themselves, not as names of `typing`": "io re",
    },
}
