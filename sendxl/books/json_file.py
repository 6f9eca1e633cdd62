"""What is found in a workbook as a JSON file, for programs."""

import json
from datetime import date
from pathlib import Path
from typing import Any

from sendxl.xlsx.package.whole_file import replace_file


def write_json(path: Path | str, content: Any) -> None:
    """Write ``content`` to ``path``, replacing what is there in one step; days and moments as in 2026-12-31 09:30:00."""
    text = json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False, default=_plain)
    replace_file(Path(path), f"{text}\n".encode())


def _plain(value: object) -> str:
    if isinstance(value, date):
        return str(value)
    raise TypeError(f"{value!r} has no form in JSON")
