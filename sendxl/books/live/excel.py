"""The Excel that has a workbook open: asked with patience, left as it was, and given values so that it keeps them.

Nothing here is for one system: Excel on Windows and on macOS and whatever else xlwings has an engine for take the same.
"""

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from sendxl.errors import Refused
from sendxl.plan.values import Value
from sendxl.xlsx.edit.write import Refusal

if TYPE_CHECKING:
    from sendxl.books.live.without_pandas import xlwings

_T = TypeVar("_T")
PATIENCE = 20.0  # seconds that a busy Excel is waited for
_PAUSE = 0.25
_MAC_ENGINE = "._xlmac"
_BUSY_CODES = {-2147418111, -2147417846, -2146777998}  # RPC_E_CALL_REJECTED, RPC_E_SERVERCALL_RETRYLATER, VBA_E_IGNORE
_BUSY_TYPE, _MAC_ERROR = "ExcelBusyError", "CommandError"  # of xlwings' engines; importing them needs their system
_BUSY = ("Excel is busy, or a cell is being edited. Press Enter or Esc in Excel and close any message there, then run again.")
_WILL_NOT = ("Excel would not do it: {}. If the sheet is protected, unprotect it (Review, Unprotect Sheet); if others have "
             "the workbook open, wait for them; then run again.")
_QUIET: dict[str, object] = {"screen_updating": False, "enable_events": False, "calculation": "manual"}
# Words that no Excel takes for a number, a date, a truth, an error or a formula, whatever its language.
_WORDS = re.compile(r"[^\W\d_]+(?:[ ,;:.()&–-]+[^\W\d_]+)+[.!?]?|[^\W\d_].{60,}", re.DOTALL)


class Patience:
    """Asks Excel, ``patience`` seconds long where it is busy; the clock is given in tests."""

    def __init__(self, patience: float, clock: Callable[[], float], sleep: Callable[[float], None]) -> None:
        self._patience, self._clock, self._sleep = patience, clock, sleep
        self._busy_since: float | None = None

    def answer(self, call: Callable[[], _T]) -> _T:
        """As ``ask``; Refused where there is none, with words for a person."""
        return answered(lambda: self.ask(call))

    def ask(self, call: Callable[[], _T]) -> _T:
        """The answer to a call, which is made again while Excel is busy; Refusal where there is none.

        The time to wait is that from the last answer on, so that many calls do not wait longer than one.
        """
        while True:
            try:
                with _xlwings_not_waiting():
                    answer = call()
            except Exception as error:
                if not _from_excel(error):
                    raise
                if not _is_busy(error):
                    raise Refusal(_WILL_NOT.format(_words(error))) from error
                now = self._clock()
                self._busy_since = now if self._busy_since is None else self._busy_since
                if now - self._busy_since >= self._patience:
                    raise Refusal(_BUSY) from None
                self._sleep(_PAUSE)
            else:
                self._busy_since = None
                return answer


def answered(call: Callable[[], _T]) -> _T:
    """What a call that asks Excel gives; Refused, in words for a person, where Excel gives no answer."""
    try:
        return call()
    except Refusal as error:
        raise Refused(str(error)) from None


class Excel(Patience):
    """The Excel of ``app``."""

    def __init__(self, app: "xlwings.App", patience: float, clock: Callable[[], float], sleep: Callable[[float], None]) -> None:
        super().__init__(patience, clock, sleep)
        self._app = app

    @property
    def on_mac(self) -> bool:
        """Whether it is asked through AppleScript. There xlwings (0.37.8) fails at what it does elsewhere: it tells errors of
        single cells only, and of a list of ranges it takes the first cell.
        """
        return type(self._app.impl).__module__.endswith(_MAC_ENGINE)

    @property
    def selection(self) -> "xlwings.Range | None":
        """The cells that are selected; None where none are, as on a chart, of which Excel cannot tell."""
        try:
            return self.ask(lambda: self._app.selection)
        except (AttributeError, Refusal):
            return None

    @contextmanager
    def quiet(self) -> Iterator[None]:
        """The screen still, events off and formulas waiting; all as before in the end, and the same cells selected."""
        app = self._app
        if self.ask(lambda: app.engine.type) != "desktop":
            yield
            return
        selected = self.selection
        was: dict[str, object] = {}
        try:
            for name, value in _QUIET.items():
                was[name] = self.ask(lambda name=name: getattr(app, name))  # type: ignore[misc]
                self.ask(lambda name=name, value=value: setattr(app, name, value))  # type: ignore[misc]
            yield
        finally:
            for name, value in reversed(was.items()):
                with suppress(Refusal):
                    self.ask(lambda name=name, value=value: setattr(app, name, value))  # type: ignore[misc]
            with suppress(Refusal):
                if selected is not None and self.selection != selected:
                    self.ask(selected.select)


def for_excel(value: Value | bool) -> str | float | bool | datetime | None:
    """A value as it is written through Excel, so that it is kept as what it is.

    Excel reads a text as if it were typed: ``=1+1``, ``007``, ``1/2`` and ``TRUE`` would become something else. The
    apostrophe that people type before such a text is not part of it. Unlike the format Text it leaves the cell's
    own format, and it is what a closed workbook has in its place.
    """
    if value is None or value == "":
        return None
    if isinstance(value, str):
        text = str(value).replace("\r\n", "\n")
        return text if _WORDS.fullmatch(text) else f"'{text}"
    if isinstance(value, datetime | bool):
        return value
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)
    return float(value)


@contextmanager
def _xlwings_not_waiting() -> Iterator[None]:
    """xlwings itself would ask a busy Excel on Windows again and again for ever, without a pause."""
    engine: Any = sys.modules.get("xlwings._xlwindows")
    if engine is None:
        yield
        return
    was, engine.N_COM_ATTEMPTS = engine.N_COM_ATTEMPTS, 1
    try:
        yield
    finally:
        engine.N_COM_ATTEMPTS = was


def _from_excel(error: Exception) -> bool:
    return hasattr(error, "hresult") or type(error).__name__ in (_BUSY_TYPE, _MAC_ERROR)


def _is_busy(error: Exception) -> bool:
    return type(error).__name__ == _BUSY_TYPE or not _BUSY_CODES.isdisjoint(_parts(error, int))


def _words(error: Exception) -> str:
    """The longest text in an error, which is what Excel says in its own language."""
    return max(_parts(error, str), key=len, default=str(error)).strip().rstrip(".")


def _parts(error: Exception, kind: type[_T]) -> list[_T]:
    """What an error of COM is made of: numbers and texts, some within a tuple."""
    parts = [getattr(error, "hresult", None), *error.args]
    parts += [inner for part in parts if isinstance(part, tuple) for inner in part]
    return [part for part in parts if isinstance(part, kind)]
