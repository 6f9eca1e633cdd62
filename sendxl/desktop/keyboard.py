"""Whether somebody wants long work to end: the Esc key. While Python works, Excel itself looks at no key."""

import sys
from collections.abc import Callable
from typing import Any

_ESCAPE, _DOWN_OR_SINCE, _LONGEST_NAME = 0x1B, 0x8001, 64  # Windows: the key; held down, or pressed since it was asked last
_EXCEL = "XLMAIN"  # the kind of Excel's windows
_MAC_ESCAPE, _MAC_ALL = 53, 0  # macOS: the key, of whatever program
_MAC_KEYS = "/System/Library/Frameworks/CoreGraphics.framework/CoreGraphics"


def escape_pressed() -> bool:
    """True if Esc is held down; on Windows also if it was pressed since this was asked last, and Excel is in front."""
    return _ASKED.get(sys.platform, lambda: False)()


def _on_windows() -> bool:
    import ctypes

    user: Any = getattr(ctypes, "windll").user32  # noqa: B009  (only there on Windows)
    name = ctypes.create_unicode_buffer(_LONGEST_NAME)
    pressed = bool(user.GetAsyncKeyState(_ESCAPE) & _DOWN_OR_SINCE)
    user.GetClassNameW(user.GetForegroundWindow(), name, _LONGEST_NAME)
    return pressed and name.value == _EXCEL


def _on_mac() -> bool:
    import ctypes

    keys: Any = ctypes.CDLL(_MAC_KEYS)
    keys.CGEventSourceKeyState.restype = ctypes.c_bool
    return bool(keys.CGEventSourceKeyState(_MAC_ALL, _MAC_ESCAPE))


_ASKED: dict[str, Callable[[], bool]] = {"win32": _on_windows, "darwin": _on_mac}
