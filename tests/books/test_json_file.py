"""A JSON file holds what it was given, and takes the place of an earlier one only if all of it can be written."""

import json
from datetime import date, datetime
from pathlib import Path

import pytest

from sendxl.books.json_file import write_json


def test_days_and_moments_are_texts(tmp_path: Path) -> None:
    write_json(tmp_path / "f.json", {"day": date(2026, 12, 31), "at": datetime(2027, 1, 4, 9, 30), "said": "£ “é”"})
    text = (tmp_path / "f.json").read_text(encoding="utf-8")
    assert json.loads(text) == {"day": "2026-12-31", "at": "2027-01-04 09:30:00", "said": "£ “é”"}
    assert "“é”" in text and text.endswith("}\n")


@pytest.mark.parametrize("value", [float("nan"), object()])
def test_what_has_no_form_in_json_leaves_the_file_as_it_was(value: object, tmp_path: Path) -> None:
    path = tmp_path / "f.json"
    path.write_text("before", encoding="utf-8")
    with pytest.raises((TypeError, ValueError)):
        write_json(path, {"value": value})
    assert path.read_text(encoding="utf-8") == "before"
