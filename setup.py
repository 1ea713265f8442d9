"""Building a wheel compiles the prelude, so that the first workflow of an installation need not wait for it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py


class BuildWithUnits(build_py):
    """Compiles the prelude with the very files that the wheel gets. An editable install has none of it."""

    def run(self) -> None:
        super().run()
        if not self.editable_mode:
            place = Path(self.build_lib, "waymark", "compiler", "prelude.units").resolve()
            # Nothing of a user's cache goes into a wheel, and nothing that Python writes beside modules.
            environ = {**os.environ, "PYTHONPATH": os.pathsep.join([str(place.parents[2]), *filter(None, sys.path)])}
            environ |= {"WAYMARK_CACHE_DIR": "", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONHASHSEED": "0"}
            command = [sys.executable, "-P", "-m", "waymark.compiler.shipped", str(place)]
            subprocess.run(command, env=environ, cwd=self.build_lib, check=True)


setup(cmdclass={"build_py": BuildWithUnits})
