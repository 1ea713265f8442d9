"""Fractions, normal distributions and generators of random numbers: the host's own objects.

A generator is the Mersenne Twister's state: 624 words and a position in them, and what `gauss` has left over. The words
change once in 624 draws of 32 bits; between them only the position does.
"""

from __future__ import annotations

import random
import struct
from fractions import Fraction
from statistics import NormalDist
from typing import Any

from .forms import Form, checked

_WORDS = 624
_VERSION = 3  # of the state that `getstate` gives


HostRandom = random.Random


class Random(random.Random):
    """A generator with a seed; without one it would begin with the machine's own randomness."""


Random.__qualname__, Random.__module__, Random.__doc__ = "Random", "random", random.Random.__doc__


def _fraction_of(parts: list[Any]) -> Fraction:
    numerator, denominator = checked(parts, int, int)
    return Fraction(numerator, denominator)


def _normal_of(parts: list[Any]) -> NormalDist:
    made = NormalDist()
    made._mu, made._sigma = parts  # type: ignore[attr-defined]
    return made


def _random_parts(value: Random) -> list[Any]:
    state: Any = random.Random.getstate(value)
    _, (*words, position), left = state
    return [position, left, struct.pack("<624I", *words)]


def _random_of(parts: list[Any]) -> Random:
    position, left, words = checked(parts, int, (float, type(None)), bytes)
    if len(words) != 4 * _WORDS or not 0 <= position <= _WORDS:
        raise ValueError("a generator of random numbers has another state")
    made = Random.__new__(Random)
    random.Random.setstate(made, (_VERSION, (*struct.unpack("<624I", words), position), left))
    return made


FORMS = (
    Form("fractions.Fraction", Fraction, lambda value: [value.numerator, value.denominator], _fraction_of),
    Form("statistics.NormalDist", NormalDist, lambda value: [value.mean, value.stdev], _normal_of),
    Form("random.Random", Random, _random_parts, _random_of, changes=True, travels=False),
)
