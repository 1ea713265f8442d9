"""A journey of three bookings: if one cannot be had, those before it are cancelled, in reverse order.

waymark run examples/saga.py:Journey --input '{"place": "Oslo"}'
"""

from waymark import Workflow, action, workflow


class SoldOut(Exception):
    pass


@action
async def book(what: str, place: str) -> str:
    if what == "car" and place == "Atlantis":
        raise SoldOut(f"no {what} in {place}")
    return f"{what} in {place}"


@action
async def cancel(booking: str) -> str:
    return f"cancelled {booking}"


@workflow
class Journey(Workflow):
    async def run(self, place: str) -> list[str]:
        undo = []
        try:
            for what in ("flight", "hotel", "car"):
                booking = await book(what, place)
                undo.append(booking)
        except SoldOut as error:
            told = [str(error)]
            for booking in reversed(undo):
                told.append(await cancel(booking))
            return told
        return undo
