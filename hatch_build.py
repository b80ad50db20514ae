"""Puts the native kernel into wheels and editable installs, where it can be compiled.

Without a C++ compiler, or where it fails, there is a line of warning and a pure wheel: the kernel's
reference does the same work, slower.
"""

import runpy
import sysconfig
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class KernelBuildHook(BuildHookInterface):  # type: ignore[misc] # hatchling is there when it builds
    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile beside the sources; a wheel to be shipped takes the library along."""
        if self.target_name != "wheel":
            return
        kernel = runpy.run_path(str(Path(self.root, "identity", "kernel", "build.py")))
        try:
            library: Path = kernel["build"]()
        except RuntimeError as error:
            self.app.display_warning(f"Daifuku is built without its native kernel: {error}")
            return
        if version != "editable":
            inside = library.relative_to(Path(self.root).resolve()).as_posix()
            platform = sysconfig.get_platform().replace("-", "_").replace(".", "_")
            build_data["force_include"][str(library)] = inside
            build_data["pure_python"] = False
            build_data["tag"] = f"py3-none-{platform}"
