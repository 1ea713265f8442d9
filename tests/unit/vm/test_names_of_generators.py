"""`__name__` and `__qualname__` of generators and coroutines: the function's at first, and their own after."""

from __future__ import annotations

from differential import assert_same


def test_a_generator_has_the_names_that_its_function_had_and_keeps_them() -> None:
    assert_same("""
        def rows(): yield 1
        async def work(): pass
        async def feed(): yield 1
        seen = []
        def tell(one):
            seen.append((one.__name__, one.__qualname__))
        for function in (rows, work, feed):
            function.__name__ = 'other'
            first = function()
            function.__qualname__ = 'Place.name'
            second = function()
            function.__name__ = 'name'
            third = function()
            await act(1)
            for one in (first, second, third):
                tell(one)
                if function is work:
                    one.close()
        return seen
    """)


def test_the_names_of_a_generator_can_be_set_to_texts_and_not_deleted() -> None:
    assert_same("""
        def rows(): yield 1
        async def work(): pass
        async def feed(): yield 1
        seen = []
        for one in (rows(), work(), feed()):
            one.__name__ = 'renamed'
            await act(1)
            seen.append((one.__name__, one.__qualname__))
            one.__qualname__ = 'Place.name'
            await act(1)
            seen.append((one.__name__, one.__qualname__))
            for name in ('__name__', '__qualname__'):
                for change in (lambda: setattr(one, name, 3), lambda: delattr(one, name)):
                    try:
                        change()
                    except TypeError as error:
                        seen.append(str(error))
            if hasattr(one, 'cr_running'):
                one.close()
        return seen
    """)
