"""Whether Esc was pressed, as Windows and macOS tell it."""

import ctypes
import sys
from types import SimpleNamespace
from typing import Any

import pytest

from sendxl.desktop.keyboard import escape_pressed


@pytest.mark.parametrize(("state", "in_front", "pressed"), [
    (0x8000, "XLMAIN", True), (0x0001, "XLMAIN", True), (-0x8000, "XLMAIN", True), (0, "XLMAIN", False),
    (0x8001, "Notepad", False)])
def test_on_windows(monkeypatch: pytest.MonkeyPatch, state: int, in_front: str, pressed: bool) -> None:
    def class_name(window: int, name: Any, longest: int) -> None:
        name.value = in_front

    user = SimpleNamespace(GetAsyncKeyState=lambda key: state if key == 0x1B else 0, GetForegroundWindow=lambda: 7,
                           GetClassNameW=class_name)
    monkeypatch.setattr(ctypes, "windll", SimpleNamespace(user32=user), raising=False)
    monkeypatch.setattr(sys, "platform", "win32")
    assert escape_pressed() is pressed


@pytest.mark.parametrize("down", [True, False])
def test_on_macos(monkeypatch: pytest.MonkeyPatch, down: bool) -> None:
    class Keys:
        @staticmethod
        def CGEventSourceKeyState(state: int, key: int) -> bool:  # noqa: N802
            return down and key == 53

    monkeypatch.setattr(ctypes, "CDLL", lambda path: Keys)
    monkeypatch.setattr(sys, "platform", "darwin")
    assert escape_pressed() is down


def test_elsewhere_nobody_tells(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    assert not escape_pressed()
