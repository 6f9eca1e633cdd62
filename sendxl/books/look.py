"""Every appearance decision: fonts, fills, widths, protection and print set-up."""

from enum import Enum


class Look(Enum):
    """What a marked cell is marked as; the value is its fill, as RRGGBB."""

    PROBLEM = "FCE4D6"
    QUERY = "FFF2CC"
