"""Where a new element goes in a part: the schema gives the children of each element an order, and Excel repairs what breaks it.

Source: ECMA-376 part 1, CT_Workbook, CT_Worksheet, CT_Stylesheet, CT_Table.
"""

from collections.abc import Sequence

from sendxl.xlsx.package.xml import feed, handle, local, parser

WORKBOOK = (
    "fileVersion", "fileSharing", "workbookPr", "workbookProtection", "bookViews", "sheets", "functionGroups",
    "externalReferences", "definedNames", "calcPr", "oleSize", "customWorkbookViews", "pivotCaches", "smartTagPr",
    "smartTagTypes", "webPublishing", "fileRecoveryPr", "webPublishObjects", "extLst",
)
WORKSHEET = (
    "sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr", "sheetProtection",
    "protectedRanges", "scenarios", "autoFilter", "sortState", "dataConsolidate", "customSheetViews", "mergeCells",
    "phoneticPr", "conditionalFormatting", "dataValidations", "hyperlinks", "printOptions", "pageMargins", "pageSetup",
    "headerFooter", "rowBreaks", "colBreaks", "customProperties", "cellWatches", "ignoredErrors", "smartTags", "drawing",
    "legacyDrawing", "legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts",
    "extLst",
)
STYLES = ("numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs", "tableStyles", "colors",
          "extLst")
TABLE = ("autoFilter", "sortState", "tableColumns", "tableStyleInfo", "extLst")


def place_of_new(xml: bytes, part: str, order: Sequence[str], name: str) -> tuple[int, str]:
    """The byte at which a new child ``name`` of the root goes, and the prefix that the root's elements have, as in ``x:``.

    ``order`` are the root's children as its schema has them. It goes before the first child that comes after it there;
    where there is none, before the root ends.
    """
    later = set(order[order.index(name) + 1 :])
    made = parser(part)
    depth, place, prefix = 0, -1, ""

    def start(tag: str, _: dict[str, str]) -> None:
        nonlocal depth, place, prefix
        if depth == 0:
            prefix = tag[: -len(local(tag))]
        elif depth == 1 and place < 0 and local(tag) in later:
            place = made.CurrentByteIndex
        depth += 1

    def end(_: str) -> None:
        nonlocal depth, place
        depth -= 1
        if depth == 0 and place < 0:
            place = made.CurrentByteIndex

    handle(made, part, start, end, len(xml))
    feed(made, (xml,), part)
    return place, prefix
