"""Methods of the builtin types, under their classes: `"builtins.int"`."""

from __future__ import annotations

from collections.abc import Mapping

TABLE: Mapping[str, Mapping[str, str]] = {}
