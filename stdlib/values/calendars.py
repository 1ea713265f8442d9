"""`calendar.day_name` and its like: names by number, in English, whatever the locale of the host's process."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


class Names:
    """As CPython's, it is no list: `names[1:3]` is one."""

    __slots__ = ("_names",)

    def __init__(self, names: str) -> None:
        self._names = names.split(",")

    def __getitem__(self, place: Any) -> Any:
        return self._names[place]

    def __len__(self) -> int:
        return len(self._names)

    def __iter__(self) -> Iterator[str]:
        return iter(tuple(self._names))  # an iterator that a snapshot has a form for holds what no other can change

    def __contains__(self, name: object) -> bool:
        return name in self._names


_DAYS = "Monday,Tuesday,Wednesday,Thursday,Friday,Saturday,Sunday"
_MONTHS = ",January,February,March,April,May,June,July,August,September,October,November,December"


def _short(names: str) -> str:
    return ",".join(name[:3] for name in names.split(","))


NAMES: dict[str, Names] = {
    "day_name": Names(_DAYS),
    "day_abbr": Names(_short(_DAYS)),
    "month_name": Names(_MONTHS),
    "month_abbr": Names(_short(_MONTHS)),
}
