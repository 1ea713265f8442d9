"""The code of the documents that users of the earlier Waymark know, run as it stands, with small stand-ins for models.

Each block is compared with its document, line by line, where the documents are at hand (`WAYMARK_SEEDS`, or the folder
beside the checkout). Indentation is ours, since some of the documents have lost it.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent, indent
from types import ModuleType
from typing import Any

import pytest

from waymark import WorkflowFailed
from waymark.exceptions import BadArguments

from .conftest import UserProject

SEEDS = Path(os.environ.get("WAYMARK_SEEDS", Path(__file__).parents[4] / "shared" / "seeds"))

MODELS = """
import asyncio
from dataclasses import dataclass, field
from typing import Annotated, Any
from waymark import Depend, Depends, Workflow, action, workflow

@dataclass
class User:
    id: str
    email: str
    active: bool = True

@dataclass
class EmailResult:
    to: str
    subject: str

class Database:
    async def get_many(self, kind, ids):
        return [kind(each, f"{each}@example.com", each != "off") for each in ids]

class EmailClient:
    async def send(self, to, subject):
        if to.startswith("bad"):
            raise ConnectionError(to)
        return EmailResult(to, subject)

def get_db() -> Database:
    return Database()

async def get_email_client() -> EmailClient:
    return EmailClient()
"""

README_WORKFLOW = """
@workflow
class WelcomeEmailWorkflow(Workflow):
    async def run(self, user_ids: list[str]) -> list[EmailResult]:
        users = await fetch_users(user_ids)
        active_users = [user for user in users if user.active]

        results = await asyncio.gather(
            *[
                send_email(to=user.email, subject="Welcome")
                for user in active_users
            ],
            return_exceptions=True,
        )

        return results
"""

README_ACTIONS = """
@action
async def fetch_users(
    user_ids: list[str],
    db: Annotated[Database, Depend(get_db)],
) -> list[User]:
    return await db.get_many(User, user_ids)

@action
async def send_email(
    to: str,
    subject: str,
    emailer: Annotated[EmailClient, Depend(get_email_client)],
) -> EmailResult:
    return await emailer.send(to=to, subject=subject)
"""

README_CALL = """
async def welcome_users(user_ids: list[str]):
    workflow = WelcomeEmailWorkflow()
    await workflow.run(user_ids)
"""

README_RETRY = """
from waymark import RetryPolicy, BackoffPolicy
from datetime import timedelta

async def run(self):
    await self.run_action(
        inconsistent_action(0.5),
        # control handling of failures
        retry=RetryPolicy(attempts=50),
        backoff=BackoffPolicy(base_delay=5),
        timeout=timedelta(minutes=10)
    )
"""

README_BRANCHES = """
async def run(self, user_id: str) -> Summary:
    # loop + non-action helper call
    top_spenders: list[float] = []
    for record in summary.transactions.records:
        if record.is_high_value:
            top_spenders.append(record.amount)
"""

README_ASYNCIO = """
import asyncio

async def run(self, user_id: str) -> Summary:
    # parallelize independent actions with gather
    profile, settings, history = await asyncio.gather(
        fetch_profile(user_id=user_id),
        fetch_settings(user_id=user_id),
        fetch_purchase_history(user_id=user_id),
        return_exceptions=True,
    )

    # wait before sending email
    await asyncio.sleep(24*60*60)
    recommendations = await email_ping(history)

    return Summary(profile=profile, settings=settings, recommendations=recommendations)
"""

WHY = """
@workflow
class WelcomeEmailWorkflow(Workflow):
    async def run(self, user_ids: list[str]) -> list[EmailResult]:
        users = await fetch_users(user_ids)
        active_users = [user for user in users if user.active]
        return await asyncio.gather(
            *[send_email(to=user.email, subject="Welcome") for user in active_users],
            return_exceptions=True,
        )
"""

CHECKOUT = """
import asyncio
from waymark import Workflow, action, workflow

@action
async def charge(order_id: int) -> bool:
    return await payments.charge(order_id)

@workflow
class Checkout(Workflow):
    async def run(self, order_id: int) -> str:
        for _ in range(3):
            if await charge(order_id):
                return "paid"
            # durable: survives restarts
            await asyncio.sleep(3600)
        return "failed"
"""

REQUESTS = """
class FetchUsersRequest(BaseModel):
    user_ids: list[str] = Field(min_length=1)
    include_deactivated: bool = False
class FetchUsersResult(BaseModel):
    users: list[User]
    fetched_at: datetime
