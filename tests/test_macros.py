"""The ribbon, the macros behind it and the functions they call fit together."""

import ast
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from sendxl.desktop.ribbon import events, macros
from sendxl.plan.master import HELD, SETTINGS, STAMPS
from sendxl.plan.vocabulary import Decision
from sendxl.verbs import Button, buttons

ROOT = Path(__file__).parents[1]
RIBBON = ROOT / "macros" / "ribbon.xml"
NAMESPACE = "{http://schemas.microsoft.com/office/2006/01/customui}"
BUTTONS = list(ElementTree.parse(RIBBON).getroot().iter(f"{NAMESPACE}button"))
SUBS = {module: dict(re.findall(r"^Public Sub (\w+)\((.*?)\)\n(?:.*\n)*?End Sub", source, re.MULTILINE))
        for module, source in macros().items()}
BODIES = {name: body.strip() for source in macros().values()
          for name, body in re.findall(r"^Public Sub (\w+)\(.*?\)\n((?:.*\n)*?)End Sub", source, re.MULTILINE)}
CALLED = {name: re.fullmatch(r'HandOver(?:Folder|File|Returns)? "(\w+)(\(\))?"(?:, "[^"]+")?', body)
          for name, body in BODIES.items() if name.startswith("Sendxl")}


def capitals(name: str) -> str:
    return name.title().replace("_", "")


def test_the_tab_has_the_buttons_of_the_table_of_verbs() -> None:
    tabs = ElementTree.parse(RIBBON).getroot().findall(f".//{NAMESPACE}tab")
    assert [tab.get("label") for tab in tabs] == ["Delivery plan"]
    assert {group.get("label"): [dict(button.items()) for button in group] for group in tabs[0]} == {
        group: [{"id": f"sendxl{capitals(button.name)}", "label": button.label, "imageMso": button.image,
                 "onAction": f"SendxlRibbon.On{capitals(button.name)}", "screentip": button.screentip,
                 "supertip": button.supertip, "keytip": button.keytip,
                 **({} if button.anytime else {"getEnabled": "SendxlPlan.IsEnabled"}),
                 **({"size": "large"} if button.large else {})} for button in there]
        for group, there in buttons().items()}
    keys = [button.get("keytip") for button in BUTTONS]
    assert len(set(keys)) == len(keys)  # each button has a letter of its own


def test_buttons_are_grey_unless_a_plan_is_open_and_that_is_looked_for_whenever_it_may_have_changed() -> None:
    """A plan has the tables that the buttons themselves look for (``Office.find_plan``)."""
    source = macros()["SendxlPlan"]
    assert ElementTree.parse(RIBBON).getroot().get("onLoad") == "SendxlPlan.OnRibbonLoad"
    assert SUBS["SendxlPlan"]["OnRibbonLoad"] == "loaded As IRibbonUI"
    assert SUBS["SendxlPlan"]["IsEnabled"] == "control As IRibbonControl, ByRef enabled As Variant"
    assert [button.name for group in buttons().values() for button in group if button.anytime] == ["new_plan", "help"]
    assert dict(re.findall(r'Const (\w+) As String = "(\w+)"', source)) == {"STAMPS": STAMPS.name, "SETTINGS": SETTINGS.name}
    heard = dict(re.findall(r"^Private Sub told_(\w+)\(.*?\)\n((?:.*\n)*?)End Sub", events(), re.MULTILINE))
    assert all("SendxlPlan.LookForPlan" in heard[name] for name in ("WorkbookActivate", "WorkbookDeactivate"))
    assert "SendxlHeld.OfferDecisions Target" in heard["SheetBeforeRightClick"]


def test_a_right_click_offers_the_decisions_that_there_are() -> None:
    source = macros()["SendxlHeld"]
    constants = dict(re.findall(r'Const (\w+) As String = "(\w+)"', source))
    assert {constants[name] for name in ("DECISION", "WHY")} == {HELD[key].header for key in ("decision", "why")}
    assert (constants["HELD"], constants["CHOICES"]) == (HELD.name, f"list_{Decision.__name__}")
    assert set(re.findall(r"!(SendxlHeld\.\w+)", source)) == {"SendxlHeld.Decide"}
    assert SUBS["SendxlHeld"] == {"OfferDecisions": "cells As Range", "Decide": "",
                                  "RecordDecision": "cells As Range, word As String, reason As String"}


@pytest.mark.parametrize("button", [button for group in buttons().values() for button in group], ids=lambda button: button.name)
def test_every_button_calls_a_macro_that_hands_over_to_its_function(button: Button) -> None:
    name = capitals(button.name)
    assert SUBS["SendxlRibbon"][f"On{name}"] == "control As IRibbonControl"
    assert BODIES[f"On{name}"] == f"Sendxl{name}"
    returns = f'HandOverReturns "{button.name}"' if button.folder in macros()["SendxlMacros"] else ""
    folder = f'HandOverFolder "{button.name}", "{button.folder}"' if button.folder else ""
    folder = f'HandOverFile "{button.name}", "{button.file}"' if button.file else folder
    assert BODIES[f"Sendxl{name}"] in ((returns, folder) if folder else (f'HandOver "{button.name}()"',))
    assert button.supertip.endswith(".")


def test_no_macro_is_without_a_button() -> None:
    assert {f"SendxlRibbon.{sub}" for sub in SUBS["SendxlRibbon"]} == {button.get("onAction") for button in BUTTONS}
    assert {BODIES[sub] for sub in SUBS["SendxlRibbon"]} == set(SUBS["SendxlMacros"])


@pytest.mark.parametrize("name", sorted(CALLED))
def test_every_macro_calls_a_function_of_python_with_what_it_takes(name: str) -> None:
    functions = {node.name: [argument.arg for argument in node.args.args]
                 for node in ast.parse((ROOT / "sendxl" / "addin" / "buttons.py").read_text(encoding="utf-8")).body
                 if isinstance(node, ast.FunctionDef)}
    called = CALLED[name]
    assert called, BODIES[name]
    assert functions[called[1]] == ([] if called[2] else ["file"] if "File" in BODIES[name] else ["folder"])


@pytest.mark.parametrize(("name", "source"), macros().items())
def test_macros_are_plain_and_strict(name: str, source: str) -> None:
    lines = source.splitlines()
    assert source.isascii()
    assert lines[:2] == [f'Attribute VB_Name = "{name}"', "Option Explicit"]
    assert max(map(len, (*lines, *events().splitlines()))) <= 130
    assert "RunPython" not in source or source.count("RunPython") == 1  # one way into Python, behind its guards
