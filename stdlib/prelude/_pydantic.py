"""`pydantic` in workflow Python: models, whose validation and serialisation the host does (`vm/hosting.py`).

A model of the program extends the `BaseModel` here, with the methods that the user has written; its fields are in its
`__dict__`, as pydantic has them. What pydantic itself has to look at is asked of the host, where the real class is.
"""

from copy import deepcopy

import _hosted


class ValidationError(ValueError):
    __module__ = "pydantic_core._pydantic_core"

    def __init__(self, *args, **kwargs):
        raise TypeError("No constructor defined for ValidationError")

    def __init_subclass__(cls, **kwargs):
        raise TypeError("type 'pydantic_core._pydantic_core.ValidationError' is not an acceptable base type")

    @property
    def title(self):
        return self.__waymark_invalid__["title"]

    def error_count(self):
        return len(self.__waymark_invalid__["errors"])

    def errors(self, *, include_url=True, include_context=True, include_input=True):
        left = [("url", include_url), ("ctx", include_context), ("input", include_input)]
        hidden = [name for name, shown in left if not shown]
        errors = self.__waymark_invalid__["errors"]
        return [{name: value for name, value in error.items() if name not in hidden} for error in errors]

    def json(self, *, indent=None, include_url=True, include_context=True, include_input=True):
        if indent is not None or not (include_url and include_context and include_input):
            _hosted.refuse("a workflow has `error.json()` without arguments: use `error.errors(...)`")
        return self.__waymark_invalid__["json"]

    def __str__(self):
        return self.__waymark_invalid__["text"]

    def __repr__(self):
        return self.__waymark_invalid__["text"]


def _ask(operation, kind, args, kwargs):
    valid, value = _hosted.ask(operation, kind, args, kwargs)
    if valid:
        return value
    error = _hosted.bare(ValidationError)
    error.__waymark_invalid__ = value
    raise error


class _OfLibrary:
    """Something of the real class that is no value of a run."""

    __slots__ = ()

    def __get__(self, instance, owner):
        _hosted.refuse(
            f"a workflow cannot reach what pydantic keeps of the class {owner.__name__} "
            "(`model_fields`, `model_config` and the like): it is no value"
        )


