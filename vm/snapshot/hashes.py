"""Keys whose hash is the program's to say: a snapshot keeps what it said when the key was put in.

A dict looks a key up by the hash that it had then. By now the program's `__hash__` may say something else, raise, or
print, so neither a capture nor a restore asks it. A capture reads the hash off the dict, as the host does not show it:

    set(d)                      takes the stored hashes over
    s - half of s               so does this, until a set has one element
    hash(frozenset(s))          is a function of the stored hash alone, and is undone by `_undone`

A key may lead to several instances of the program, as a tuple does: each has said a hash of its own. Those are noted
when they are said (`Hashes.note`). At a restore the noted answers are given again, in the order of the questions, and
equality is identity: keys that a dict holds are different ones, whatever the program thinks of them by now.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice, product
from typing import Any
from weakref import WeakValueDictionary, ref

from ..values.functions import Nesting, executing
from .format import BadSnapshot, Refused

PLAIN_KEYS = frozenset((type(None), bool, int, float, complex, str, bytes))

ANSWERS_MAX = 8  # of one instance, that are remembered
TRIES_MAX = 256  # of combinations of them, for a key that leads to several

_Said = dict[int, tuple[Any, list[int]]]  # id -> the instance or a weak reference to it; what it said, the last first
_UNKNOWN = 0x2545F4914F6CDD1D  # stands for an answer that was not noted; no dict has it but by intent
_MASK = (1 << 64) - 1


class Key:
    """A key, and what the program answered when it was hashed. It has no identity: it is a way to write a key."""

    __slots__ = ("__weakref__", "answers", "key")

    def __init__(self, key: Any, answers: tuple[int, ...]) -> None:
        self.key = key
        self.answers = answers


class Hashes:
    """What the instances of one run have said."""

    def __init__(self) -> None:
        self._said: _Said = {}
        self._keys: WeakValueDictionary[tuple[int, tuple[int, ...]], Key] = WeakValueDictionary()

    def note(self, instance: Any, answer: int) -> None:
        """`hash(instance)`, asked by C, came to this."""
        place, answer = id(instance), _as_hash(answer)
        known = self._said.get(place)
        if known is None:
            self._said[place] = _held(instance, place, self._said), [answer]
        elif known[1][0] != answer:
            known[1][:] = [answer, *(each for each in known[1] if each != answer)][:ANSWERS_MAX]

    def adopt(self, key: Key) -> None:
        """A key has been restored."""
        self._keys.setdefault((id(key.key), key.answers), key)

    def keys_of(self, entries: dict[Any, Any]) -> Iterable[Any]:
        """The keys of a dict, each as it is to be written. Raises `Refused`."""
        if PLAIN_KEYS.issuperset(map(type, entries)):
            return entries
        asking = _Asking(self._said)
        with instead(asking):
            stored: dict[int, list[int]] = {}
            written: list[Any] = []
            for place, key in enumerate(entries):
                if type(key) in PLAIN_KEYS or not asking.ask(key):
                    written.append(key)
                    continue
                stored = stored or stored_hashes(entries)
                answers = next(
                    answers
                    for answers in (_answers(asking, key, each) for each in stored[id(key)])
                    if len(stored[id(key)]) == 1 or _place(asking, entries, key, answers) == place
                )
                known = self._keys.get((id(key), answers))
                if known is None:
                    known = self._keys[id(key), answers] = Key(key, answers)
                written.append(known)
        return written


def _answers(asking: _Asking, key: Any, stored: int) -> tuple[int, ...]:
    """What the program said when the key was put in: with the answers that are known, its hash is the stored one."""
    whole, asked = asking.whole, asking.asked
    if len(asked) == 1 and whole == asking.told(asked[0]):
        return (stored,)  # the very hash, or there would be more to it
    distinct = {id(instance): instance for instance in asked}
    known = [asking.all_told(instance) for instance in distinct.values()]
    if not all(known):
        raise Refused(key, "a key holds an instance of the program whose hash nobody has asked for")
    for chosen in islice(product(*known), TRIES_MAX):
        asking.chosen = dict(zip(distinct, chosen, strict=True))
        asking.ask(key)
        if asking.whole == stored:
            asking.chosen, by_place = {}, asking.chosen
            return tuple(by_place[id(instance)] for instance in asked)
    raise Refused(key, "a key holds instances of the program whose hashes have changed too often since")


def _place(asking: _Asking, entries: dict[Any, Any], key: Any, answers: tuple[int, ...]) -> int:
    """Where a dict has this key under the hash that it has with these answers: one key may be there under several."""
    asking.chosen = {id(instance): answer for instance, answer in zip(asking.asked, answers, strict=True)}
    marked, mark = entries.copy(), object()
    marked[key] = mark
    asking.chosen = {}
    asking.ask(key)  # as it was
    return next(place for place, value in enumerate(marked.values()) if value is mark)


def _as_hash(answer: int) -> int:
    """As C takes what `__hash__` returns."""
    if not -(1 << 63) <= answer < 1 << 63:
        return hash(answer)
    return -2 if answer == -1 else answer


def _held(instance: Any, place: int, said: _Said) -> Any:
    try:
        return ref(instance, lambda _: said.pop(place, None))
    except TypeError:  # of a class without room for weak references
        return instance


# --- asking without the program --------------------------------------------------------------------------------------


class _Asking:
    """Stands where the interpreter does: notes who is asked for a hash, and tells what was said last."""

    def __init__(self, said: _Said) -> None:
        self.asked: list[Any] = []  # for the hash of the last key
        self.whole = 0  # that hash
        self.chosen: dict[int, int] = {}  # what to tell instead, by the id of the instance
        self._said = said

    def ask(self, key: Any) -> bool:
        """Hash a key. False: nothing of the program was asked."""
        self.asked = []
        try:
            self.whole = hash(key)
        except Exception as error:
            raise Refused(key, f"a key has no hash any more, but a {type(error).__name__}") from None
        return bool(self.asked)

    def told(self, instance: Any) -> int:
        if id(instance) in self.chosen:
            return self.chosen[id(instance)]
        return (self.all_told(instance) or (_UNKNOWN,))[0]

    def all_told(self, instance: Any) -> list[int]:
        """What the instance is known to have said, the last first."""
        known = self._said.get(id(instance))
        return [] if known is None else known[1]

    def call_nested(self, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if len(args) > 1:
            return NotImplemented  # `__eq__`: they are equal if they are one
        instance = args[0] if args else function
        self.asked.append(instance)
        return self.told(instance)

    def next_nested(self, generator: Any) -> Any:
        raise StopIteration


class Replaying:
    """Stands where the interpreter does during a restore: gives the stored answers of one key after the other."""

    def __init__(self, hashes: Hashes) -> None:
        self._hashes = hashes
        self._answers: Iterator[int] = iter(())

    def insert(self, entries: dict[Any, Any], key: Any, value: Any) -> None:
        if type(key) is Key:
            self._answers = iter(key.answers)
            entries[key.key] = value
            self._hashes.adopt(key)
        else:
            self._answers = iter(())
            entries[key] = value

    def call_nested(self, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if len(args) > 1:
            return NotImplemented
        answer = next(self._answers, None)
        if answer is None:
            raise BadSnapshot("a key of the program has no hash with it")
        if args:
            self._hashes.note(args[0], answer)
        return answer

    def next_nested(self, generator: Any) -> Any:
        raise BadSnapshot("the hash of a key reads a generator")


@contextmanager
def instead(standing: Nesting) -> Iterator[None]:
    """C code that calls the program calls this."""
    token = executing.set(standing)
    try:
        yield
    finally:
        executing.reset(token)


# --- reading stored hashes -------------------------------------------------------------------------------------------


def stored_hashes(entries: dict[Any, Any]) -> dict[int, list[int]]:
    """By the id of the key, the hashes that the dict has it under, more than one if `__hash__` has changed its mind.
    Equality must be identity meanwhile."""
    found: dict[int, list[int]] = {}
    whole = set(entries)
    if len(whole) != len(entries):
        raise Refused(entries, "two of its keys have become equal")
    pending = [whole] if whole else []
    while pending:
        keys = pending.pop()
        if len(keys) == 1:
            (key,) = keys
            found.setdefault(id(key), []).append(_undone(hash(frozenset(keys))))
        else:
            half = keys.copy()
            for _ in range(len(keys) // 2):
                half.pop()
            pending += (half, keys - half)
    return found


def _undone(combined: int) -> int:
    """The hash of the one element of a frozenset with this hash: CPython's `frozenset_hash`, backwards."""
    spread = (combined - 907133923) * _INVERSE_69069 & _MASK
    mixed = spread
    for _ in range(6):  # each round sets 11 more bits right
        mixed = spread ^ mixed >> 11 ^ mixed >> 25
    shuffled = (mixed ^ 2 * 1927868237) * _INVERSE_3644798167 & _MASK ^ 89869747
    value = (shuffled ^ shuffled << 16 ^ shuffled << 32 ^ shuffled << 48) & _MASK
    return value - (1 << 64) if value >> 63 else value


_INVERSE_69069 = pow(69069, -1, 1 << 64)
_INVERSE_3644798167 = pow(3644798167, -1, 1 << 64)
