"""Orders: a person finds one, and sends it by hand."""

from console import expect, go, see


def send_now(stage):
    """The dialog warns that what is sent cannot be taken back. Cancelling it sends nothing."""
    page = stage.page(stage["token"])
    page.get_by_label("Order or tracking number").fill(stage["tracking"])
    page.get_by_role("button", name="Search", exact=True).click()
    see(page.get_by_role("table"), stage["order"], "Waiting", "for movement")
    page.get_by_role("link", name=stage["order"]).click()
    package = page.get_by_role("region", name="Package 1", exact=True)
    see(package.get_by_role("region", name="Sent of package 1"), "Nothing is sent so far.")
    package.get_by_role("button", name="Send now").click()
    dialog = page.get_by_role("dialog", name="Send now")
    see(dialog, f"has shipped with {stage['tracking']}.", "A confirmation that was sent cannot be taken back.")
    dialog.get_by_role("button", name="Cancel").click()
    expect(dialog).to_have_count(0)
    expect(package.get_by_role("button", name="Send now")).to_be_focused()
    see(package, "Waiting")

    package.get_by_role("button", name="Send now").click()
    dialog.get_by_label("Reason").fill("Handed over at the counter")
    dialog.get_by_role("button", name="Send now").click()
    expect(dialog).to_have_count(0)
    see(package, "Confirmed", "accepted by the marketplace")
    sent = package.get_by_role("region", name="Sent of package 1")
    see(sent, stage["tracking"], f"Sent by {stage['person']}", "Handed over at the counter")
    expect(package.get_by_role("button", name="Send now")).to_have_count(0)


def carried_out(page, name, press, *warnings, **fields):
    """Carries out an action of package 1 by its dialog: expects the warnings, fills in the fields, and confirms."""
    package = page.get_by_role("region", name="Package 1", exact=True)
    package.get_by_role("button", name=name).click()
    dialog = page.get_by_role("dialog", name=name)
    see(dialog, *warnings)
    button = dialog.get_by_role("button", name=press)
    button.click()
    see(dialog, "Say what you saw there." if "Evidence" in fields else "Say why, in a few words.")
    for label, text in fields.items():
        dialog.get_by_label(label).fill(text)
    button.click()
    expect(dialog).to_have_count(0)
    return package


def released_by_a_person(stage):
    """A person releases what Never stopped, and rules out a former number. Both are sent, and both timelines name the person."""
    page = stage.page(stage["token"])
    stopped, former = stage["stopped"], stage["former"]

    go(page, f"#/order/{stopped['partner']}/{stopped['order']}")
    see(page.get_by_role("region", name="Package 1", exact=True), "Withheld", "release it to go by its own timing")
    package = carried_out(page, "Release from Never", "Release from Never",
                          f"has shipped with {stopped['tracking']}", "It goes on as if Never had not been set",
                          Reason="Never was set by mistake")
    see(package, "Confirmed", "accepted by the marketplace")
    expect(package.get_by_role("button", name="Release from Never")).to_have_count(0)
    see(page.get_by_role("region", name="Timeline"), stage["person"], "Never was set by mistake")

    go(page, f"#/order/{former['partner']}/{former['order']}")
    see(page.get_by_role("region", name="Package 1", exact=True), former["found"], "wants the order shipped")
    package = carried_out(page, "That number is a former one: send ours", "Send ours",
                          f"takes the place of {former['found']}", "cannot be taken back",
                          Evidence="Wish says to be shipped", Reason="It was shipped before, and came back")
    see(package, "Confirmed", former["tracking"])
    see(page.get_by_role("region", name="Timeline"), stage["person"], "It was shipped before, and came back",
        "Wish says to be shipped")


SCENARIOS = (send_now, released_by_a_person)
