"""A user's script against workers that run: what it starts is executed there, and it ends without a word."""

from __future__ import annotations

import signal

from .conftest import Folder

# Whatever is left open or never awaited writes a line to stderr.
STRICT = ("-W", "error")


def test_a_script_starts_its_own_workflows_and_closes_what_it_opened(folder: Folder) -> None:
    workers = folder.waymark("start-workers", WAYMARK_USER_MODULE="shop", WAYMARK_LOG_LEVEL="INFO")
    # `shop.py` as a script: the module is `__main__` here, and `shop` for the workers.
    script = folder.start(*STRICT, "shop.py")
    code, out, err = script.end()
    assert (code, out, err) == (0, "result: 3\nagain: 3 named\n", "")
    as_module = folder.start(*STRICT, "-m", "shop", PYTHONSAFEPATH="", PYTHONPATH=with_folder(folder))
    assert as_module.end() == (0, "result: 3\nagain: 3 named\n", "")
    workers.signal(signal.SIGTERM)
    assert workers.end()[0] == 0


def with_folder(folder: Folder) -> str:
    before = folder.environ.get("PYTHONPATH")
    return f"{before}:{folder.path}" if before else str(folder.path)


def test_a_script_that_fails_or_stops_waiting_closes_what_it_opened_too(folder: Folder) -> None:
    (folder.path / "client.py").write_text(
        "import asyncio, shop\n"
        "async def main():\n"
        "    handle = await shop.Sleepy().start(pause=0)\n"
        "    waiting = asyncio.create_task(handle.result())\n"
        "    try:\n"
        "        await handle.result(timeout=0.05)\n"
        "    except TimeoutError as error:\n"
        "        raise SystemExit(str(error))\n"
        "asyncio.run(main())\n"
    )
    code, out, err = folder.start(*STRICT, "client.py", PYTHONSAFEPATH="").end()
    assert (code, out) == (1, "")
    assert err.startswith("<run '") and err.endswith(
        "' of 'sleepy'> has not ended within 0.05 s; it goes on, ask again\n"
    )
    assert err.count("\n") == 1


def test_a_script_without_a_database_says_which_variable_is_missing(folder: Folder) -> None:
    code, _, err = folder.start(*STRICT, "shop.py", WAYMARK_DATABASE_URL="").end()
    assert code == 1
    assert err.splitlines()[-1].startswith("waymark.exceptions.ConfigurationError: WAYMARK_DATABASE_URL is not set")
    unreachable = "postgresql://u:hidden@127.0.0.1:1/x"
    code, _, err = folder.start(*STRICT, "shop.py", WAYMARK_DATABASE_URL=unreachable).end()
    assert code == 1 and "waymark.runtime.ports.Away: could not connect: database x at 127.0.0.1, port 1" in err
    assert "hidden" not in err
