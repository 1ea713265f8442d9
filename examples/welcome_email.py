"""Welcome e-mails to those of a batch of users who are active, in parallel.

The workflow, its actions and `welcome_users` are the first example of Waymark's own front page, to the letter; the
database and the mail server above them are stand-ins.

waymark run examples/welcome_email.py:WelcomeEmailWorkflow --input '{"user_ids": ["ada", "bob", "eve"]}'
"""

import asyncio
from dataclasses import dataclass
from typing import Annotated

from waymark import Depend, Workflow, action, workflow


@dataclass
class User:
    id: str
    email: str
    active: bool


@dataclass
class EmailResult:
    to: str
    delivered: bool


class Database:
    async def get_many(self, model: type[User], ids: list[str]) -> list[User]:
        return [model(id, f"{id}@example.org", active=id != "bob") for id in ids]


class EmailClient:
    async def send(self, to: str, subject: str) -> EmailResult:
        if to.startswith("eve"):
            raise ConnectionError(f"the mailbox of {to} is full")
        return EmailResult(to, delivered=True)


def get_db() -> Database:
    return Database()


def get_email_client() -> EmailClient:
    return EmailClient()


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


async def welcome_users(user_ids: list[str]):
    workflow = WelcomeEmailWorkflow()
    await workflow.run(user_ids)
