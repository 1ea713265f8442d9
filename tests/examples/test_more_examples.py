"""The examples of what workflows are good for, in memory; and the web application on a database."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import asyncpg
import pytest

import waymark
from waymark.registry import registry
from waymark.runtime.engine.inside import running_engine
from waymark.runtime.engine.settings import EngineSettings
from waymark.runtime.workers.inline import InlineWorkers
from waymark.testing import Stage

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def importable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "examples"))


@pytest.fixture
def stage() -> Iterator[Stage]:
    with Stage() as made:
        yield made


def example(name: str) -> ModuleType:
    return importlib.import_module(name)


def test_welcome_emails_go_to_those_who_are_active(stage: Stage) -> None:
    module = example("welcome_email")

    async def story() -> None:
        sent = await module.WelcomeEmailWorkflow().run(["ada", "bob", "eve"])
        assert sent[0] == module.EmailResult("ada@example.org", True)
        assert isinstance(sent[1], ConnectionError) and "eve@example.org is full" in str(sent[1])
        assert len(sent) == 2

    stage.run(story())


def test_the_welcome_emails_are_those_of_the_front_page() -> None:
    seed = ROOT.parent / "shared" / "seeds" / "000_aa699821dbb4a6db.txt"
    if not seed.is_file():
        pytest.skip("the front page is kept beside the repository")
    text = (ROOT / "examples" / "welcome_email.py").read_text()
    for block in seed.read_text().split("```python\n")[1:4]:
        for part in block.partition("```")[0].split("\n\n\n"):
            body = part.partition("@workflow\n")[2] or part
            assert without_blanks(body) in without_blanks(text), "but for blank lines, it is the same"


def without_blanks(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.splitlines() if line.strip())


def test_an_expense_is_decided_by_a_message_or_not_at_all(stage: Stage) -> None:
    module = example("approval")

    async def story() -> None:
        trip, meal = await module.Expense().start(120), await module.Expense().start(30)
        await stage.advance(days=2.5)
        assert sorted(call.args for call in stage.calls(module.remind)) == [(30, 1), (30, 2), (120, 1), (120, 2)]
        await trip.send("decision", {"approved": True, "by": "ada"})
        assert await trip.result() == "paid 120, approved by ada"
        assert await meal.result() == "nobody decided in a week"

    stage.run(story())


def test_the_agent_uses_its_tools_and_polls(stage: Stage) -> None:
    module = example("agent")

    async def story() -> None:
        assert await module.Agent().run("What is 6 times 7, plus the year?", poll=3600) == "It is 2068."
        assert len(stage.calls(module.job_is_done)) == 3

    stage.run(story())


def test_customers_are_copied_each_night_though_the_other_system_fails_at_times(stage: Stage) -> None:
    module = example("sync")
    stage.on(module.fetch).fails(ConnectionError("away"), call=2, attempt=1)

    async def story() -> None:
        await module.main()
        await stage.advance(days=2.5)
        assert len(stage.calls(module.store)) in (6, 9), "three pages a night, of two or three nights"
        (schedule,) = await waymark.list_schedules()
        assert schedule.last_instance_id is not None and schedule.timezone == "Europe/Berlin"
        last = module.Sync.handle(schedule.last_instance_id)
        assert await last.result() == 5
        assert (await last.status()).text == "5 copied"

    stage.run(story())


@pytest.mark.parametrize(
    ("place", "came"),
    [
        ("Oslo", ["flight in Oslo", "hotel in Oslo", "car in Oslo"]),
        ("Atlantis", ["no car in Atlantis", "cancelled hotel in Atlantis", "cancelled flight in Atlantis"]),
    ],
)
def test_a_journey_is_whole_or_undone(stage: Stage, place: str, came: list[str]) -> None:
    module = example("saga")

    async def story() -> None:
        assert await module.Journey().run(place) == came

    stage.run(story())


def test_a_web_application_starts_runs_in_its_transactions(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    httpx = pytest.importorskip("httpx", reason="the extra dev installs it")
    pytest.importorskip("fastapi", reason="the extra dev installs it")
    monkeypatch.setenv("WAYMARK_DATABASE_URL", database)
    web = importlib.reload(example("web"))

    async def main() -> None:
        connection = await asyncpg.connect(database)
        await connection.execute("create table orders (number integer primary key, item text not null)")
        await connection.close()
        client = await waymark.default.default_client()
        settings = EngineSettings(state_dir=tmp_path, poll_busy_ms=2, poll_idle_ms=5)
        async with running_engine(client.store, InlineWorkers(registry), settings=settings):
            transport = httpx.ASGITransport(app=web.app)
            async with httpx.AsyncClient(transport=transport, base_url="http://shop") as http, asyncio.timeout(30):
                assert (await http.get("/orders/7")).status_code == 404
                assert (await http.post("/orders/7", json={"item": "lamp"})).json() == {"run": "order-7"}
                assert (await http.get("/orders/7?wait=20")).json()["result"] == "shipped 1 x lamp"
                with pytest.raises(Exception, match="duplicate key"):
                    await http.post("/orders/7", json={"item": "lamp"})
                await http.post("/orders/8", json={"item": "nails", "count": 1000})
                failed = (await http.get("/orders/8?wait=20")).json()
                assert failed == {"status": "failed", "why": "too many"}
        await web.sessions.kw["bind"].dispose()

    asyncio.run(main())
