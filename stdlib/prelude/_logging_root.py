"""The functions of `logging` that write through the root logger, apart from loggers, whose methods have these names."""

from logging import getLogger as _getLogger


def critical(msg, *args, **kwargs):
    _getLogger().critical(msg, *args, **kwargs)


def fatal(msg, *args, **kwargs):
    critical(msg, *args, **kwargs)


def error(msg, *args, **kwargs):
    _getLogger().error(msg, *args, **kwargs)


def exception(msg, *args, exc_info=True, **kwargs):
    error(msg, *args, exc_info=exc_info, **kwargs)


def warning(msg, *args, **kwargs):
    _getLogger().warning(msg, *args, **kwargs)


def warn(msg, *args, **kwargs):
    warning(msg, *args, **kwargs)


def info(msg, *args, **kwargs):
    _getLogger().info(msg, *args, **kwargs)


def debug(msg, *args, **kwargs):
    _getLogger().debug(msg, *args, **kwargs)


def log(level, msg, *args, **kwargs):
    _getLogger().log(level, msg, *args, **kwargs)