@action
async def fetch_users(request: FetchUsersRequest) -> FetchUsersResult:
    users = await db.user.fetch_many(
        ids=request.user_ids,
        include_deactivated=request.include_deactivated,
    )
    return FetchUsersResult(users=users, fetched_at=datetime.now(timezone.utc))
"""

INJECTED = """
from typing import Annotated
from waymark import Depends, action
@action
async def send_email(
    to: str,
    subject: str,
    emailer: Annotated[EmailClient, Depends(get_email_client)],
) -> EmailResult:
    return await emailer.send(to=to, subject=subject)
"""

TO_THREAD = """
import asyncio
@action
async def render_pdf(report: Report) -> bytes:
    return await asyncio.to_thread(_render_pdf_sync, report)
"""

ONBOARD = """
@workflow
class OnboardUserWorkflow(Workflow):
    async def run(self, user_id: str) -> OnboardResult:
        profile = await self._provision(user_id)
        await self._notify(profile)
        return await build_onboard_result(profile)
    async def _provision(self, user_id: str) -> Profile:
        account = await create_account(user_id)
        return await create_profile(account)
    async def _notify(self, profile: Profile) -> None:
        await send_welcome_email(profile.email)
        await enqueue_drip_campaign(profile.id)
"""

BLOCKS = [
    ("000", README_WORKFLOW),
    ("000", README_ACTIONS),
    ("000", README_CALL),
    ("000", README_RETRY),
    ("000", README_BRANCHES),
    ("000", README_ASYNCIO),
    ("001", WHY),
    ("002", CHECKOUT),
    ("003", REQUESTS),
    ("003", INJECTED),
    ("003", TO_THREAD),
    ("003", ONBOARD),
]

Import = Callable[[str], ModuleType]


@pytest.fixture
def module(project: UserProject, monkeypatch: pytest.MonkeyPatch) -> Import:
    monkeypatch.delenv("WAYMARK_BRIDGE_IN_MEMORY")
    return lambda text: project.module("myapp", text)


def lines_of(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


@pytest.mark.parametrize(("document", "block"), BLOCKS)
def test_a_block_stands_in_its_document(document: str, block: str) -> None:
    found = sorted(SEEDS.glob(f"{document}_*.txt"))
    if not found:
        pytest.skip(f"{SEEDS} is not there: set WAYMARK_SEEDS to the folder of the documents")
    there, wanted = lines_of(found[0].read_text(encoding="utf-8")), lines_of(block)
    assert any(there[at : at + len(wanted)] == wanted for at in range(len(there)))


def in_class(name: str, body: str) -> str:
    """A `run` that a document shows by itself, in a workflow; imports above it stay above."""
    above, at, rest = body.partition("async def run(")
    return f"{above}\n@workflow\nclass {name}(Workflow):\n{indent(at + rest, '    ')}"


def result(kind: Any, *args: Any) -> Any:
    return asyncio.run(kind().run(*args))


def test_the_welcome_email(module: Import) -> None:
    app = module(MODELS + README_ACTIONS + README_WORKFLOW + README_CALL)
    one, bad = result(app.WelcomeEmailWorkflow, ["ann", "off", "bad"])
    assert one == app.EmailResult("ann@example.com", "Welcome")
    assert isinstance(bad, ConnectionError)
    assert asyncio.run(app.welcome_users(["ann"])) is None


def test_the_welcome_email_of_the_front_page(module: Import) -> None:
    app = module(MODELS + README_ACTIONS + WHY)
    assert [type(each).__name__ for each in result(app.WelcomeEmailWorkflow, ["a", "bad"])] == [
        "EmailResult",
        "ConnectionError",
    ]


def test_a_retry_policy_with_backoff(module: Import) -> None:
    tried = "TRIED = []\n\n@action\nasync def inconsistent_action(chance: float) -> None:\n    TRIED.append(chance)\n"
    fails = "    if len(TRIED) < 20:\n        raise ConnectionError('by chance')\n"
    app = module(f"{MODELS}{tried}{fails}{in_class('Retries', README_RETRY)}")
    assert result(app.Retries) is None
    assert len(app.TRIED) == 20


def test_branching(module: Import) -> None:
    models = dedent("""
        @dataclass
        class Record:
            amount: float
            is_high_value: bool
        @dataclass
        class Transactions:
            records: list
        @dataclass
        class Summary:
            transactions: Transactions
        summary = Summary(Transactions([Record(1.0, False), Record(9.5, True), Record(7.0, True)]))
    """)
    app = module(f"{MODELS}{models}{in_class('Branches', README_BRANCHES)}        return top_spenders\n".replace(
        "-> Summary:", "-> list[float]:"
    ))  # fmt: skip
    assert result(app.Branches, "ann") == [9.5, 7.0]


def test_asyncio_primitives(module: Import) -> None:
    models = dedent("""
        @dataclass
        class Summary:
            profile: Any
            settings: Any
            recommendations: Any
        @action
        async def fetch_profile(user_id: str) -> str:
            return f"profile of {user_id}"
        @action
        async def fetch_settings(user_id: str) -> str:
            raise LookupError(user_id)
        @action
        async def fetch_purchase_history(user_id: str) -> list[str]:
            return ["tea"]
        @action
        async def email_ping(history: list[str]) -> str:
            return f"more {history[0]}"
    """)
    app = module(MODELS + models + in_class("Gathers", README_ASYNCIO))
    summary = result(app.Gathers, "ann")
    assert (summary.profile, summary.recommendations) == ("profile of ann", "more tea")
    assert isinstance(summary.settings, LookupError)


def test_the_checkout_of_the_front_page(module: Import) -> None:
    payments = "class payments:\n    tried = []\n    @classmethod\n    async def charge(cls, order_id):\n"
    works = "        cls.tried.append(order_id)\n        return len(cls.tried) > order_id\n"
    app = module(payments + works + CHECKOUT)
    assert result(app.Checkout, 2) == "paid"
    app.payments.tried.clear()
    assert result(app.Checkout, 7) == "failed"
    assert app.payments.tried == [7, 7, 7]


def test_requests_are_validated_before_the_handler_runs(module: Import) -> None:
    imports = "from datetime import datetime, timezone\nfrom pydantic import BaseModel, Field\n"
    users = dedent("""
        from waymark import Workflow, action, workflow
        class User(BaseModel):
            id: str
        class db:
            class user:
                @staticmethod
                async def fetch_many(ids, include_deactivated):
                    return [User(id=each) for each in ids]
    """)
    fetches = dedent("""
        @workflow
        class Fetches(Workflow):
            async def run(self, ids: list) -> list:
                found = await fetch_users({"user_ids": ids})
                return [user.id for user in found.users]
    """)
    app = module(imports + users + REQUESTS + fetches)
    assert result(app.Fetches, ["a", "b"]) == ["a", "b"]
    with pytest.raises(WorkflowFailed, match="at least 1 item"):
        result(app.Fetches, [])
    with pytest.raises(BadArguments, match="missing 1 required positional argument: 'ids'"):
        result(app.Fetches)


def test_injected_dependencies_and_threads(module: Import) -> None:
    report = (
        "@dataclass\nclass Report:\n    title: str\n\ndef _render_pdf_sync(report):\n    return report.title.encode()\n"
    )
    both = dedent("""
        @workflow
        class Both(Workflow):
            async def run(self) -> list:
                return [await send_email("ann", subject="Hi"), await render_pdf(Report("title"))]
    """)
    app = module(MODELS + INJECTED + report + TO_THREAD + both)
    assert result(app.Both) == [app.EmailResult("ann", "Hi"), b"title"]


def test_named_steps(module: Import) -> None:
    models = dedent("""
        SAID = []
        @dataclass
        class Profile:
            id: str
            email: str
        OnboardResult = str
        @action
        async def create_account(user_id: str) -> str:
            return f"account {user_id}"
        @action
        async def create_profile(account: str) -> Profile:
            return Profile(account, "ann@example.com")
        @action
        async def send_welcome_email(email: str) -> None:
            SAID.append(email)
        @action
        async def enqueue_drip_campaign(id: str) -> None:
            SAID.append(id)
        @action
        async def build_onboard_result(profile: Profile) -> str:
            return f"welcome {profile.id}"
    """)
    app = module(MODELS + models + ONBOARD)
    assert result(app.OnboardUserWorkflow, "ann") == "welcome account ann"
    assert app.SAID == ["ann@example.com", "account ann"]


def test_limitations_of_the_documents_are_lifted(module: Import) -> None:
    """f-strings, constructor calls as return values, and module-level globals: document 003 refuses them."""
    lifted = dedent("""
        LIMITS = {"ann": 3}
        @workflow
        class Lifted(Workflow):
            async def run(self, user_id: str) -> User:
                return User(f"{user_id}-{LIMITS[user_id]}", email="e")
    """)
    app = module(MODELS + lifted)
    assert result(app.Lifted, "ann") == app.User("ann-3", "e")
