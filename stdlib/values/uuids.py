"""The class of UUIDs as values. Their module draws random ones, too, so nothing else of these houses imports it."""

from __future__ import annotations

from uuid import UUID

__all__ = ["UUID"]
