"""Values of the library that are the host's own objects: each type with its form (`forms.py`).

One tag stands for all of them in a snapshot, and one on the wire, so a new type is a row in the `FORMS` of its module.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from . import decimals, generics, numeric, paths, policies, records, uuids, zones
from .forms import Form

_MODULES = (decimals, numeric, records, zones, generics, uuids, paths, policies)
FORMS: Mapping[type, Form] = MappingProxyType({form.kind: form for module in _MODULES for form in module.FORMS})
NAMED: Mapping[str, Form] = MappingProxyType({form.name: form for form in FORMS.values()})
assert len(NAMED) == sum(len(module.FORMS) for module in _MODULES), "a type or a name is declared twice"

# What no program can change.
IMMUTABLE = frozenset(form.kind for form in FORMS.values() if not form.changes)
TRAVELLING = frozenset(form.kind for form in FORMS.values() if form.travels)
