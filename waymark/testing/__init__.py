"""For tests of workflows: time that a test moves, outcomes that it writes down, failures that it plants.

    def test_the_reminder_comes_after_a_month(waymark_stage):
        waymark_stage.on(send_mail).returns("sent")

        async def story():
            handle = await Reminder().start("ada@example.org")
            await waymark_stage.advance(days=29)
            assert waymark_stage.calls(send_mail) == []
            await waymark_stage.advance(days=2)
            assert await handle.result() == "sent"

        waymark_stage.run(story())

Under pytest runs live in memory, so nothing has to be set up. The fixture comes with the package; without pytest,
`with Stage() as stage:` is the same.
"""

from __future__ import annotations

from .scripts import Call
from .stage import Stage

__all__ = ["Call", "Stage"]
