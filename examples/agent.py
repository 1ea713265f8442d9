"""An agent: a loop of asking a model and calling the tools that it asks for, until it is done.

Every answer and every result of a tool is durable, so a crash costs no tokens: the loop goes on with the last message.

waymark run examples/agent.py:Agent --input '{"question": "What is 6 times 7, plus the year?"}'
"""

import asyncio
from dataclasses import dataclass

from waymark import Workflow, action, workflow

STEPS_MAX = 10


@dataclass
class Message:
    role: str
    text: str


@dataclass
class Answer:
    text: str
    tools: list[tuple[str, str]]  # name and argument


@action
async def ask_model(messages: list[Message]) -> Answer:
    """Stands for a language model."""
    results = [message.text for message in messages if message.role == "tool"]
    if not results:
        return Answer("", [("multiply", "6 7"), ("start_job", "year")])
    return Answer(f"It is {sum(map(int, results))}.", [])


@action
async def multiply(argument: str) -> str:
    one, other = argument.split()
    return str(int(one) * int(other))


@action
async def job_is_done(name: str, look: int) -> bool:
    return look >= 2


@action
async def job_result(name: str) -> str:
    return "2026"


@workflow
class Agent(Workflow):
    async def run(self, question: str, poll: float = 1.0) -> str:
        messages = [Message("user", question)]
        for _ in range(STEPS_MAX):
            answer = await ask_model(messages)
            if not answer.tools:
                return answer.text
            results = await asyncio.gather(*[self.use(name, argument, poll) for name, argument in answer.tools])
            messages += [Message("tool", result) for result in results]
        return "it did not come to an end"

    async def use(self, name: str, argument: str, poll: float) -> str:
        if name == "multiply":
            return await multiply(argument)
        look = 0
        while not await job_is_done(argument, look):  # polled as slowly as one likes: waiting costs nothing
            look += 1
            await asyncio.sleep(poll)
        return await job_result(argument)
