"""The public names of `builtins` in Python 3.11, the same whatever Python writes the page."""

from __future__ import annotations

FUNCTIONS_OF = tuple(
    "Ellipsis False None NotImplemented True __build_class__ __debug__ __import__ abs aiter all anext any ascii bin "
    "bool breakpoint bytearray bytes callable chr classmethod compile complex copyright credits delattr dict dir "
    "divmod enumerate eval exec exit filter float format frozenset getattr globals hasattr hash help hex id input "
    "int isinstance issubclass iter len license list locals map max memoryview min next object oct open ord pow "
    "print property quit range repr reversed round set setattr slice sorted staticmethod str sum super tuple type "
    "vars zip".split()
)
EXCEPTIONS_OF = tuple(
    "ArithmeticError AssertionError AttributeError BaseException BaseExceptionGroup BlockingIOError BrokenPipeError "
    "BufferError BytesWarning ChildProcessError ConnectionAbortedError ConnectionError ConnectionRefusedError "
    "ConnectionResetError DeprecationWarning EOFError EncodingWarning EnvironmentError Exception ExceptionGroup "
    "FileExistsError FileNotFoundError FloatingPointError FutureWarning GeneratorExit IOError ImportError "
    "ImportWarning IndentationError IndexError InterruptedError IsADirectoryError KeyError KeyboardInterrupt "
    "LookupError MemoryError ModuleNotFoundError NameError NotADirectoryError NotImplementedError OSError "
    "OverflowError PendingDeprecationWarning PermissionError ProcessLookupError RecursionError ReferenceError "
    "ResourceWarning RuntimeError RuntimeWarning StopAsyncIteration StopIteration SyntaxError SyntaxWarning "
    "SystemError SystemExit TabError TimeoutError TypeError UnboundLocalError UnicodeDecodeError UnicodeEncodeError "
    "UnicodeError UnicodeTranslateError UnicodeWarning UserWarning ValueError Warning ZeroDivisionError".split()
)
NEWER = {"PythonFinalizationError": "3.13"}

# Why a name is refused, where the table of what is impure does not say it.
REASONS = {
    "__build_class__": ("WM403", "Part of the interpreter: a `class` statement is compiled."),
    "__debug__": ("WM403", "It depends on how an interpreter was started; assertions are always checked."),
    "EncodingWarning": ("WM110", "Only Python itself raises it: use `Warning`, or a class that extends it."),
}
