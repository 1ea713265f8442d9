"""A `TestCase` in plain Python: its assertions print what they were told. It is compiled into programs."""

from __future__ import annotations

CASE = """\
class Raises:
    def __init__(self, kinds):
        self.kinds = kinds
        self.exception = None
    def __enter__(self):
        return self
    def __exit__(self, kind, error, trace):
        if kind is None:
            print("no error")
            return False
        if isinstance(error, self.kinds):
            self.exception = error
            print(kind.__name__, str(error))
            return True
        return False

class TestCase:
    def assertEqual(self, first, second, msg=None):
        print(first == second)
    def assertNotEqual(self, first, second, msg=None):
        print(first != second)
    assertListEqual = assertTupleEqual = assertDictEqual = assertSetEqual = assertEqual
    assertEquals = assertSequenceEqual = assertMultiLineEqual = assertEqual
    def assertTrue(self, value, msg=None):
        print(True if value else False)
    def assertFalse(self, value, msg=None):
        print(False if value else True)
    def assertIs(self, first, second, msg=None):
        print(first is second)
    def assertIsNot(self, first, second, msg=None):
        print(first is not second)
    def assertIsNone(self, value, msg=None):
        print(value is None)
    def assertIsNotNone(self, value, msg=None):
        print(value is not None)
    def assertIn(self, item, container, msg=None):
        print(item in container)
    def assertNotIn(self, item, container, msg=None):
        print(item not in container)
    def assertIsInstance(self, value, kind, msg=None):
        print(isinstance(value, kind))
    def assertNotIsInstance(self, value, kind, msg=None):
        print(not isinstance(value, kind))
    def assertLess(self, first, second, msg=None):
        print(first < second)
    def assertLessEqual(self, first, second, msg=None):
        print(first <= second)
    def assertGreater(self, first, second, msg=None):
        print(first > second)
    def assertGreaterEqual(self, first, second, msg=None):
        print(first >= second)
    def assertAlmostEqual(self, first, second, places=7, msg=None, delta=None):
        print(first == second or abs(first - second) < 0.0000001)
    def assertCountEqual(self, first, second, msg=None):
        print(len(list(first)) == len(list(second)))
    def assertRaises(self, kinds, function=None, *args, **kwargs):
        context = Raises(kinds)
        if function is None:
            return context
        with context:
            function(*args, **kwargs)
    def assertRaisesRegex(self, kinds, pattern, function=None, *args, **kwargs):
        return self.assertRaises(kinds, function, *args, **kwargs)
    def fail(self, msg=None):
        raise AssertionError(msg)
    def subTest(self, *args, **kwargs):
        return NoRaise(())
    def setUp(self): pass
    def tearDown(self): pass
    def addCleanup(self, *args): pass

class NoRaise(Raises):
    def __exit__(self, kind, error, trace):
        return False
"""
