"""The attention list: an item is resolved with evidence, and rejected packages are retried all at once."""

from console import expect, go, heading, see


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


SCENARIOS = (resolve, retry_all)
