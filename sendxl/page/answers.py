"""What Python answers the page: as JSON, in the page's words, without a word of where its files lie."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeAlias

from sendxl.errors import explain, fault_of_ours
from sendxl.page.offer import worded
from sendxl.returns.batch import as_json
from sendxl.returns.outcome import Return
from sendxl.terminal import Laid, Told

Answer: TypeAlias = dict[str, Any]


def blocks(told: Sequence[Told], parts: Sequence[Path]) -> list[Any]:
    """What a job told, lines and tables; files below the folders ``parts`` go by their names."""
    return [{"headers": block.headers, "rows": block.rows, "numbers": block.numbers} if isinstance(block, Laid)
            else _in_words(block, parts) for block in told]


def failed(error: Exception, parts: Sequence[Path]) -> Answer:
    """What went wrong, and what to do."""
    return {"error": _in_words(explain(error) or f"{fault_of_ours(error)}.", parts)}


def return_as_json(returned: Return, path: str) -> Answer:
    """A return as in the JSON report; ``path`` is where it lies among the returns, ``kind`` its outcome in one word."""
    (found,) = as_json([returned])["returns"]
    return {**found, "path": path, "not_checked": len(found["not_checked"]), "kind": returned.outcome.value}


def _in_words(text: str, parts: Sequence[Path]) -> str:
    for part in parts:
        text = text.replace(f"{part}/", "").replace(str(part), part.name)
    return worded(text)
