"""LibreOffice as a second opinion: it opens a workbook, computes every formula afresh, and saves it."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

_ALWAYS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""


@pytest.fixture
def resaved(tmp_path: Path) -> Callable[[Path], Path]:
    """Makes of a workbook what LibreOffice saves after it has computed it; the file has the same name, in another folder."""
    profile = tmp_path / "profile"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(_ALWAYS, encoding="utf-8")

    def resave(path: Path) -> Path:
        out = tmp_path / "resaved"
        command = ["soffice", f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", "xlsx",
                   "--outdir", str(out), str(path)]
        for _ in range(2):  # on a new profile LibreOffice may leave at once: start it again
            subprocess.run(command, check=False, capture_output=True, timeout=180)
            if (out / path.name).exists():
                break
        return out / path.name

    return resave
