"""Pages as bytes, read: nodes whose every item is known to be a scalar or a reference to a node that exists.

Nothing is built here. What can be wrong with the bytes of a page as such is found here; what can be wrong with what
they say is found by `make.py` and `fill.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from . import format as tag
from .format import FORMAT_VERSION, PAGE_BYTES_MAX, ROOT_PAGE, WITHOUT_OWNER, BadSnapshot, Node

_decoder = msgspec.msgpack.Decoder(list[list[Any]])
_SCALARS = frozenset((type(None), bool, int, float, str, bytes))

Pages = dict[int, list[Node]]


def decode_page(page: int, data: bytes) -> list[Node]:
    """The nodes of a page. Raises `BadSnapshot`."""
    if len(data) > PAGE_BYTES_MAX:
        raise BadSnapshot(f"page {page}: {len(data)} bytes, and the most is {PAGE_BYTES_MAX}")
    if data[:1] != bytes((FORMAT_VERSION,)):
        raise BadSnapshot(
            f"page {page}: format version {data[:1].hex()}, and this waymark reads version {FORMAT_VERSION}"
        )
    try:
        return _decoder.decode(memoryview(data)[1:])
    except (ValueError, TypeError, RecursionError) as error:  # msgspec's errors are ValueErrors
        raise BadSnapshot(f"page {page} is damaged: {error}") from None


def check_nodes(pages: Pages) -> dict[int, set[int]]:
    """Check every item of every page. Returns the pages that each page refers to."""
    return {page: _check_page(page, nodes, pages) for page, nodes in pages.items()}


def _check_page(page: int, nodes: list[Node], pages: Pages) -> set[int]:
    refs: set[int] = set()
    if not nodes:
        raise BadSnapshot(f"page {page} is empty")
    for node in nodes:
        if not node or type(node[0]) is not int:
            raise BadSnapshot(f"page {page}: a node has no tag")
        if node[0] == tag.ROOT and (page != ROOT_PAGE or node is not nodes[0]):
            raise BadSnapshot(f"page {page}: a root is inside of it")
        if node is nodes[0] and page != ROOT_PAGE and node[0] in WITHOUT_OWNER:
            raise BadSnapshot(f"page {page} begins with something that has a name or is a value")
        for item in node:
            if type(item) is list:
                if item:
                    _check_reference(page, item, len(nodes), pages, refs)
            elif type(item) not in _SCALARS:
                raise BadSnapshot(f"page {page}: an item is a {type(item).__name__}")
    return refs


def _check_reference(page: int, item: list[Any], count: int, pages: Pages, refs: set[int]) -> None:
    number = item[0]
    if len(item) != 1 or type(number) is not int or number >= count:
        raise BadSnapshot(f"page {page}: a reference to a node that there is none of")
    if number < 0:
        if ~number not in pages or ~number == ROOT_PAGE:
            raise BadSnapshot(f"page {page} refers to page {~number}, which there is none of")
        refs.add(~number)


def load_pages(numbers: Iterable[int], load_page: Callable[[int], bytes]) -> dict[int, bytes]:
    found = {}
    for number in numbers:
        try:
            found[number] = load_page(number)
        except KeyError:
            raise BadSnapshot(f"page {number} is missing") from None
    return found
