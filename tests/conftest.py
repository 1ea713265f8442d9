"""Fixtures for every test below this folder."""

import os

os.environ.setdefault("WAYMARK_BRIDGE_IN_MEMORY", "0")  # each test says which store it means; so do its subprocesses
os.environ.setdefault("WAYMARK_PARANOID", "1")  # before anything of ours is imported: the compiler checks each step

from examples import load_profile
from waymark.runtime.helpers import apart

from .golden import pytest_addoption
from .postgres import database, durable_server, postgres_server, template, template_hook

__all__ = ["database", "durable_server", "postgres_server", "pytest_addoption", "template", "template_hook"]

load_profile()
apart.provide()  # for machines without an engine
