"""`try` in all its forms does what CPython does, with an await wherever one may stand."""

from __future__ import annotations

import pytest
from differential import assert_same

PROGRAMS = {
    "clauses_are_tried_in_order": """
        seen = []
        for error in (KeyError("k"), TypeError("t"), ValueError("v"), LookupError("l"), ZeroDivisionError("z")):
            try:
                try:
                    await act("work")
                    raise error
                except KeyError:
                    seen.append("key")
                except (TypeError, ValueError) as e:
                    seen.append((type(e).__name__, e.args))
                    await act(str(e))
                except LookupError as e:
                    seen.append(e is error)
            except Exception as e:
                seen.append(repr(e))
        return seen
    """,
    "kinds_are_evaluated_only_when_reached": """
        for wrong in (False, True):
            try:
                try:
                    raise KeyError(1)
                except (await act("first"), ValueError if wrong else KeyError)[1]:
                    print("first")
                except (await act("second"), 5)[1]:
                    print("second")
                except print("third"):
                    print("never")
            except BaseException as e:
                print(type(e).__name__, e, repr(e.__context__))
        try:
            print("nothing raised")
        except 1 / 0:
            pass
    """,
    "a_kind_that_is_no_exception_class": """
        kinds = [1, "x", (KeyError, 2), (KeyError, (ValueError,)), int, (), (ValueError, 3)]
        for kind in kinds:
            try:
                try:
                    raise ValueError("v")
                except kind:
                    print("caught")
            except BaseException as e:
                print(type(e).__name__, e, repr(e.__context__), e.__suppress_context__)
    """,
    "the_variable_is_gone_behind_the_clause": """
        e = 1
        try:
            raise ValueError("a")
        except ValueError as e:
            kept = e
        try:
            print(e)
        except UnboundLocalError as error:
            print(error)
        return repr(kept)
    """,
    "the_variable_may_be_deleted_or_rebound": """
        for way in range(4):
            try:
                raise ValueError(way)
            except ValueError as e:
                if way == 0:
                    del e
                elif way == 1:
                    e = "other"
                    await act(e)
                elif way == 2:
                    for e in (1, 2):
                        pass
            try:
                e
            except NameError as error:
                print(way, error)
    """,
    "the_variable_is_gone_however_it_is_left": """
        out = []
        for way in ("break", "continue", "raise"):
            for turn in (1, 2):
                try:
                    try:
                        raise KeyError(way)
                    except KeyError as e:
                        if way == "break":
                            break
                        if way == "continue":
                            continue
                        raise RuntimeError(str(e))
                except RuntimeError as other:
                    out.append(str(other))
                    out.append(repr(other.__context__))
            try:
                out.append(e)
            except UnboundLocalError as error:
                out.append(str(error))
        return out
    """,
    "an_empty_clause_forgets_its_variable_too": """
        e = "before"
        try:
            raise ValueError("a")
        except ValueError as e:
            pass
        try:
            return e
        except UnboundLocalError as error:
            return str(error)
    """,
    "else_runs_unguarded": """
        for how in ("fine", "body", "else"):
            try:
                try:
                    await act(how)
                    if how == "body":
                        raise ValueError("body")
                except ValueError as e:
                    print("handled", e)
                else:
                    print("else")
                    if how == "else":
                        raise ValueError("else")
                    await act("in else")
                finally:
                    print("finally")
            except ValueError as e:
                print("outer", e, e.__context__)
    """,
    "else_with_handlers_that_leave": """
        def f(x):
            try:
                if x == 0:
                    raise ValueError
                if x == 1:
                    return "body"
            except ValueError:
                return "handler"
            else:
                return "else"

        return [f(0), f(1), f(2)]
    """,
    "leaving_the_body_skips_else": """
        out = []
        for i in range(4):
            try:
                if i == 1:
                    continue
                if i == 3:
                    break
                out.append(await act(i))
            except ValueError:
                out.append("never")
            else:
                out.append("else")
            finally:
                out.append("finally")
        return out
    """,
    "return_crosses_all_of_it": """
        try:
            try:
                raise ValueError("v")
            except ValueError as e:
                return await act(("returned", str(e)))
            finally:
                await act("last")
        finally:
            print("outer")
    """,
    "finally_overrides_what_is_pending": """
        out = []
        for i in range(3):
            try:
                try:
                    raise KeyError(i)
                except KeyError as e:
                    raise RuntimeError("new") from e
                finally:
                    if i == 0:
                        continue
                    if i == 1:
                        break
            finally:
                out.append(i)
        return out
    """,
    "bare_raise_goes_on_with_what_is_handled": """
        async def again():
            await act("again")
            raise

        out = []
        for where in range(4):
            try:
                try:
                    raise ValueError(where)
                except ValueError:
                    try:
                        raise KeyError(where)
                    except KeyError:
                        if where == 0:
                            raise
                        if where == 1:
                            await again()
                    if where == 2:
                        raise
                    await again()
            except Exception as e:
                out.append((repr(e), repr(e.__context__)))
        try:
            await again()
        except RuntimeError as e:
            out.append((str(e), repr(e.__context__)))
        return out
    """,
    "bare_raise_in_finally": """
        out = []
        for fails in (True, False):
            try:
                try:
                    if fails:
                        raise ValueError("v")
                finally:
                    raise
            except (ValueError, RuntimeError) as e:
                out.append((repr(e), repr(e.__context__)))
        return out
    """,
    "raise_from": """
        causes = [None, ValueError("c"), ValueError, "no", int, KeyError("k")]
        for cause in causes:
            try:
                try:
                    raise KeyError("first")
                except KeyError:
                    raise (await act("raised"), RuntimeError)[1] from cause
            except Exception as e:
                print(repr(e), repr(e.__cause__), repr(e.__context__), e.__suppress_context__)
    """,
    "raise_of_what_is_no_exception": """
        for wrong in (1, "text", int, None, object):
            try:
                raise wrong
            except TypeError as e:
                print(e)
        try:
            raise (print("error"), ValueError)[1] from (print("cause"), 5)[1]
        except TypeError as e:
            print(e)
    """,
    "contexts_chain": """
        try:
            try:
                try:
                    1 / 0
                except ZeroDivisionError as a:
                    await act("a")
                    [][1]
            except IndexError as b:
                try:
                    {}["k"]
                except KeyError as c:
                    raise b
        except IndexError as e:
            chain = []
            while e is not None:
                chain.append(repr(e))
                e = e.__context__
            return chain
    """,
    "an_error_of_a_handler_passes_the_clauses_beside_it": """
        try:
            try:
                raise ValueError("v")
            except ValueError:
                raise KeyError("k")
            except KeyError:
                print("never")
        except KeyError as e:
            return repr(e.__context__)
    """,
    "bare_except_catches_everything": """
        out = []
        for error in (ValueError, KeyboardInterrupt, SystemExit, GeneratorExit):
            try:
                raise error("x")
            except KeyError:
                pass
            except:
                out.append("bare")
        return out
    """,
    "empty_bodies": """
        try:
            pass
        except ValueError:
            pass
        else:
            pass
        finally:
            pass
        try:
            raise ValueError
        except ValueError:
            pass
        return "end"
    """,
    "loops_around_and_inside": """
        out = []
        while True:
            try:
                for x in (1, 2, 3):
                    try:
                        if x == 2:
                            raise ValueError(x)
                        out.append(await act(x))
                    except ValueError as e:
                        for y in "ab":
                            if y == "b":
                                break
                            out.append((y, str(e)))
                        else:
                            out.append("never")
                        break
                else:
                    out.append("never")
            except TypeError:
                out.append("never")
            else:
                out.append("else")
                break
        return out
    """,
    "an_action_that_fails": """
        try:
            await act("no")
        except ValueError as e:
            return [type(e).__name__, e.args]
    """,
    "asserts": """
        out = []
        for value in (0, 1):
            try:
                assert await act(value), (await act("message"), value)
                out.append("held")
                assert not value
            except AssertionError as e:
                out.append(e.args)
        try:
            assert False, "text"
        except AssertionError as AssertionError_:
            out.append(str(AssertionError_))
        assert out, print("never")
        return out
    """,
    "names_of_kinds_may_be_variables": """
        kinds = (KeyError,)
        ValueError = KeyError
        try:
            {}["k"]
        except ValueError as e:
            first = repr(e)
        try:
            {}["k"]
        except kinds as e:
            return first, repr(e)
    """,
    "try_in_nested_functions": """
        def outer(x):
            def inner():
                try:
                    return 10 / x
                except ZeroDivisionError as e:
                    return lambda: "zero"
                finally:
                    seen.append(x)
            return inner

        seen = []
        return [outer(5)(), outer(0)()(), seen]
    """,
    "a_handler_variable_that_a_closure_keeps": """
        try:
            raise ValueError("v")
        except ValueError as e:
            def f():
                return repr(e)
            print(f())
        try:
            f()
        except NameError as error:
            return str(error)
    """,
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_with_try_is_the_same(name: str) -> None:
    outcomes = [ValueError("no", 1)] if name == "an_action_that_fails" else None
    assert_same(PROGRAMS[name], outcomes=outcomes)
