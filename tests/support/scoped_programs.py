"""Texts of modules that are nothing but scopes: few names, bound and used in every way, at any depth.

Many of them CPython refuses (a parameter that is `nonlocal`, say); whoever draws one skips those.
"""

from __future__ import annotations

import textwrap

from hypothesis import strategies as st

Text = st.SearchStrategy[str]

NAMES = st.sampled_from(["a", "b", "c", "__p"])


def _comprehension(inner: Text) -> Text:
    clause = st.builds(
        "for {} in {} {}".format,
        NAMES | st.builds("{}, *{}".format, NAMES, NAMES),
        inner,
        st.just("") | st.builds("if {}".format, inner),
    )
    clauses = st.lists(clause, min_size=1, max_size=2).map(" ".join)
    displays = st.sampled_from(["[{} {}]", "{{{} {}}}", "({} {})", "{{0: {} {}}}"])
    return st.builds(lambda shape, element, rest: shape.format(element, rest), displays, inner, clauses)


def _wider(inner: Text) -> Text:
    return st.one_of(
        st.builds("({} + {})".format, inner, inner),
        st.builds("({}.a)".format, inner),
        st.builds("({} := {})".format, NAMES, inner),
        st.builds("(lambda {}={}, *{}: {})".format, NAMES, inner, NAMES, inner),
        st.builds("super().{}".format, NAMES),
        st.builds("f'{{{}!r:{{{}}}}}'".format, NAMES, NAMES),
        st.builds("{}({}=({}))".format, NAMES, NAMES, inner),
        _comprehension(inner),
    )


EXPRESSIONS = st.recursive(NAMES | st.just("1"), _wider, max_leaves=4)
SIMPLE = st.one_of(
    st.builds("{} = {}".format, NAMES, EXPRESSIONS),
    st.builds("{}, ({}.b, *{}) = {}".format, NAMES, NAMES, NAMES, EXPRESSIONS),
    st.builds("{}[{}] += {}".format, NAMES, NAMES, EXPRESSIONS),
    st.builds("{} += {}".format, NAMES, EXPRESSIONS),
    st.builds("{}: {}".format, NAMES, EXPRESSIONS),
    st.builds("{}: {} = {}".format, NAMES, NAMES, EXPRESSIONS),
    st.builds("del {}, {}[{}]".format, NAMES, NAMES, NAMES),
    st.builds("global {}".format, NAMES),
    st.builds("nonlocal {}".format, NAMES),
    st.builds("import {}.x".format, NAMES),
    st.builds("from x import y as {}, {}".format, NAMES, NAMES),
    st.builds("print({})".format, EXPRESSIONS),
    st.just("pass"),
)


def _blocks(inner: Text) -> Text:
    return st.lists(inner, min_size=1, max_size=4).map("\n".join)


def _compound(inner: Text) -> Text:
    body = _blocks(inner).map(lambda text: textwrap.indent(text, "    "))
    deeper = body.map(lambda text: textwrap.indent(text, "    "))
    return st.one_of(
        st.builds("def {}({}, /, {}=({}), *{}: {}):\n{}".format, NAMES, *[NAMES] * 2, EXPRESSIONS, NAMES, NAMES, body),
        st.builds("@{}\nasync def {}(*, {}):\n{}".format, EXPRESSIONS, NAMES, NAMES, body),
        st.builds("class {}({}, k=({})):\n{}".format, NAMES, EXPRESSIONS, EXPRESSIONS, body),
        st.builds("for {}, {}.x in {}:\n{}".format, NAMES, NAMES, EXPRESSIONS, body),
        st.builds("while {}:\n{}\nelse:\n{}".format, EXPRESSIONS, body, body),
        st.builds("try:\n{}\nexcept {} as {}:\n{}".format, body, EXPRESSIONS, NAMES, body),
        st.builds("with {} as {}, {} as ({}, {}):\n{}".format, NAMES, NAMES, NAMES, NAMES, NAMES, body),
        st.builds("match {}:\n    case [{}, *{}] if {}:\n{}".format, NAMES, NAMES, NAMES, EXPRESSIONS, deeper),
        st.builds("match {}:\n    case {{1: {}, **{}}} as {}:\n{}".format, NAMES, NAMES, NAMES, NAMES, deeper),
        st.builds("match {}:\n    case {}(x={}):\n{}".format, NAMES, NAMES, NAMES, deeper),
    )


def modules() -> Text:
    return _blocks(st.recursive(SIMPLE, _compound, max_leaves=12)).map("{}\n".format)
