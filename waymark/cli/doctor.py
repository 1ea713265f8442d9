"""`waymark doctor`: every finding as a row of a table, or as JSON."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import msgspec

from waymark.runtime.embedded import EmbeddedPostgresError
from waymark.runtime.store.doctor import Finding, examine
from waymark.runtime.store.errors import Address
from waymark.runtime.store.links import Target
from waymark.runtime.store.opening import Database, DatabaseSettingError

from .errors import fail
from .tended import tended

SETTINGS_USELESS = 2
COLOURS = {"ok": "green", "warning": "yellow", "problem": "red"}


class Report(msgspec.Struct, frozen=True):
    """What was found about one database."""

    database: str
    ok: bool
    findings: list[Finding]


def examine_all(as_json: bool) -> int:
    try:
        with tended() as named:
            reports = asyncio.run(_examine(named))
    except DatabaseSettingError as error:
        return fail(str(error), SETTINGS_USELESS)
    except EmbeddedPostgresError as error:
        reports = [Report("the embedded Postgres", False, [Finding("embedded", "problem", str(error))])]
    if as_json:
        print(msgspec.json.format(msgspec.json.encode(reports)).decode())
    else:
        for report in reports:
            _print(report)
    return 0 if all(report.ok for report in reports) else 1


async def _examine(named: Sequence[Database]) -> list[Report]:
    """All at the same time: one that does not answer must not hold up the others."""
    return list(await asyncio.gather(*map(_report, named)))


async def _report(database: Database) -> Report:
    target = target_of(database)
    findings = await examine(target, database.listen)
    return Report(str(target.address), all(each.state != "problem" for each in findings), findings)


def target_of(database: Database) -> Target:
    try:
        return Target(database.dsn, Address.of(database.dsn), "waymark", database.pooled)
    except Exception as error:
        raise DatabaseSettingError(f"WAYMARK_DATABASE_URL: {error}") from None


def _print(report: Report) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(title=report.database, title_justify="left", show_lines=True)
    for heading in ("", "", "what", "what to do"):
        table.add_column(heading, overflow="fold")
    for each in report.findings:
        colour = COLOURS[each.state]
        table.add_row(each.check, f"[{colour}]{each.state}[/]", _plain(each.what), _plain(each.do))
    Console().print(table)


def _plain(text: str) -> str:
    from rich.markup import escape

    return escape(text)
