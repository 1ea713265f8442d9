"""The class that everything Waymark raises at its users inherits from, down here where each house can reach it."""

from __future__ import annotations


class WaymarkError(Exception):
    """Something that Waymark was asked for cannot be done. The message says what, where, and what to do.

    Example:
        try:
            await Order.handle("order-9").status()
        except waymark.WaymarkError as error:
            print(error)    # workflow 'order' has no run with the id 'order-9': ...
    """


WaymarkError.__module__ = "waymark.exceptions"  # where users import it from
