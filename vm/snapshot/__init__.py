"""Snapshots: the state of a run as a root and a graph of numbered pages, of which a commit writes what changed.

    tracker = Tracker(statics)                     one a run; the machine tells it what it changes
    tracker.add_task(task); tracker.touch(thing); tracker.end_task(task)
    delta = tracker.delta(state)                   what to store; asking twice gives the same twice
    tracker.committed(delta)                       only now is it what the next one is compared with
    state, tracker = restore(statics, root, load_page)

Pages
    A page begins with one object and has in it what only that object leads to. Pages are private to the run; their
    numbers, the heap ids, are a counter of the run, kept in the root and never used again. A page is begun by

    - every task: the fiber page, with its fields, its chain of frames, its coroutine, its open requests and timers
    - every object that two pages reach; once a page, it stays one for as long as something refers to it
    - the globals of every module
    - every list, dict, set and tuple of more than 128 entries. All but a tuple are then a header page that names chunk
      pages, so that an append writes a chunk and the header (`chunks.py`); so are the callbacks of a future, if many
    - every str and bytes of 4 KiB or more: they cannot change, so they are written once

    An object with an identity is everything but int, float, complex, str, bytes, bool and None; a NaN has one, too.
    What exists once for a program (static functions, container constants, natives, `()`) is in no page; it is named.

Plain
    A run that is one fiber with plain values, waiting for one action, has no pages: it is one value (`plain.py`).

Root
    Bytes for the run's row: what the run is pinned to, its counters, the event loop (what is ready, has arrived, is
    running, belongs to no task), and the sets of all pages and of unfinished tasks' pages as bitmaps. It is written
    anew with each commit. While all pages together have at most 2 KiB they are in the root and there are no rows; once
    they are rows they come back when they have at most 1 KiB.

What is encoded again
    The root; pages of tasks that are new; pages that were touched. `touch(thing)` marks the page that has the object in
    it: a task that makes a step (and with it the pages of all frames and coroutines of its fiber), and every list,
    dict, cell, instance, error, class, iterator, generator, coroutine, future, handle and request that is changed in
    place. A new object has no page yet, and touching it does nothing: what it is put into was touched. A walk that
    meets an object of another page promotes it (`graph.py`). A page whose bytes came out as they were is not written,
    and a page that nothing refers to is dropped: pages count references to each other, and once in a while a trace
    finds rings.

Format, version 1 (`format.py` has the tags)
    page      version byte, MessagePack of its nodes; node 0 is the object that the page begins with
    node      [tag, item ...]; nodes are numbered by position, in the order in which a walk finds them, breadth first
    item      None, bool, 64-bit int, float, str, bytes: themselves. [n]: node n of this page. [-1 - p]: the object that
              page p begins with. []: the mark of an unbound variable
    frame     unit, function, pc, caller, owner, what is made of its value, and the registers that are live at pc;
              a page names each unit once
    error     class, args, cause, context, suppress, fields of its C layout, attributes, with the lines that it passed
              (`error_parts.py`)
    class     of the program: name, qualname, module, bases, contents; instances are the class and the attributes

    `forms.py` is how each object becomes a node, `make.py` and `fill.py` are the way back. Nothing is recursive, so
    depth has no limit. No code of a program runs: keys have with them what their `__hash__` said (`hashes.py`).
    Bytes from outside can cause `BadSnapshot` and nothing else; `Vanished`, one of them, is for bytes that are right
    and name what is not here. Host sets are refused: their order is not state.

    What was stored once is kept in tests/snapshots/v1/ and resumed by a test for ever. Another version of the format
    gets the next number, a folder of its own there, and a reader beside this one (`tests/support/snapshot_corpus.py`).
"""

from .bundle import Bundle, decode_bundle, encode_bundle
from .format import BadSnapshot, Unsnapshotable, Vanished
from .restore import restore
from .root import read_root_header
from .tracker import Tracker

__all__ = [
    "BadSnapshot",
    "Bundle",
    "Tracker",
    "Unsnapshotable",
    "Vanished",
    "decode_bundle",
    "encode_bundle",
    "read_root_header",
    "restore",
]
