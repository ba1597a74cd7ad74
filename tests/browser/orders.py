"""Orders: found, and sent by hand."""

from console import expect, see


def send_now(stage):
    """Whoever sends by hand is told before that it cannot be taken back; going back sends nothing."""
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


SCENARIOS = (send_now,)
