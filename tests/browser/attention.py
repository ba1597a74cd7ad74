"""The attention list: an item is resolved with evidence, and rejected packages are retried all at once."""

from console import DESKTOP, PHONE, expect, go, heading, see


def open_list(page):
    """Opens the list by the navigation."""
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Attention").click()
    heading(page, "Attention")


def resolve(stage):
    """A person resolves an item with evidence. It leaves the list, and the order's timeline says who did it and why."""
    page = stage.page(stage["token"])
    see(page.get_by_role("navigation", name="Main"), "Attention 1")
    open_list(page)
    item = page.get_by_role("listitem").filter(has_text=stage["order"])
    see(item, "Conflict", stage["found"])
    item.get_by_role("button", name="Resolve…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="It has our number").click()
    carry_out = dialog.get_by_role("button", name="It has our number")
    carry_out.click()
    see(dialog, "Say what you saw there.")
    dialog.get_by_label("Evidence").fill("Seller Central shows our number")
    carry_out.click()
    see(dialog, "Say why, in a few words.")
    dialog.get_by_label("Reason").fill("The other number was a typing error")
    carry_out.click()
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("heading", name="Nothing needs you")).to_be_visible()
    go(page, f"#/order/{stage['partner']}/{stage['order']}")
    timeline = page.get_by_role("region", name="Timeline")
    see(timeline, stage["person"], "The other number was a typing error", "Seller Central shows our number")
    see(page.get_by_role("region", name="Package 1", exact=True), "Confirmed", "stated by a person")


def retry_all(stage):
    """The dialog first shows which packages will be retried and which not, with the warning, and then each result."""
    page = stage.page(stage["token"])
    open_list(page)
    page.get_by_role("button", name="Retry all rejected…").click()
    dialog = page.get_by_role("dialog", name="Retry all rejected")
    tried = dialog.get_by_role("list", name="Packages that will be tried again")
    see(tried, *stage["rejected"])
    expect(tried.get_by_role("listitem")).to_have_count(len(stage["rejected"]))
    see(dialog.get_by_role("list", name="Packages left out"), stage["conflict"])
    see(dialog, "cannot be taken back")
    button = dialog.get_by_role("button", name=f"Retry {len(stage['rejected'])} packages")
    button.click()
    see(dialog, "Say why, in a few words.")
    dialog.get_by_label("Reason").fill("The orders are there now")
    button.click()
    see(dialog, f"{len(stage['rejected'])} packages tried again.")
    dialog.get_by_role("button", name="Close").click()
    expect(page.get_by_role("listitem").filter(has_text=stage["conflict"])).to_be_visible()
    for order in stage["rejected"]:
        expect(page.get_by_role("listitem").filter(has_text=order)).to_have_count(0)


def rows(stage):
    """Many that are due are a row for each partner. One row is put aside whole, of another one sees first what would be sent."""
    page = stage.page(stage["token"])
    open_list(page)
    see(page.get_by_role("main"), "58 need a person, in 2 rows.")
    few = page.get_by_role("listitem").filter(has_text="Crowd eBay")
    see(few, "3 orders", "due, not confirmed so far", "left")
    for size, viewport in (("1280", DESKTOP), ("360", PHONE)):
        page.set_viewport_size(viewport)
        page.screenshot(path=stage.artefact(f"rows-{size}.png"), full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"wider than {size}"
    page.set_viewport_size(DESKTOP)
    few.get_by_role("button", name="Put all aside…").click()
    dialog = page.get_by_role("dialog", name="Put all aside")
    expect(dialog.get_by_role("list", name="Packages that will be put aside").get_by_role("listitem")).to_have_count(3)
    dialog.get_by_label("Reason").fill("They are handed over by ourselves")
    dialog.get_by_role("button", name="Put 3 packages aside").click()
    see(dialog, "3 packages put aside.")
    dialog.get_by_role("button", name="Close").click()
    expect(few).to_have_count(0)
    many = page.get_by_role("listitem").filter(has_text="Crowd US")
    many.get_by_role("button", name="Send all now…").click()
    dialog = page.get_by_role("dialog", name="Send all now")
    see(dialog, "55 packages will be sent", "cannot be taken back")
    dialog.get_by_role("button", name="Cancel").click()
    many.get_by_role("link", name="Look").click()
    heading(page, "Crowd US: due, not confirmed so far")
    orders = page.get_by_role("main").get_by_role("listitem")
    expect(orders).to_have_count(50)
    page.get_by_role("button", name="Load more").click()
    expect(orders).to_have_count(55)


SCENARIOS = (resolve, retry_all, rows)
