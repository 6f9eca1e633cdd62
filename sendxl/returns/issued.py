"""What is issued in a tracker, and the one digest over it by which a return is known to be ours."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import NamedTuple

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
