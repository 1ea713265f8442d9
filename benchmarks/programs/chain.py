"""What the engine is measured with: actions that do nothing, one after the other."""

from waymark import Workflow, action, workflow


@action
async def nothing(step: int) -> int:
    return step


@workflow
class Chain(Workflow):
    async def run(self) -> int:
        one = await nothing(1)
        two = await nothing(one + 1)
        return await nothing(two + 1)


@workflow
class Single(Workflow):
    async def run(self) -> int:
        return await nothing(1)


@workflow
class Steps(Workflow):
    async def run(self, count: int) -> int:
        done = 0
        for step in range(count):
            done += await nothing(step)
        return done
