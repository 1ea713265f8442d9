"""Fit a statement into lines. Knows brackets and widths, nothing of WRL."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

WIDTH = 100
INDENT = "    "


class Group:
    """Items between brackets that may be broken over lines, one item a line with a comma behind each."""

    def __init__(self, opening: str, items: Iterable[Parts], closing: str) -> None:
        self.opening, self.items, self.closing = opening, list(items), closing
        self.flat = f"{opening}{', '.join(flat(item) for item in self.items)}{closing}"


Part = str | Group
Parts = Sequence[Part]


def flat(parts: Parts) -> str:
    return "".join(part if isinstance(part, str) else part.flat for part in parts)


def fit(parts: Parts, margin: str, tail: str = "") -> str:
    """The text of `parts` at `margin`, with `tail` behind it; of too long a line the longest group is broken."""
    whole = margin + flat(parts) + tail
    groups = [index for index, part in enumerate(parts) if isinstance(part, Group) and part.items]
    if len(whole) <= WIDTH or not groups:
        return whole
    widest = max(groups, key=lambda index: len(parts[index].flat))  # type: ignore[union-attr]  # groups hold groups
    group = parts[widest]
    assert isinstance(group, Group)
    lines = [margin + flat(parts[:widest]) + group.opening]
    lines += [fit(item, margin + INDENT, ",") for item in group.items]
    lines.append(margin + group.closing + flat(parts[widest + 1 :]) + tail)
    return "\n".join(lines)
