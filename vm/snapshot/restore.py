"""A run out of what is stored: the root, its pages, and a tracker for which nothing has changed.

Objects are made (`make.py`), then filled (`fill.py`), then large containers are put together, iterators are set to
their positions, and dicts get their keys last: first those whose hashes are the host's, then those whose `__hash__` is
the program's, in stored order and with the hashes that were stored (`hashes.py`).
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from typing import Any

from ..state import State
from ..statics import Statics
from ..surface import PageId, Raised, Succeeded
from ..values.frames import AsyncGenerator, Frame, Generator
from ..values.functions import VMFunction
from ..values.futures import Future, Handle, Task
from ..values.iterators import Walk
from . import format as tag
from . import instances
from .checks import Values, counted, expect, own_list
from .chunks import Levels
from .fill import FILL
from .format import EMBEDDED, PLAIN, ROOT_PAGE, WITHOUT_OWNER, BadSnapshot, Chunk
from .hashes import Hashes, Replaying, instead
from .late import Late, insert_plain, late_of
from .make import Maker
from .nodes import Pages, check_nodes, decode_page, load_pages
from .pageset import PageSet, page_set
from .plain_reading import decode_plain
from .positions import set_position
from .root import Body, decode_body, mode_of, open_root
from .table import Table
from .tracker import Tracker

_KEYED = frozenset((tag.DICT, tag.SET, tag.FROZENSET))
_CHUNKED = frozenset((tag.CHUNKED_LIST, tag.CHUNKED_DICT, tag.CHUNKED_SET, tag.CHUNKED_FROZENSET))


def restore(statics: Statics, root: bytes, load_page: Callable[[PageId], bytes]) -> tuple[State, Tracker]:
    """The state that was stored, and its tracker. Raises `BadSnapshot` for bytes that no run has."""
    unit, workflow, data = open_root(root)
    mode = mode_of(root)
    try:
        if mode == PLAIN:
            state, next_page = decode_plain(statics, unit, workflow, data)
            return state, Tracker(statics, next_page=next_page)
        body = decode_body(data)
        pages, tasks = page_set(body.pages), page_set(body.tasks)
        if mode == EMBEDDED:
            stored = dict(body.embedded)
            if len(pages) != len(stored) or list(pages) != list(stored):
                raise BadSnapshot("the root names other pages than it has in it")
        else:
            stored = load_pages(pages, load_page)
        if any(page not in stored for page in tasks) or ROOT_PAGE in stored or body.next_page <= max(stored, default=0):
            raise BadSnapshot("the root's pages, its tasks and its next page do not go together")
        return _Restoring(statics, body, stored, tasks).run(unit, workflow, mode == EMBEDDED)
    except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError) as error:
        # What it speaks of may be half made: only its text is safe to show.
        text = next((f": {each}" for each in error.args[:1] if type(each) is str), "")
        raise BadSnapshot(f"not the bytes of a run: {type(error).__name__}{text}") from error


class _Restoring:
    def __init__(self, statics: Statics, body: Body, stored: dict[int, bytes], tasks: PageSet) -> None:
        self._statics = statics
        self._body = body
        self._stored = stored
        self._tasks = tasks
        self._pages: Pages = {ROOT_PAGE: body.nodes}
        for page, data in stored.items():
            self._pages[page] = decode_page(page, data)
        self._refs = check_nodes(self._pages)
        self._maker = Maker(statics, self._pages)
        self._levels: dict[int, Levels] = {}
        self._used_chunks: set[int] = set()
        self._walks: list[Walk] = []
        self._shadows: list[tuple[Any, Any]] = []  # instances, and the dicts or lists that have what they hold
        self._hashes = Hashes()

    def run(self, unit: bytes, workflow: str, embedded: bool) -> tuple[State, Tracker]:
        replaying = Replaying(self._hashes)
        with instead(replaying):
            self._maker.make_all()
            late = self._fill()
            state = self._state(unit, workflow)
            for each in late:
                each.insert(replaying)
        for walk in self._walks:  # through dicts that have their keys now
            walk.resume()
        return state, self._tracker(state, embedded)

    # --- objects ---

    def _nodes(self) -> Iterator[tuple[int, int, Any, Any]]:
        """Page, tag, object and node of every node."""
        for page, nodes in self._pages.items():
            for made, node in zip(self._maker.made[page], nodes, strict=True):
                yield page, node[0], made, node

    def _fill(self) -> list[Late]:
        """Fill everything but dicts and sets with keys of the program, which are returned."""
        keyed: list[Late] = []
        iterators = []
        for page, kind, made, node in self._nodes():
            fill = FILL.get(kind)
            if fill is not None:
                fill(made, self._maker.values(page, node[1:]))
                if kind == tag.WALK:
                    self._walks.append(made)
            elif kind in _KEYED:
                keyed.append(late_of(made, self._maker.values(page, node[1:])))
            elif kind == tag.EXTENDED and node[instances.CONTENTS] == instances.SHADOWED:
                shadow = self._maker.value(page, node[instances.CONTENTS + 1])
                instances.fill(made, [], self._maker.values(page, node[instances.CONTENTS + 2 :]))
                self._shadows.append((made, shadow))
            elif kind == tag.EXTENDED:
                contents, at = counted(self._maker.values(page, node), instances.CONTENTS)
                keys = instances.fill(made, contents, self._maker.values(page, node[at:]))
                if keys is not None:
                    keyed.append(late_of(made, keys))
            elif kind == tag.ITERATOR:
                iterators.append((made, self._maker.value(page, node[2])))
            elif kind in _CHUNKED and made is not self._maker.made[page][0]:
                raise BadSnapshot(f"page {page}: a list, dict or set in chunks does not begin its page")
        # In an order of their own: chunks are filled by now, and lists must be before iterators find their positions.
        for page, kind, made, node in self._nodes():
            if kind == tag.CHUNKED_LIST:
                made += self._together(page, node)
            elif kind in _CHUNKED:
                keyed.append(late_of(made, self._together(page, node)))
        keyed += self._of_lists()
        for made, index in iterators:
            if index is not None:
                set_position(made, expect(index, int))
        return insert_plain([*keyed, *self._of_dicts(keyed)])

    def _of_lists(self) -> Iterator[Late]:
        """Large instances get what is stored in lists, which are filled by now."""
        if len({id(shadow) for _, shadow in self._shadows}) != len(self._shadows):
            raise BadSnapshot("two instances are stored as one dict or list")
        for made, shadow in self._shadows:
            if type(shadow) is list and issubclass(type(made), list):
                list.extend(made, shadow)
            elif type(shadow) is list:
                yield late_of(made, shadow)

    def _of_dicts(self, keyed: list[Late]) -> Iterator[Late]:
        """And others their entries from what is stored of dicts."""
        by_owner = {id(late.owner): late for late in keyed} if self._shadows else {}
        for made, shadow in self._shadows:
            if type(shadow) is list:
                continue
            late = by_owner.pop(id(shadow), None)
            if late is None or type(shadow) is not dict or not issubclass(type(made), dict):
                raise BadSnapshot("the entries of an instance are in no dict or list, or in another's")
            yield Late(made, late.keys, late.values)

    def _together(self, page: int, node: list[Any]) -> Values:
        """The items of all chunks of a large list or dict, and its levels of chunks noted."""
        level = self._maker.values(page, node[1:])
        levels: Levels = []
        while True:
            for chunk in level:
                if type(chunk) is not Chunk or not chunk.items or id(chunk) in self._used_chunks:
                    raise BadSnapshot(
                        f"page {page}: a large list or dict has a chunk that is none, is empty, or is another's"
                    )
                self._used_chunks.add(id(chunk))
            levels.insert(0, level)
            items = [item for chunk in level for item in chunk.items]
            if not items or type(items[0]) is not Chunk:
                self._levels[page] = levels
                return items
            level = items

    # --- the state ---

    def _state(self, unit: bytes, workflow: str) -> State:
        body = self._body
        state = State(unit, workflow, body.seed)
        state.now, state.turn, state.initialising = body.now, body.turn, body.initialising
        state.draws, state.next_generator = body.draws, body.next_generator
        state.next_request, state.next_timer, state.next_task = body.next_request, body.next_timer, body.next_task
        node = body.nodes[0]
        if node[0] != tag.ROOT:
            raise BadSnapshot("the root does not begin with one")
        values = self._maker.values(ROOT_PAGE, node[1:])
        main, current, frame = values[:3]
        state.main = expect(main, Task, type(None))
        state.current = expect(current, Task, type(None))
        state.frame = expect(frame, Frame, type(None))
        ready, at = counted(values, 3)
        state.queue = own_list(ready)
        state.ready.extend(expect(handle, Handle) for handle in state.queue)
        at = self._arrivals(state, values, at)
        kept, at = counted(values, at)
        state.kept = own_list(kept)
        for thing in state.kept:
            if isinstance(thing, Future) and thing.state == "finished":
                state.failed[id(thing)] = thing
            else:
                state.anchors.append(thing)
        generators, at = counted(values, at)
        state.generators = {expect(each, Generator, AsyncGenerator).number: each for each in generators}
        changed, at = counted(values, at)
        state.changed = [expect(function, VMFunction) for function in changed]
        if (len(values) - at) % 2:
            state.context, at = values[at], at + 1
        for name, variables in zip(values[at::2], values[at + 1 :: 2], strict=True):
            state.modules[expect(name, str)] = expect(variables, dict)
        tasks = (expect(self._maker.made[page][0], Task) for page in self._tasks)
        state.tasks = {task.number: task for task in sorted(tasks, key=lambda task: task.number)}
        _derive(state)
        if state.current is not None:  # a fiber that was cut short: while it runs, its top is in `state.frame`
            state.frame, state.current.top = state.current.top, None
        self._maker.made[ROOT_PAGE][0] = state
        return state

    def _arrivals(self, state: State, values: Values, at: int) -> int:
        count = values[at]
        if type(count) is not int or not 0 <= count <= (len(values) - at) // 3:
            raise ValueError("a count is wrong")
        end = at + 1 + 3 * count
        for place in range(at + 1, end, 3):
            number, raised, value = values[place : place + 3]
            outcome = Raised(expect(value, BaseException)) if expect(raised, bool) else Succeeded(value)
            state.arrivals.append((expect(number, int, str), outcome))
        return end

    # --- the tracker ---

    def _tracker(self, state: State, embedded: bool) -> Tracker:
        table = Table(self._body.next_page)
        for page, nodes in self._pages.items():
            objects = self._maker.made[page]
            owned = [made for made, node in zip(objects, nodes, strict=True) if node[0] not in WITHOUT_OWNER]
            record = table.adopt(page, objects, owned, self._refs[page])
            if page != ROOT_PAGE:
                record.levels = self._levels.get(page, [])
                table.set_data(record, self._stored[page])
        table.changed.clear()
        table.root_nodes = self._body.nodes
        table.tasks = self._tasks
        tracker = Tracker(self._statics, table, None if embedded else self._stored, self._hashes)
        for walk in self._walks:
            tracker.note_walk(walk)
        for made, shadow in self._shadows:
            tracker.note_shadow(made, shadow)
        return tracker


def _derive(state: State) -> None:
    """Tables by number, and the links from open requests and timers to the task that keeps them."""
    for task in (None, *state.tasks.values()):
        for thing in state.anchors if task is None else task.anchors:
            expect(thing, Future, Handle).anchor = task
            if isinstance(thing, Future):
                if thing.request is not None:
                    state.requests[thing.request.number] = thing
            elif thing.when is not None and not thing.cancelled:
                state.timers.append((thing.when, thing.number, thing))
    if len({number for _, number, _ in state.timers}) != len(state.timers):
        raise BadSnapshot("two timers have one number")
    heapq.heapify(state.timers)
