"""math, cmath, decimal, fractions, numbers, random and statistics."""

from __future__ import annotations

from collections.abc import Mapping

_OF_PROCESS = (
    "it is one object that the whole process shares: make a context of your own, as `Context(prec=9)` does, and set it "
    "with `setcontext` or `localcontext`"
)
_UNSEEDED = (
    "the module's own generator begins with the machine's randomness: use `waymark.random()`, which is recorded, or "
    "`random.Random(seed)` with a seed of yours"
)
_VIEW = "it would go on showing flags as they change: copy them first, as `context.flags.copy()` does"

TABLE: Mapping[str, Mapping[str, str]] = {
    "decimal": {_OF_PROCESS: "BasicContext DefaultContext ExtendedContext"},
    "decimal.SignalDict": {
        _VIEW: "items keys values",
        "all signals are always there: set them to False, or call `clear_flags()`": "pop popitem",
    },
    "random": {
        _UNSEEDED: "betavariate binomialvariate choice choices expovariate gammavariate gauss getrandbits getstate "
        "lognormvariate normalvariate paretovariate randbytes randint random randrange sample seed setstate shuffle "
        "triangular uniform vonmisesvariate weibullvariate",
        "it asks the operating system: use `waymark.random()`, which is recorded": "SystemRandom",
    },
    "statistics": {
        "it is Python 3.13's: estimate the density in an action": "kde kde_random",
    },
    "math": {
        "it is Python 3.12's: use `sum(map(operator.mul, p, q))`": "sumprod",
        "it is Python 3.13's: use `x * y + z`, which rounds twice, or `decimal.Decimal.fma`": "fma",
    },
}
