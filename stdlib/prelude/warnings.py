"""`warnings` in workflow Python: each warning becomes a record of the run, with the line that it is about."""

from _logging import write as _write


def warn(message, category=None, stacklevel=1, source=None):
    """Warn: there are no filters, so none is left out, and none is raised."""
    if isinstance(message, Warning):
        category = type(message)
    elif category is None:
        category = UserWarning
    if not isinstance(category, type) or not issubclass(category, Warning):
        raise TypeError(f"category must be a Warning subclass, not '{type(category).__name__}'")
    if not isinstance(message, Warning):
        message = category(message)
    _write("warning", "py.warnings", f"{category.__name__}: {message}", stacklevel, {})
