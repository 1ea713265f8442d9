"""x"""

from .format import BadSnapshot, Unsnapshotable
from .restore import restore
from .root import read_root_header
from .tracker import Tracker

__all__ = ["BadSnapshot", "Tracker", "Unsnapshotable", "read_root_header", "restore"]
