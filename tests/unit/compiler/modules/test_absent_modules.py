"""Modules that Python could not import here, and constants of the ones that it could: as under CPython."""

from __future__ import annotations

from pathlib import Path

import pytest

from waymark.compiler import cache
from waymark.compiler.frontend.project import project_of
from waymark.compiler.pipeline import compile_file

from .projects import flow, refused, same

PASS = "except ImportError:\n    pass"
SKIP = "except ImportError:\n    print('SKIP')\n    raise SystemExit"


@pytest.mark.parametrize(
    "body",
    [
        f"try:\n    import no_such_module\n{SKIP}\nno_such_module.go()",
        f"try:\n    from no_such_module import go\n{SKIP}\ngo(1)",
        f"try:\n    from no_such_module.inner import go as run\n{SKIP}\nrun(1)",
        f"try:\n    import sys, no_such_module\n{SKIP}\nno_such_module.go()",
        "try:\n    import no_such.inner\nexcept ImportError as e:\n    print(type(e), e, e.name, e.args)",
        "try:\n    import no_such_module\nexcept ModuleNotFoundError as e:\n    print(repr(e))",
        "try:\n    import no_such_module\nexcept (ValueError, ImportError):\n    print('none')",
        "try:\n    import no_such_module\nexcept Exception as e:\n    print(type(e))",
        "try:\n    import no_such_module\nexcept:\n    print('none')",
        "try:\n    import no_such_module\n    has = True\nexcept ImportError:\n    has = False\nreturn has",
        "try:\n    import no_such_module\nexcept ImportError:\n    no_such_module = None\nreturn no_such_module",
        "try:\n    import no_such_module as math\nexcept ImportError:\n    import math\nreturn math.floor(1.5)",
        "value = 1\ntry:\n    import no_such_module as value\nexcept ImportError:\n    pass\nreturn value",
        "try:\n    import no_such_module\nexcept ImportError:\n    pass\nreturn no_such_module",
        f"try:\n    try:\n        import no_such_module\n    finally:\n        print(1)\n{PASS}",
        "def has():\n    try:\n        import no_such_module\n    except ImportError:\n        return 0\n    return 1\n"
        "return has()",
        "def get():\n    global found\n    try:\n        import no_such_module as found\n    except ImportError:\n"
        "        found = 5\nget()\nreturn found",
        "class Box:\n    try:\n        import no_such_module\n    except ImportError:\n        has = 0\nreturn Box.has",
    ],
)
def test_the_import_of_a_module_that_is_not_there_raises(body: str) -> None:
    same(body)


@pytest.mark.parametrize("module", ["no_such_module", "msgspec"])
def test_at_the_top_of_a_module_it_raises_too(module: str) -> None:
    same("return FOUND", imports=f"FOUND = []\ntry:\n    import {module}\n    FOUND.append(1)\n{PASS}")


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        # Nobody takes the error, so the module is meant to be there: the machine that compiles may lack it.
        ("import no_such_module\nreturn no_such_module.go()", "`no_such_module`"),
        ("try:\n    import no_such_module\nexcept ValueError:\n    pass", "`no_such_module`"),
        ("try:\n    def inner(): import no_such_module\nexcept ImportError:\n    pass\ninner()", "`no_such_module`"),
        # Python has it, and waymark does not: it is named.
        (f"try:\n    import sched\n{SKIP}\nreturn sched.scheduler()", "`sched.scheduler`"),
        (f"try:\n    from sched import scheduler\n{SKIP}\nreturn scheduler()", "`sched.scheduler`"),
        (f"try:\n    import lark\n{SKIP}\nreturn lark.Lark", "`lark`"),
    ],
)
def test_any_other_module_that_is_unknown_is_refused_by_its_name(tmp_path: Path, body: str, problem: str) -> None:
    first, *_ = refused(tmp_path, body)
    assert first.startswith("WM405") and f"{problem} comes from outside the project" in first


def test_a_module_that_comes_later_is_one_that_the_cache_asks_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.syspath_prepend(str(elsewhere))
    place = tmp_path / "flow.py"
    place.write_text(flow("try:\n    import comes_later\nexcept ImportError:\n    return 1"))
    absent = compile_file(place).lookups.absent
    entry = cache.Entry((), tuple(absent), (), b"", (), (), "")
    assert entry.holds()
    (elsewhere / "comes_later.py").write_text("")
    assert not entry.holds()
    assert not project_of(place).is_absent("comes_later")


@pytest.mark.parametrize(
    "body",
    [
        "import sys\nreturn sys.maxsize, sys.maxunicode, sys.byteorder, sys.implementation.name",
        "from sys import maxsize as most\nreturn most",
        f"try:\n    import sys\n{SKIP}\nreturn sys.maxsize > 2**32",
        "import sys\nreturn sys.float_info.max, sys.float_info.epsilon, sys.float_info.dig",
        "import string\nfrom string import digits\nreturn string.ascii_letters, string.punctuation, digits",
        "import errno\nreturn errno.ENOENT, errno.EINVAL, errno.ERANGE",
        "import sys\nreturn sys.version_info >= (3, 4), sys.version_info > (3,), sys.version_info == (3, 5, 1)",
        "import sys\nreturn sys.version_info < (4,), (sys.version_info[:2] < (3, 0)), sys.version_info[:1] == (3,)",
        "import sys\nreturn sys.version_info[:1] < (3, 0), sys.version_info != (2, 7), sys.version_info <= ()",
        "import sys as system\nreturn system.version_info[0], system.version_info.major",
        f"try:\n    from sys import version_info\n{SKIP}\nreturn version_info >= (3, 8), version_info[0]",
        "print(sys.version_info >= (3,))\nimport sys",
    ],
)
def test_constants_are_those_of_cpython(body: str) -> None:
    same(body)


@pytest.mark.parametrize(
    "body",
    [
        "return sys.version_info",
        "return sys.version_info[1]",
        "return sys.version_info[-1]",
        "return sys.version_info >= (3, 12)",
        "return sys.version_info >= (3, 'x')",
        "return (3, 8) < sys.version_info",
        "return (3, 0) < sys.version_info < (4, 0)",
        "return sys.version_info[1:] > (3,)",
        "return sys.implementation",
    ],
)
def test_what_interpreters_differ_in_is_refused(tmp_path: Path, body: str) -> None:
    (only,) = refused(tmp_path, f"import sys\n{body}")
    assert only.startswith("WM403 program.py") and "is something that only this interpreter has" in only
