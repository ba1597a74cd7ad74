"""The console in a browser: opens it as a person, moves around in it, and records what no page may do."""

import re
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import expect, sync_playwright

# Longest wait for anything on a page. A loaded machine is slow, and nothing here measures time. It is longer than the
# console waits for an answer before it asks again.
WAIT_MAX_MS = 60_000
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 740}

expect.set_options(timeout=WAIT_MAX_MS)


class Stage:
    """A running browser, the facts that the scenario was given, every page that it opened, and what no page may do and one did."""

    def __init__(self, browser, facts):
        self.browser = browser
        self.facts = facts
        self.pages = []
        self.problems = []

    def __getitem__(self, name):
        return self.facts[name]

    def page(self, token=None, viewport=None, scheme="light"):
        """Opens a page with its own session, as another person would. With a token it is signed in."""
        context = self.browser.new_context(
            viewport=viewport or DESKTOP, color_scheme=scheme, locale="en-US", reduced_motion="reduce"
        )
        context.set_default_timeout(WAIT_MAX_MS)
        page = context.new_page()
        page.on("pageerror", lambda error: self.problems.append(f"an error in the page: {error}"))
        page.on("console", self._listen)
        page.on("request", self._see)
        self.pages.append(page)
        page.goto(self["api"] + ("/#token=" + token if token else "/"))
        if token:
            expect(page.get_by_role("navigation", name="Main")).to_be_visible()
            assert "token" not in page.url, "the token stays in the address"
        return page

    def _listen(self, message):
        if "Content Security Policy" in message.text:
            self.problems.append(message.text)

    def _see(self, request):
        if not request.url.startswith((self["api"] + "/", "data:", "blob:")):
            self.problems.append(f"a request to somebody else: {request.url}")

    def artefact(self, *names):
        """The path of a file that stays after the test. Makes its folder."""
        file = Path(self["artefacts"]).joinpath(*names)
        file.parent.mkdir(parents=True, exist_ok=True)
        return file

    def keep_pages(self, scenario):
        """Saves a picture of each open page, for whoever looks for the cause of a failure."""
        for number, page in enumerate(self.pages):
            if not page.is_closed():
                page.screenshot(path=self.artefact(f"{scenario}-{number}.png"), full_page=True)


@contextmanager
def staged(facts):
    """Starts a browser for a scenario, and ends it afterwards."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=facts["browser"])
        try:
            yield Stage(browser, facts)
        finally:
            browser.close()


def go(page, view):
    """Opens a view by its address, and waits for its heading."""
    page.evaluate("view => { location.hash = view; }", view)
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def follow(page, *links):
    """Follows links, one after the other."""
    for link in links:
        page.get_by_role("link", name=link, exact=True).click()


def heading(page, text):
    """Waits until the view with this heading is open."""
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(text))


def see(place, *texts):
    """Waits until all of these texts are in this place."""
    for text in texts:
        expect(place).to_contain_text(text)