class BaseModel:
    __slots__ = ("__dict__", "__pydantic_extra__", "__pydantic_fields_set__", "__pydantic_private__")

    model_config = _OfLibrary()
    model_fields = _OfLibrary()
    model_computed_fields = _OfLibrary()
    model_post_init = _OfLibrary()
    model_rebuild = _OfLibrary()

    def __new__(cls, /, *args, **data):
        return _ask("make", cls, args, data)

    def __init__(self, /, *args, **data):
        pass

    def __class_getitem__(cls, parameters):
        _hosted.refuse(f"`{cls.__name__}[...]` makes a class: name one at the top, `class Mine({cls.__name__}[...])`")

    # --- attributes ---

    def __getattr__(self, name):
        return _hosted.missing(self, name)

    def __setattr__(self, name, value):
        about = _hosted.known("describe", type(self), (), {})
        if name in about["plain"]:
            _hosted.hold(self, name, value)
        elif name in about["private"] and self.__pydantic_private__ is not None:
            self.__pydantic_private__[name] = value
        elif name.startswith("_") or (isinstance(getattr(type(self), name, None), property) and not about["frozen"]):
            super().__setattr__(name, value)
        else:
            _hosted.fill(self, *_ask("change", type(self), ("__setattr__", self, name, value), {}))

    def __delattr__(self, name):
        _hosted.fill(self, *_ask("change", type(self), ("__delattr__", self, name), {}))

    @property
    def model_extra(self):
        return self.__pydantic_extra__

    @property
    def model_fields_set(self):
        return self.__pydantic_fields_set__

    # --- as a value ---

    def __eq__(self, other):
        if not isinstance(other, BaseModel):
            return NotImplemented
        if type(self) is not type(other):
            return False
        if self.__pydantic_private__ != other.__pydantic_private__:
            return False
        if (self.__pydantic_extra__ or {}) != (other.__pydantic_extra__ or {}):
            return False
        mine, theirs = self.__dict__, other.__dict__
        if mine == theirs:
            return True
        names = _hosted.known("describe", type(self), (), {})["fields"]
        if all(name in names for name in mine) and all(name in names for name in theirs):
            return False
        return {name: mine[name] for name in names if name in mine} == {
            name: theirs[name] for name in names if name in theirs
        }

    def __hash__(self):
        about = _hosted.known("describe", type(self), (), {})
        if not about["frozen"]:
            raise TypeError(f"unhashable type: '{type(self).__name__}'")
        held = [self.__dict__.get(name) for name in about["fields"]]
        return hash(held[0]) if len(held) == 1 else hash(tuple(held))

    def __repr__(self):
        return _ask("call", type(self), ("__repr__", self), {})

    def __str__(self):
        return _ask("call", type(self), ("__str__", self), {})

    def __iter__(self):
        yield from [(name, value) for name, value in self.__dict__.items() if not name.startswith("_")]
        if self.__pydantic_extra__:
            yield from self.__pydantic_extra__.items()

    # --- copies ---

    def __copy__(self):
        made = _hosted.bare(type(self))
        extra, private = self.__pydantic_extra__, self.__pydantic_private__
        _hosted.fill(
            made,
            dict(self.__dict__),
            self.__pydantic_fields_set__,
            None if extra is None else dict(extra),
            None if private is None else dict(private),
        )
        return made

    def __deepcopy__(self, memo=None):
        made = _hosted.bare(type(self))
        fields = deepcopy(self.__dict__, memo)
        extra = deepcopy(self.__pydantic_extra__, memo)
        private = deepcopy(self.__pydantic_private__, memo)
        _hosted.fill(made, fields, self.__pydantic_fields_set__, extra, private)
        return made

    def model_copy(self, *, update=None, deep=False):
        if deep and update:
            return _ask("call", type(self), ("model_copy", self), {"update": update, "deep": deep})
        copied = self.__deepcopy__() if deep else self.__copy__()
        if update:
            about = _hosted.known("describe", type(self), (), {})
            for name, value in update.items():
                if not about["extra"] or name in about["fields"]:
                    copied.__dict__[name] = value
                else:
                    if copied.__pydantic_extra__ is None:
                        _hosted.fill(
                            copied, copied.__dict__, copied.__pydantic_fields_set__, {}, copied.__pydantic_private__
                        )
                    copied.__pydantic_extra__[name] = value
            copied.__pydantic_fields_set__.update(update.keys())
        return copied

    # --- what the host does ---

    def model_dump(self, *args, **kwargs):
        return _ask("call", type(self), ("model_dump", self, *args), kwargs)

    def model_dump_json(self, *args, **kwargs):
        return _ask("call", type(self), ("model_dump_json", self, *args), kwargs)

    def dict(self, *args, **kwargs):
        return _ask("call", type(self), ("dict", self, *args), kwargs)

    def json(self, *args, **kwargs):
        return _ask("call", type(self), ("json", self, *args), kwargs)

    def copy(self, *args, **kwargs):
        return _ask("call", type(self), ("copy", self, *args), kwargs)

    @classmethod
    def model_validate(cls, *args, **kwargs):
        return _ask("call", cls, ("model_validate", *args), kwargs)

    @classmethod
    def model_validate_json(cls, *args, **kwargs):
        return _ask("call", cls, ("model_validate_json", *args), kwargs)

    @classmethod
    def model_validate_strings(cls, *args, **kwargs):
        return _ask("call", cls, ("model_validate_strings", *args), kwargs)

    @classmethod
    def model_construct(cls, *args, **kwargs):
        return _ask("call", cls, ("model_construct", *args), kwargs)

    @classmethod
    def model_json_schema(cls, *args, **kwargs):
        return _ask("call", cls, ("model_json_schema", *args), kwargs)

    @classmethod
    def parse_obj(cls, *args, **kwargs):
        return _ask("call", cls, ("parse_obj", *args), kwargs)

    @classmethod
    def parse_raw(cls, *args, **kwargs):
        return _ask("call", cls, ("parse_raw", *args), kwargs)


class RootModel(BaseModel):
    def __eq__(self, other):
        return super().__eq__(other) if isinstance(other, RootModel) else NotImplemented

    def __hash__(self):
        return super().__hash__()
