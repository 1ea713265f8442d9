"""`hasattr` of what programs cannot read says what CPython says; writes to the library's classes are refused."""

from __future__ import annotations

from differential import assert_same, compiled, module_of

REACHED = """
class T:
    x = 1
async def co(): return 1
def gen(): yield 1
c = co()
t = asyncio.create_task(c)
f = lambda: 0
print(hasattr(t, "get_coro"), hasattr(t, "nope"))
print(hasattr(c, "cr_code"), hasattr(f, "__code__"), hasattr(f, "__globals__"))
print(hasattr(gen(), "gi_yieldfrom"), hasattr(T().__init__, "__self__"))
print(hasattr([], "__iter__"), hasattr([], "__sizeof__"))
print([hasattr(5, n) for n in ("__reduce_ex__", "__dir__", "real", "nope", "__subclasshook__")])
print(hasattr(asyncio.get_running_loop(), "run_forever"))
print(hasattr(int, "__subclasses__"), hasattr(T, "__subclasses__"), hasattr(T(), "__reduce__"))
await t
class G:
    def __getattribute__(self, name):
        print("asked", name)
        raise AttributeError(name)
print(hasattr(G(), "__reduce__"), hasattr(G(), "x"), hasattr(T(), "y"), hasattr(T(), "x"))
class P:
    @property
    def p(self):
        print("p")
        return 1
    def __getattr__(self, name):
        print("getattr", name)
        raise AttributeError
print(hasattr(P(), "p"), hasattr(P(), "q"), hasattr(P, "q"), hasattr(P(), "__class__"), hasattr(super, "__thisclass__"))
"""


def test_hasattr_is_cpythons_where_a_program_cannot_read_the_attribute() -> None:
    assert_same(REACHED)


def test_a_task_that_awaits_itself_again_is_told_that_it_was_handed_out() -> None:
    assert_same("""
        async def main():
            me = asyncio.current_task()
            for _ in range(3):
                try:
                    await me
                except RuntimeError as e:
                    print(type(e).__name__, str(e).partition("<")[0], str(e).count("<"))
        t = asyncio.create_task(main())
        await t
        me = asyncio.current_task()
        for i in range(2):
            try:
                await me
            except RuntimeError as e:
                print(str(e).partition("<")[0])
    """)


def test_the_repr_of_a_task_that_has_awaited_itself_shows_its_callbacks_alone() -> None:
    assert_same("""
        async def main():
            me = asyncio.current_task()
            try:
                await me
            except RuntimeError:
                print("cb=" in repr(me))
            me.add_done_callback(print_name)
            print("print_name" in repr(me), me.remove_done_callback(print_name), "cb=" in repr(me))
            return 1
        def print_name(task): print(task.get_name())
        task = asyncio.create_task(main(), name="one")
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        return await task
    """)


def test_setting_and_deleting_what_the_library_has_is_refused_where_it_stands() -> None:
    text = module_of("""
def change():
    asyncio.Queue.extra = 5
    del asyncio.Event.is_set
    asyncio.gather.x = 1
    for asyncio.Queue.y in ():
        pass
class Mine(asyncio.Queue): pass
Mine.extra = 3
asyncio.Queue().extra = 4
    """)
    found = [(each.code, each.line, each.message.partition(",")[0]) for each in compiled(text).diagnostics]
    first = 1 + text[: text.index("def change")].count("\n")
    assert found == [
        ("WM110", first + 1, "setting or deleting `extra` of `asyncio.Queue`"),
        ("WM110", first + 2, "setting or deleting `is_set` of `asyncio.Event`"),
        ("WM110", first + 3, "setting or deleting `x` of `asyncio.gather`"),
        ("WM110", first + 4, "setting or deleting `y` of `asyncio.Queue`"),
    ]
