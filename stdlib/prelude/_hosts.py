"""What a host class has in the place of members that only its library calls."""

import _hosted


class OfHost:
    """A validator, a serializer, a default: it runs where the class is made, and not in a run."""

    __slots__ = ()

    def __get__(self, instance, owner):
        _hosted.refuse(
            f"a workflow cannot reach what the library calls of the class {owner.__name__} (validators, serializers, "
            "defaults): put what both need into a function of the module"
        )
