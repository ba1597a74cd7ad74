"""Labels: a person sees what is doubtful of one before anything is sent, and says which is right."""

from console import PHONE, expect, go, see
from orders import carried_out


def wide(page):
    """How many pixels do not fit into the window."""
    return page.evaluate("document.scrollingElement.scrollWidth - document.documentElement.clientWidth")


def choose_a_label(stage):
    """Of a disputed label one telling is chosen. Of a former label that moves, the current one is said to be right."""
    page = stage.page(stage["token"])
    disputed, moving = stage["disputed"], stage["moving"]

    go(page, f"#/order/{disputed['partner']}/{disputed['order']}")
    package = page.get_by_role("region", name="Package 1", exact=True)
    see(package, "Held", "its label was told in two ways", "Say which of the two is right.")
    sides = package.get_by_role("region", name="Label lbl_1, as told")
    expect(sides).to_have_count(2)
    right = sides.filter(has_text=disputed["right"])
    see(right, "FedEx", "Event")
    see(sides.filter(has_text=disputed["wrong"]), disputed["wrong"])
    expect(package.get_by_role("button", name="Use this label")).to_have_count(2)
    narrow = stage.page(stage["token"], viewport=PHONE)
    go(narrow, f"#/order/{disputed['partner']}/{disputed['order']}")
    expect(narrow.get_by_role("button", name="Use this label")).to_have_count(2)
    assert wide(narrow) <= 0 and wide(page) <= 0, "the two columns do not fit"
    right.get_by_role("button", name="Use this label").click()
    dialog = page.get_by_role("dialog", name="Use this label")
    see(dialog, f"has shipped with {disputed['right']}", "cannot be taken back")
    dialog.get_by_label("Reason").fill("It is on the parcel")
    dialog.get_by_role("button", name="Use this label").click()
    expect(dialog).to_have_count(0)
    see(package, "Waiting", "for movement", disputed["right"], "Chosen by", "It is on the parcel")
    expect(package.get_by_role("button", name="Use this label")).to_have_count(0)

    go(page, f"#/order/{moving['partner']}/{moving['order']}")
    package = page.get_by_role("region", name="Package 1", exact=True)
    see(package, "Held", "a former label's parcel moves")
    former = package.get_by_role("region", name="Label lbl_1", exact=True)
    see(former, moving["former"], "in transit", "Memphis, TN")
    expect(former.get_by_role("button", name="Use this label")).to_have_count(1)
    see(page.get_by_role("region", name="Timeline"), "Scan: in transit", "Memphis, TN", "by the carrier's clock")
    package = carried_out(page, "The current label is right", "The current label is right",
                          f"has shipped with {moving['current']}", Reason="The former one was thrown away")
    see(package, "Waiting", "for movement")
    expect(package.get_by_role("button", name="Use this label")).to_have_count(0)


def put_aside(stage):
    """A refused label is in the attention list, with its reason. A person puts it aside. A cut line shows what remains of it."""
    page = stage.page(stage["token"])
    see(page.get_by_role("navigation", name="Main"), "Attention 1")
    go(page, "#/attention")
    item = page.get_by_role("listitem").filter(has_text=stage["order"])
    see(item, "package 1, label lbl_1", "`PENDING` is a word", "put it aside")
    item.get_by_role("link", name="Look").click()
    refused = page.get_by_role("region", name="Refused labels")
    see(refused, "package 1, label lbl_1", "detail.tracking_number")
    refused.get_by_role("button", name="Put aside").click()
    dialog = page.get_by_role("dialog", name="Put aside")
    dialog.get_by_role("button", name="Put aside").click()
    see(dialog, "Say why, in a few words.")
    dialog.get_by_label("Reason").fill("It was a test")
    dialog.get_by_role("button", name="Put aside").click()
    expect(dialog).to_have_count(0)
    expect(refused).to_have_count(0)
    see(page.get_by_role("region", name="Timeline"), "Label refused", "Put aside", stage["person"], "It was a test")
    go(page, "#/attention")
    expect(page.get_by_role("heading", name="Nothing needs you")).to_be_visible()

    go(page, f"#/order/{stage['partner']}/{stage['cut']}")
    see(page.locator("main"), f"{stage['item']} (1 remains)", "Lines cancelled")
    see(page.get_by_role("region", name="Package 1", exact=True), f"2 × {stage['item']} (1 remains)")


SCENARIOS = (choose_a_label, put_aside)
