"""Fixtures for every test below this folder."""

from .golden import pytest_addoption
from .postgres import database, durable_server, postgres_server, template, template_hook

__all__ = ["database", "durable_server", "postgres_server", "pytest_addoption", "template", "template_hook"]
