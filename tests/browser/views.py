"""Every view: checked by axe's rules, on a phone and on a desk, in light and in dark. And the size of the first view."""

from pathlib import Path

import axe_playwright_python
from console import DESKTOP, PHONE, expect, go, heading, see

AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Most bytes that the page loads until the orders are shown.
FIRST_VIEW_BYTES_MAX = 150_000


def judge(page, name):
    """The violations that axe finds on a page."""
    if not page.evaluate("'axe' in window"):
        # The script is evaluated as a debugger would, because the page's own security policy allows no other script.
        page.evaluate(AXE.read_text())
    found = page.evaluate(
        "rules => axe.run(document, { runOnly: { type: 'tag', values: rules }, resultTypes: ['violations'] })", RULES
    )
    return [
        f"{name}: {violation['id']}, {violation['help']}: {node['html'][:300]} {node['failureSummary']}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


def overflow(page, name):
    """A line if a page is wider than its window."""
    wide = page.evaluate("document.scrollingElement.scrollWidth - document.documentElement.clientWidth")
    return [f"{name}: {wide} pixels do not fit"] if wide > 0 else []


def waits_for(text):
    """A function that waits until the view has this text."""
    return lambda page: see(page.locator("main"), text)


def press(button, title):
    """A function that presses a button and waits for its dialog."""

    def opened(page):
        page.get_by_role("button", name=button).first.click()
        dialog = page.get_by_role("dialog")
        expect(dialog).to_be_visible()
        see(dialog, title)

    return opened


def views_of(stage):
    """Each view: its name, its address, and a function that waits until it is open."""

    def order(name):
        return f"#/order/{stage[name]['partner']}/{stage[name]['order']}"

    return [
        ("orders", f"#/orders/{stage['confirmed']['partner']}", waits_for("Confirmed")),
        ("orders-none", "#/orders/states-ebay", waits_for("No orders yet")),
        ("search", f"#/orders?search={stage['confirmed']['tracking']}", waits_for("found for")),
        ("search-none", "#/orders?search=NOTHING", waits_for("Nothing found")),
        ("order-confirmed", order("confirmed"), waits_for("Timeline")),
        ("order-conflict", order("conflict"), waits_for("Timeline")),
        ("order-in-doubt", order("in_doubt"), waits_for("Timeline")),
        ("order-marked", order("marked"), waits_for("Timeline")),
        ("order-two-packages", order("twice"), waits_for("Package 2")),
        ("order-disputed", order("disputed"), waits_for("Told the other way")),
        ("order-cut", order("cut"), waits_for("1 remains")),
        ("order-refused", order("refused"), waits_for("Refused labels")),
        ("order-due", order("due"), waits_for("told by its label")),
        ("order-wished", order("wished"), waits_for("The buyer asked to cancel")),
        ("order-wish-refused", order("wish_refused"), waits_for("was refused by")),
        ("release-wish", order("wished"), press("Refuse the wish to cancel", "wish to cancel is refused here")),
        ("send-over-wish", order("wished"), press("Send now", "Tell the buyer")),
        ("put-aside", order("refused"), press("Put aside", "Kept with your name")),
        ("order-phone", order("phone"), waits_for("IMEIs")),
        ("order-unknown", "#/order/states-amazon/999-0000000-0000000", waits_for("That cannot be shown")),
        ("send-now", order("waiting"), press("Send now", "cannot be taken back")),
        ("imeis", "#/imeis", waits_for("IMEI of")),
        ("attention", "#/attention", waits_for("a person")),
        ("resolve", "#/attention", press("Resolve…", "Resolve")),
        ("retry-all", "#/attention", press("Retry all rejected…", "will be tried again")),
        ("partners", "#/partners", waits_for("Amazon")),
        ("end-sessions", "#/partners", press("End all sessions…", "you too")),
        ("partner", "#/partners/states-back-market", waits_for("Credentials")),
        ("partner-ends", "#/partners/states-amazon", waits_for("When they end")),
        ("delete-partner", "#/partners/states-waiting", press("Delete…", "Type states-waiting")),
        ("changes", "#/partners/states-watched/changes", waits_for("Deadline")),
        ("carriers", "#/partners/states-amazon/carriers", waits_for("Kestrel Couriers")),
        ("carriers-none", "#/partners/states-ebay/carriers", waits_for("None yet")),
        ("settings-amazon", "#/partners/states-waiting/settings", waits_for("Never")),
        ("settings-later", "#/partners/states-later/settings", waits_for("Hours after the label")),
        ("settings-back-market", "#/partners/states-phones/settings", waits_for("If IMEIs are missing")),
        ("add-partner", "#/add-partner", waits_for("Credentials")),
    ]


def every_view(stage):
    """Takes a picture of every view. No view may violate a rule or be wider than its window."""
    wrong = []
    for size, viewport in (("360", PHONE), ("1280", DESKTOP)):
        for scheme in ("light", "dark"):
            page = stage.page(stage["token"], viewport=viewport, scheme=scheme)
            signed_out = stage.page(viewport=viewport, scheme=scheme)
            heading(signed_out, "Sign in")
            pages = [(name, page, view, opens) for name, view, opens in views_of(stage)]
            for name, shown, view, opens in [*pages, ("sign-in", signed_out, "#/", waits_for("Sign in"))]:
                name = f"{name}-{size}-{scheme}"
                go(shown, view)
                opens(shown)
                # A picture should not have the focus ring around the heading.
                shown.evaluate("document.querySelector('h1:focus')?.blur()")
                is_dialog = shown.get_by_role("dialog").count() > 0
                picture = stage.artefact("screenshots", f"{name}.png")
                shown.screenshot(path=picture, full_page=not is_dialog)
                wrong += judge(shown, name) + overflow(shown, name)
                if is_dialog:
                    shown.keyboard.press("Escape")
    assert not wrong, "\n".join(wrong)


def first_view(stage):
    """Measures the bytes and the time until the orders are shown."""
    page = stage.page()
    context = stage.browser.new_context()
    context.add_init_script(f"sessionStorage.setItem('shipconfirm.token', '{stage['token']}')")
    page = context.new_page()
    stage.pages.append(page)
    sizes, others = {}, []
    line = context.new_cdp_session(page)
    line.send("Network.enable")
    line.on("Network.loadingFinished", lambda event: sizes.update({event["requestId"]: event["encodedDataLength"]}))
    page.on("request", lambda request: others.append(request.url))
    page.goto(stage["api"] + "/")
    expect(page.get_by_role("table")).to_be_visible()
    seen_ms = page.evaluate("performance.now()")
    page.wait_for_load_state("networkidle")
    total = sum(sizes.values())
    print(f"The first view: its orders were there after {seen_ms:.0f} ms; {len(sizes)} requests, {total:.0f} bytes.")
    others = [url for url in others if not url.startswith((stage["api"] + "/", "data:"))]
    assert not others, f"requests to somebody else: {others}"
    assert total <= FIRST_VIEW_BYTES_MAX, f"{total} bytes, {FIRST_VIEW_BYTES_MAX} are allowed"


SCENARIOS = (every_view, first_view)
