"""How it is printed that the add-in was made, installed or taken out, and how it stands."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sendxl import terminal
from sendxl.printing.common_lines import Asked, print_to_mend

if TYPE_CHECKING:
    from sendxl.desktop.install import Status


def print_addin(addin: Path, asked: Asked) -> None:
    """Where the add-in lies that was made as a file."""
    terminal.say(f"{addin}: on a computer with Excel, “sendxl addin install” puts it where Excel starts it.")


def print_installed(stands: "Status", asked: Asked) -> None:
    """Where the add-in was put, and what to do next."""
    terminal.say(f"{stands.addin}\nIt runs {stands.interpreter}. Start Excel again: there is a tab “Delivery plan”.")


def print_removed(changed: Sequence[Path], asked: Asked) -> None:
    """The files that were changed when the add-in was taken out."""
    terminal.say("\n".join(map(str, changed)) + "\nTaken out." if changed else "It was not there.")


def print_status(stands: "Status", asked: Asked) -> None:
    """How the add-in stands on this computer."""
    terminal.say(f"{stands.addin}: {'installed' if stands.installed else 'not installed'}"
                 f"{'' if stands.current or not stands.installed else ', but not the one of this version'}.")
    terminal.say(f"Python: {stands.interpreter or 'not set'} ({stands.settings})")
    print_to_mend(stands.to_mend)
