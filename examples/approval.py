"""An expense that a person has to approve within a week, with a reminder each day until then.

waymark run examples/approval.py:Expense --input '{"amount": 120}' --id trip
waymark runs send trip decision '{"approved": true, "by": "ada"}'        # in another terminal
"""

from datetime import timedelta

from waymark import Workflow, action, workflow


@action
async def remind(amount: int, day: int) -> None:
    print(f"day {day}: {amount} is waiting for a decision")


@action
async def pay(amount: int) -> str:
    return f"paid {amount}"


@workflow
class Expense(Workflow):
    async def run(self, amount: int) -> str:
        for day in range(1, 8):
            try:
                decision = await self.receive("decision", timeout=timedelta(days=1))
            except TimeoutError:
                await remind(amount, day)
            else:
                if decision["approved"]:
                    return f"{await pay(amount)}, approved by {decision['by']}"
                return f"declined by {decision['by']}"
        return "nobody decided in a week"
