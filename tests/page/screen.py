"""The page in a Chromium, as a person has it in front of them: from a folder, without network, under its own policy."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright
from playwright.sync_api import Page as Tab

from tests.page.conftest import NOW

LONG = 120_000  # milliseconds that a step may take on a busy computer
_FOLDER = """
globalThis.showDirectoryPicker = async () => globalThis.folderOfPlan;  // stands in for the browser's own window
globalThis.folderOf = (name, files = {}) => {
  const folders = {};
  const handle = (of) => ({
    async getFile() { return new File([files[of]], of); },
    async createWritable() { let held; return {async write(bytes) { held = bytes; }, async close() { files[of] = held; }}; },
  });
  return {name, files, folders,
    async getFileHandle(of, {create = false} = {}) {
      if (!(of in files) && !create) throw new DOMException("it is not there", "NotFoundError");
      files[of] ??= new Uint8Array();
      return handle(of);
    },
    async getDirectoryHandle(of) { return folders[of] ??= folderOf(of); },
  };
};
"""


class Screen:
    """One tab, with what a person does and sees there."""

    def __init__(self, tab: Tab, downloads: Path) -> None:
        self.tab = tab
        self.downloads = downloads
        self.errors: list[str] = []
        self.asked: set[str] = set()  # the addresses that were asked for
        tab.on("pageerror", lambda error: self.errors.append(str(error)))
        tab.on("console", lambda message: self.errors.append(message.text) if message.type == "error" else None)
        tab.on("request", lambda request: self.asked.add(request.url))
        tab.on("dialog", lambda dialog: self.errors.append(dialog.message))
        self._inside = tab.context.new_cdp_session(tab)

    @property
    def status(self) -> str:
        return self.tab.locator("#status").inner_text()

    @contextmanager
    def working(self, times: int = 1) -> Iterator[None]:
        """What is begun here is waited for: so many things that the page does one after the other."""
        worked = int(self.tab.locator("#main").get_attribute("data-worked") or 0)
        yield
        self.tab.locator(f"#main[data-worked='{worked + times}'][aria-busy=false]").wait_for(timeout=LONG)

    def choose(self, what: str, *files: Path) -> str:
        with self.working():
            self.tab.locator(f"#choose-{what}").set_input_files([str(file) for file in files])
        return self.status

    def press(self, action: str, **fields: str) -> str:
        """Press a button, and fill in what it asks for."""
        with self.working():
            self.tab.locator(f"#do-{action}").click()
            if self.tab.locator("#ask[open] input").count():
                for name, value in fields.items():
                    self.tab.locator(f"#field-{name}").fill(value)
                self.tab.locator("#ask-yes").click()
        return self.status

    def go(self, tab: str) -> None:
        self.inside(f"go({tab!r})")

    def rows(self, place: str) -> list[list[str]]:
        """The cells of the tables below a place."""
        cells: list[list[str]] = self.inside(f"[...document.querySelectorAll({place!r} + ' tbody tr')].map((row) => "
                                             "[...row.cells].map((cell) => cell.textContent))")
        return cells

    @property
    def outcome(self) -> str:
        """The last outcome, as text."""
        return self.tab.locator("#outcomes > details").first.inner_text()

    def download(self, at: int = 0) -> Path:
        """Take one of the downloads of the last outcome."""
        link = self.tab.locator("#outcomes > details").first.locator("a[download]").nth(at)
        with self.tab.expect_download() as waiting:
            link.click()
        path = self.downloads / waiting.value.suggested_filename
        waiting.value.save_as(path)
        return path

    def drop(self, *paths: Path, on: str = "body") -> None:
        """Drop files and folders, as from the desktop."""
        place = self.tab.locator(on).bounding_box()
        assert place
        where = {"x": place["x"] + 5, "y": place["y"] + 5}
        what = {"items": [], "files": [str(path) for path in paths], "dragOperationsMask": 1}
        for kind in ("dragEnter", "dragOver", "drop"):
            self._inside.send("Input.dispatchDragEvent", {"type": kind, **where, "data": what})

    def inside(self, script: str) -> Any:
        """What a script in the page comes to, run as its developer tools would, as the page's policy lets nobody else."""
        done = self._inside.send("Runtime.evaluate", {"expression": script, "awaitPromise": True, "returnByValue": True})
        assert "exceptionDetails" not in done, done["exceptionDetails"]
        return done["result"].get("value")


@contextmanager
def opened(page: Path, downloads: Path) -> Iterator[Screen]:
    """The page in a Chromium of its own, opened from where it lies, once it is ready or says why not."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        with opened_in(browser, page, downloads) as screen:
            yield screen
        browser.close()


@contextmanager
def opened_in(browser: Browser, page: Path, downloads: Path, *, before: str = "") -> Iterator[Screen]:
    """The same in a Chromium that runs already; ``before`` is run before anything of the page is."""
    context = browser.new_context(offline=True, accept_downloads=True, viewport={"width": 1280, "height": 900})
    context.add_init_script(f"{_FOLDER}\n{before}")
    screen = Screen(context.new_page(), downloads)
    screen.tab.clock.set_fixed_time(NOW)
    screen.tab.goto(page.as_uri())
    screen.tab.locator("#status:is(.ready, .wrong)").wait_for(timeout=LONG)
    yield screen
    context.close()
