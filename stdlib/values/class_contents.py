"""`C.__dict__` of a class of the program: what the class itself has under a name, as it is, whatever it inherits.

A class of a workflow does not hold all that CPython's does (annotations are never evaluated, and its layout is the
machine's own), so it is asked by name: going through all of them would not come to what CPython comes to.
"""

from __future__ import annotations

from types import GetSetDescriptorType, MappingProxyType, MemberDescriptorType
from typing import Any, NoReturn

from ..natives.services import Refusal, services
from .standing import stands_for
from .views import View

_OF_PYTHON = frozenset(("__annotations__", "__static_attributes__", "__firstlineno__", "_abc_impl", "__annotate__"))
_LAYOUT = (GetSetDescriptorType, MemberDescriptorType)


class ClassContents(View):
    """`mapping` is the class."""

    __slots__ = ()
    __hash__ = None  # type: ignore[assignment]

    def host(self) -> Any:
        return self._refuse("go through")

    def _refuse(self, what: str) -> NoReturn:
        raise Refusal(f"a workflow cannot {what} the `__dict__` of a class: ask for a name, as in `C.__dict__[name]`")

    def __contains__(self, name: object) -> bool:
        if name in _OF_PYTHON:
            self._refuse(f"look for {name} in")
        return name in vars(self.mapping)

    def __getitem__(self, name: Any) -> Any:
        if name not in self:
            raise KeyError(name)
        found = vars(self.mapping)[name]
        if isinstance(found, _LAYOUT):
            self._refuse(f"read {name} of")
        if type(found) in (dict, list):
            services.get().check_class(self.mapping)  # type: ignore[arg-type]
        return found

    def get(self, name: Any, default: Any = None) -> Any:
        try:
            return self[name]
        except KeyError:
            return default

    def __len__(self) -> int:
        return self._refuse("count")

    def __repr__(self) -> str:
        return self._refuse("show")

    def __eq__(self, other: object) -> bool:
        return self._refuse("compare")


stands_for(MappingProxyType, ClassContents)
