"""Drop-downs and limits of cells set anew; those of other cells stay as they are."""

from collections.abc import Sequence

from sendxl.xlsx.edit.elements import appended, elements
from sendxl.xlsx.edit.schema_order import WORKSHEET
from sendxl.xlsx.package.xml import Patch, apply, tag_end, with_attribute


def checked(xml: bytes, part: str, cells: str, checks: Sequence[bytes]) -> bytes:
    """The sheet part with ``checks``, dataValidation elements, for ``cells`` in place of what it has for just these."""
    patches: list[Patch] = []
    waiting = b"".join(checks)
    for child in elements(xml, part).inside:
        for item in child.inside if child.tag == "dataValidations" else ():
            areas = item.attributes.get("sqref", "").split()
            if areas == [cells] and waiting:
                patches.append(Patch(item.start, item.end, waiting))
                waiting = b""
            elif cells in areas and len(areas) > 1:
                end = tag_end(xml, item.start)[0]
                others = " ".join(area for area in areas if area != cells)
                patches.append(Patch(item.start, end, with_attribute(xml[item.start : end], "sqref", others)))
    return appended(apply(xml, patches), part, "dataValidations", checks if waiting else (), WORKSHEET)
