"""What Postgres does for a statement, and for the statements inside the functions that it calls.

auto_explain tells a session the plan of everything that it executes. Kept of a plan is its shape: the nodes, what they
read and by which index, on which conditions; not what it cost, which is another every time.
"""

from __future__ import annotations

import json
import re
from typing import Any

import asyncpg

SETTINGS = {
    "auto_explain.log_min_duration": "0",
    "auto_explain.log_nested_statements": "on",
    "auto_explain.log_format": "json",
    "auto_explain.log_level": "notice",
    "auto_explain.log_timing": "off",
    "client_min_messages": "notice",
    "jit": "off",
}
SHOWN = ("Index Cond", "Hash Cond", "Merge Cond", "Recheck Cond")


class Explained:
    """A connection that remembers the plans of what it did."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self.connection = connection
        self._plans: list[dict[str, Any]] = []

    async def prepare(self) -> None:
        await self.connection.execute("load 'auto_explain'")
        for name, value in SETTINGS.items():
            await self.connection.execute(f"set {name} = '{value}'")
        self.connection.add_log_listener(self._hear)

    def _hear(self, _: asyncpg.Connection, message: Any) -> None:
        found = re.match(r"duration: [\d.]+ ms\s+plan:\s*(\{.*)", message.message, re.DOTALL)
        if found:
            self._plans.append(json.loads(found[1]))

    async def plans_of(self, sql: str, *arguments: Any) -> list[dict[str, Any]]:
        """The plans of a statement and of those inside, in the order in which they ended. What it writes is undone."""
        self._plans.clear()
        trying = self.connection.transaction()
        await trying.start()
        try:
            await self.connection.fetch(sql, *arguments)
        finally:
            await trying.rollback()  # meanwhile the last messages arrive
        return [plan for plan in self._plans if "waymark." in plan["Query Text"]]  # and not what the driver asks


def shape_of(plans: list[dict[str, Any]]) -> str:
    """As text, without the statements that read no table."""
    shown = []
    for plan in plans:
        nodes = _lines(plan["Plan"], 0)
        if any(" on " in node or " using " in node for node in nodes):
            shown.append("\n".join([f"-- {_first_words(plan['Query Text'])}", *nodes]))
    return "\n".join(dict.fromkeys(shown))  # one that was made for each of some rows is shown once


def scanned_whole(plans: list[dict[str, Any]]) -> set[str]:
    """The tables that were read from end to end."""
    return {node["Relation Name"] for plan in plans for node in _nodes(plan["Plan"]) if node["Node Type"] == "Seq Scan"}


def _nodes(node: dict[str, Any]) -> list[dict[str, Any]]:
    return [node, *(below for child in node.get("Plans", ()) for below in _nodes(child))]


def _first_words(text: str) -> str:
    words = " ".join(re.sub(r"--.*", "", text).split())
    return words if len(words) <= 90 else f"{words[:87]}..."


def _lines(node: dict[str, Any], depth: int) -> list[str]:
    name = node["Node Type"]
    if name == "ModifyTable":
        name = node["Operation"]
    if "Subplan Name" in node and depth:
        name = f"{node['Subplan Name']}: {name}"
    if "Index Name" in node:
        name += f" using {_undated(node['Index Name'])}"
    if "Relation Name" in node:
        name += f" on {_undated(node['Relation Name'])}"
    conditions = [f"{kind}: {_tidy(node[kind])}" for kind in SHOWN if kind in node]
    indent = "  " * depth
    line = indent + name + (f"  [{'; '.join(conditions)}]" if conditions else "")
    return [line, *(below for child in node.get("Plans", ()) for below in _lines(child, depth + 1))]


def _undated(name: str) -> str:
    return re.sub(r"_\d{4}_\d\d_\d\d", "_DAY", name)


def _tidy(condition: str) -> str:
    """Without the values: a custom plan has them spelled out."""
    condition = re.sub(r"'[^']*'::", "'...'::", condition)
    return _undated(condition)
