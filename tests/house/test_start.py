"""Starting: what is not loaded, and that nothing of what is loaded is looked at for garbage."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.servers import ROOT

REPORT = """
import gc, json, sys, wsgi
told = {"loaded": list(sys.modules), "collects": gc.isenabled(), "frozen": gc.get_freeze_count()}
print(json.dumps(told))
"""
COMMANDS_ONLY = {"alembic", "flask_migrate", "huey", "redis"}


def test_what_only_commands_need_is_not_loaded_and_the_rest_is_left_alone(tmp_path: Path):
    done = subprocess.run(
        [sys.executable, "-c", REPORT],
        cwd=ROOT,
        env={**os.environ, "INSTANCE_PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    told = json.loads(done.stdout)
    assert not COMMANDS_ONLY & set(told["loaded"])
    assert told["collects"]
    assert told["frozen"] > 10_000
