"""What an exception that is thrown into awaits has for its context: what `vm/parting.py` keeps, and CPython shows."""

from __future__ import annotations

import pytest
from differential import ACTIONS, assert_same, script
from scripted import outcome_by_turns

FLAKY = """
@action
async def flaky(value=None): ...

"""
CHAIN = """
def chain(error):
    texts = []
    while error is not None and len(texts) < 6:
        texts.append((type(error).__name__, str(error), error.__suppress_context__))
        error = error.__context__
    return texts
"""
BODIES = {
    "what leaves the innermost frame in a later step": """
async def inner():
    try:
        return await flaky(1)
    finally:
        await act(1)
        raise KeyError(1)
try:
    raise OSError(0)
except OSError:
    try:
        await inner()
    except Exception as error:
        return chain(error)
""",
    "what replaces the error in the same step": """
async def inner():
    try:
        return await flaky(1)
    except ValueError:
        raise KeyError(1)
try:
    raise OSError(0)
except OSError:
    try:
        await inner()
    except Exception as error:
        return chain(error)
""",
    "the error itself": """
async def inner():
    return await flaky(1)
try:
    raise OSError(0)
except OSError:
    try:
        await inner()
    except Exception as error:
        return chain(error)
""",
    "the error where it is handled": """
async def inner():
    try:
        await flaky(1)
    except ValueError as error:
        return error
try:
    raise OSError(0)
except OSError:
    return chain(await inner())
""",
    "the innermost frame handles another": """
async def inner():
    try:
        raise TypeError(2)
    except TypeError:
        await flaky(1)
try:
    raise OSError(0)
except OSError:
    try:
        await inner()
    except Exception as error:
        return chain(error)
""",
    "the frame between handles another": """
async def mid():
    try:
        raise TypeError(2)
    except TypeError:
        await inner()
async def inner():
        await flaky(1)
try:
    raise OSError(0)
except OSError:
    try:
        await mid()
    except Exception as error:
        return chain(error)
""",
    "the error raised again after a pause": """
async def inner():
    try:
        return await flaky(1)
    except ValueError as error:
        await act(1)
        raise
try:
    raise OSError(0)
except OSError:
    try:
        await inner()
    except Exception as error:
        return chain(error)
""",
    "an async generator handles it": """
async def rows():
    try:
        await flaky(1)
    except ValueError as error:
        yield chain(error)
        try:
            raise KeyError(3)
        except KeyError as error:
            yield chain(error)
        raise IndexError(4)
try:
    raise OSError(0)
except OSError:
    seen = []
    try:
        async for row in rows():
            seen.append(row)
    except Exception as error:
        seen.append(chain(error))
    return seen
""",
    "it leaves an async generator": """
async def rows():
    try:
        yield 1
        await flaky(1)
    finally:
        raise IndexError(4)
async def outer():
    try:
        raise TypeError(3)
    except TypeError:
        async for row in rows():
            pass
try:
    raise OSError(0)
except OSError:
    seen = []
    try:
        await outer()
    except Exception as error:
        seen.append(chain(error))
    return seen
""",
    "a coroutine that is driven by hand": """
class Gives:
    def __await__(self):
        return (yield 1)
seen = []
async def inner():
    try:
        await Gives()
    except Exception as error:
        seen.append(chain(error))
        try:
            raise KeyError(5)
        except KeyError as error:
            seen.append(chain(error))
    raise IndexError(3)
async def mid():
    try:
        raise TypeError(3)
    except TypeError:
        await inner()
c = mid()
seen.append(c.send(None))
try:
    raise OSError(0)
except OSError:
    try:
        c.throw(ValueError(7))
    except Exception as error:
        seen.append(chain(error))
return seen
""",
    "an iterator of __await__": """
class Thing:
    def __await__(self):
        try:
            yield from flaky(1).__await__()
        except ValueError as error:
            seen.append(chain(error))
        raise KeyError(3)
seen = []
async def mid():
    try:
        raise TypeError(3)
    except TypeError:
        await Thing()
try:
    raise OSError(0)
except OSError:
    try:
        await mid()
    except Exception as error:
        seen.append(chain(error))
    return seen
""",
    "a cancellation": """
seen = []
async def inner():
    try:
        await asyncio.sleep(100)
    except asyncio.CancelledError as error:
        seen.append(chain(error))
        try:
            for i in range(5):
                pass
            raise KeyError(3)
        except KeyError as error:
            seen.append(chain(error))
        raise
async def mid():
    try:
        raise TypeError(3)
    except TypeError:
        await inner()
async def main():
    try:
        raise OSError(0)
    except OSError:
        try:
            await mid()
        except BaseException as error:
            seen.append(chain(error))
            await act(1)
            raise IndexError(4)
t = asyncio.create_task(main())
await asyncio.sleep(1)
t.cancel('x')
try:
    await t
except Exception as error:
    seen.append(chain(error))
return seen
""",
    "handlers in this step and in the next one": """
seen = []
async def inner():
    try:
        await flaky(1)
    except ValueError as error:
        seen.append(chain(error))
        for i in range(5):
            try:
                raise KeyError(i)
            except KeyError as error:
                seen.append(chain(error))
    try:
        raise IndexError(6)
    except IndexError as error:
        seen.append(chain(error))
    await act(1)
    try:
        raise IndexError(7)
    except IndexError as error:
        seen.append(chain(error))
    return 5
async def mid():
    try:
        raise TypeError(3)
    except TypeError:
        await inner()
        try:
            raise KeyError(9)
        except KeyError as error:
            seen.append(chain(error))
async def last():
    try:
        await flaky(1)
    except ValueError as error:
        pass
    for i in range(3):
        pass
async def mid2():
    try:
        raise TypeError(3)
    except TypeError:
        await last()
    for i in range(3):
        pass
    raise KeyError(9)
try:
    raise OSError(0)
except OSError:
    await mid()
    seen.append('second')
    try:
        await mid2()
    except Exception as error:
        seen.append(chain(error))
    return seen
""",
    "async with": """
class CM:
    async def __aenter__(self):
        await flaky(1)
    async def __aexit__(self, k, v, t):
        seen.append(chain(v))
        await flaky(2)
class CN:
    async def __aenter__(self):
        return 1
    async def __aexit__(self, k, v, t):
        seen.append(chain(v))
        try:
            await flaky(2)
        except ValueError:
            raise IndexError(5)
seen = []
try:
    raise OSError(0)
except OSError:
    try:
        async with CM():
            pass
    except Exception as error:
        seen.append(chain(error))
    try:
        async with CN():
            raise KeyError(2)
    except Exception as error:
        seen.append(chain(error))
    try:
        async with CN():
            await flaky(2)
    except Exception as error:
        seen.append(chain(error))
return seen
""",
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_only_frames_that_are_entered_give_an_exception_its_context(body: str) -> None:
    assert_same(script(body, actions=ACTIONS + FLAKY, above=CHAIN), outcomes=outcome_by_turns([True]))
