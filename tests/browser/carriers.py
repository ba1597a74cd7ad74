"""A partner's own pairs of a label's words and its channel's code: made for a carrier that is not listed, and put aside."""

from console import expect, go, heading, see


def pair_a_carrier(stage):
    """Makes a pair for one carrier of the attention list, and puts the other aside."""
    page = stage.page(stage["token"])
    go(page, "#/attention")
    for carrier in ("Falcon Lines", "Kestrel Couriers"):
        see(page.get_by_role("listitem").filter(has_text=carrier), "1 label names it")
    page.get_by_role("link", name="Carriers of Amazon US").first.click()
    heading(page, "Carriers Amazon US")
    unlisted = page.get_by_role("region", name="Not listed")
    unlisted.get_by_role("button", name="Put aside Falcon Lines").click()
    see(unlisted, "1 label, put aside")
    unlisted.get_by_role("button", name="Make a pair for Kestrel Couriers").click()
    pair = page.get_by_role("group", name="Pair 1 Kestrel Couriers")
    expect(pair.get_by_label("Carrier")).to_have_value("Kestrel Couriers")
    page.get_by_role("button", name="Save", exact=True).click()
    see(pair, "code")
    expect(pair.get_by_label("Code")).to_be_focused()
    pair.get_by_label("Code").fill("OnTrac")
    page.get_by_role("button", name="Save", exact=True).click()
    see(page.locator("form").last, "Saved.", f"Last changed by {stage['person']}")
    page.reload()
    expect(page.get_by_role("group", name="Pair 1 Kestrel Couriers").get_by_label("Code")).to_have_value("OnTrac")
    go(page, "#/attention")
    expect(page.get_by_role("heading", name="Nothing needs you")).to_be_visible()


SCENARIOS = (pair_a_carrier,)
