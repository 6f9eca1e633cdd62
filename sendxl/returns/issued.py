"""What is issued in a tracker, and the one digest over it by which a return is known to be ours."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from sendxl.plan.columns import NUMERIC, Column, Type
from sendxl.plan.values import Value

# The items of a tracker's Identity table.
PLAN_ID, TRACKER, LEAD, PERIOD, VERSION = IDENTITY_ITEMS = ("Plan id", "Tracker", "Lead", "Period", "Template version")


class IssuedValue(NamedTuple):
    """One value as issued: table name, key of the row, header of the tracker's column, text of the value."""

    table: str
    ref: str
    column: str
    text: str


def digest(identity: Mapping[str, str], issued: Iterable[IssuedValue]) -> str:
    """SHA-256 over a tracker's identity and every value issued in it, in hexadecimal.

    Blank values are not issued, so they do not count; the order of the values does not matter.
    """
    content = {
        "identity": {item: identity.get(item, "") for item in IDENTITY_ITEMS},
        "issued": sorted(list(value) for value in issued if value.text),
    }
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def from_text(text: str, column: Column, kind: object = None) -> Value:
    """The value that ``values.to_text`` wrote for a cell of ``column``; '' is a blank.

    ``kind`` is the Kind of the row's measure. ValueError for a text that is not such a value.
    """
    if not text:
        return None
    type = column.type_in(kind)
    if type in NUMERIC:
        number = float(text)
        return int(number) if number.is_integer() else number
    return date.fromisoformat(text) if type is Type.DATE else text
