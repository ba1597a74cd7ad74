"""An IMEI is entered before its deadline."""

from console import expect, follow, heading, see

RIGHT = "356938035643809"


def enter_an_imei(stage):
    """The page checks the IMEI while a person types it. Enter saves it, and the order is sent."""
    page = stage.page(stage["token"])
    follow(page, "IMEIs")
    heading(page, "IMEIs")
    order = page.get_by_role("region", name=f"Order {stage['order']}")
    see(order, "left", "The last one: saving it sends the confirmation at once.")
    field = order.get_by_role("textbox")
    # As a box has it: the name, and which of the two it is.
    field.press_sequentially(f"IMEI 1: {RIGHT[:14]}")
    see(order, "14 of 15 digits")
    field.press("Enter")
    see(order, "14 of 15 digits")
    field.press("0")
    see(order, "check digit is wrong")
    expect(field).to_have_attribute("aria-invalid", "true")
    field.press("Enter")
    see(order, "check digit is wrong")
    field.press("Backspace")
    field.press(RIGHT[14])
    see(order, "good")
    expect(field).not_to_have_attribute("aria-invalid", "true")
    field.press("Enter")
    see(page.get_by_role("status"), f"Saved: IMEI ending in {RIGHT[-4:]}, order {stage['order']}.")
    expect(order).to_have_count(0)
    see(page.get_by_role("region", name="Saved just now"), stage["order"], RIGHT[-4:])
    assert RIGHT not in page.content(), "the whole IMEI is shown"


SCENARIOS = (enter_an_imei,)
