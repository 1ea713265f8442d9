"""Programs about nothing but names give what CPython gives, texts of errors included, restored at every pause."""

from __future__ import annotations

import sys
import warnings
from random import Random

import pytest
from differential import compare, script
from hypothesis import assume, given
from hypothesis import strategies as st
from scoping_runs import body

from examples import examples

pytestmark = pytest.mark.skipif(
    sys.version_info[:2] != (3, 11), reason="later ones run comprehensions in the function around: another error's text"
)


@examples(60)
@given(st.randoms(use_true_random=False))
def test_names_mean_what_they_mean_to_cpython(draw: Random) -> None:
    text = script(body(draw))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # `(3,)()` is a SyntaxWarning
            compile(text, "program.py", "exec", dont_inherit=True)
    except SyntaxError:
        assume(False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        report = compare(text, ticks=((3,),))
    assert report.same, report.explain()
