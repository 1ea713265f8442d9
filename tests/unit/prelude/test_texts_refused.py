"""What the modules of text and bytes will not do for any program: the run ends, whatever handlers it has."""

from __future__ import annotations

import pytest
from differential import compiled, program_of, run_on_machine, script
from scripted import Recorded

REFUSED = {
    "re.compile('a', 128)": "it prints to the engine's own output",
    "re.compile(b'a', re.L)": "it depends on the engine's machine",
    "re.compile('a').scanner('b')": "use `finditer`",
    "re.match('(a+)+$', 'a' * 40 + 'b')": "a regular expression takes more than 300 ms",
    "re.sub('(a|a)*$', lambda m: '', 'a' * 40 + 'b')": "a regular expression takes more than 300 ms",
    "list(re.finditer('(a+)+$', 'a' * 40 + 'b'))": "a regular expression takes more than 300 ms",
    "hashlib.sha256(bytes(17 << 20))": "hash it in an action",
    "hashlib.pbkdf2_hmac('sha256', b'p', b's', 10**9)": "hashlib.pbkdf2_hmac takes more than 300 ms",
    "difflib.SequenceMatcher(None, 'a' * 9000, 'a' * 9000, autojunk=False).ratio()": "difflib takes more than 300 ms",
    "codecs.decode(b'', 'zlib')": "`zlib.compress` and `zlib.decompress` are there",
    "textwrap.fill('x' * 10**6, 2)": "the limit `native_items`",
    "type('Own', (textwrap.TextWrapper,), {'_split': len})": "`_split`, which is called by the host's own code",
}
MEMORY = [
    "re.sub('a', 'b' * 10**6, 'a' * 10**6)",
    "struct.pack('999999999x')",
    "hashlib.shake_128().digest(10**10)",
]


def came_to(expression: str) -> str:
    body = f"""
        import codecs, difflib, hashlib, re, struct, textwrap
        try:
            {expression}
        except BaseException as error:
            return type(error).__name__
        return "nothing was refused"
    """
    return run_on_machine(program_of(compiled(script(body))), {}, Recorded(), (50,), restoring=True)[0]


@pytest.mark.parametrize("expression", REFUSED)
def test_the_run_ends_and_says_why(expression: str) -> None:
    seen = came_to(expression)
    assert seen.startswith("raised LimitExceeded") and REFUSED[expression] in seen, seen


@pytest.mark.parametrize("expression", MEMORY)
def test_what_no_machine_has_room_for_is_a_memory_error(expression: str) -> None:
    assert came_to(expression) == "returned 'MemoryError'"
