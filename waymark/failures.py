"""A failed run as text: see `waymark.stdlib.values.failures`, where runs that fail inside of others are told, too."""

from waymark.stdlib.values.failures import lines_of as lines_of
from waymark.stdlib.values.failures import told as told
