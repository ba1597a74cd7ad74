"""The setting of when confirmations are sent: changed by mouse, by keyboard, and by two people at once."""

import re

from console import expect, follow, go, heading, see

CHOICES = ["When tracking shows movement.", "When tracking is assigned.", "Never"]


def option(page, label):
    """The radio button of a choice."""
    group = page.get_by_role("group", name="Send ship confirmations")
    return group.get_by_role("radio", name=label, exact=True)


def open_settings(page, partner):
    """Opens a partner's settings by the links that a person follows."""
    follow(page, "Partners", f"Edit {partner}", "Settings")
    heading(page, f"Settings {partner}")


def change_a_setting(stage):
    """Opens the setting, reads its choices and their warnings, sees what a change would do, and saves it."""
    page = stage.page(stage["token"])
    open_settings(page, "Back Market US")
    group = page.get_by_role("group", name="Send ship confirmations")
    expect(group.get_by_role("radio")).to_have_count(2)
    expect(option(page, "Never")).to_have_count(0)
    open_settings(page, "Amazon US")
    expect(group.locator("label")).to_have_text(CHOICES)
    expect(option(page, CHOICES[0])).to_be_checked()
    for choice in stage["warnings"]:
        see(group, *choice)

    effect = page.get_by_role("region", name="What this changes")
    expect(effect).to_have_count(0)
    option(page, "Never").check()
    see(effect, "1 package not sent yet: stopped. Going back releases none of them.")
    page.get_by_role("button", name="Save", exact=True).click()
    see(effect, "Type 1, the number of packages that Never stops.")
    option(page, CHOICES[1]).check()
    see(effect, "It applies to labels made from now on; the change itself sends nothing.")
    see(effect, "1 package not sent yet: the timing their label was made under stays.")
    page.get_by_role("button", name="Save", exact=True).click()
    see(page.locator("form"), "Saved.", f"Last changed by {stage['person']}")
    expect(effect).to_have_count(0)
    change_what_is_watched(page)
    page.reload()
    expect(page.get_by_label("Hours before the ship-by")).to_have_value("12")
    expect(page.get_by_label("Tell of parcels that no carrier scans")).not_to_be_checked()
    expect(option(page, CHOICES[1])).to_be_checked()
    follow(page, "Partners")
    see(page.get_by_role("listitem").filter(has_text="Amazon US"), CHOICES[1])


def change_what_is_watched(page):
    """Sets the warning before a ship-by, and turns off what tells of silence. What is wrong is said at its field."""
    watched = page.get_by_role("group", name="What people are warned of")
    see(watched, "Amazon: An order is late that is confirmed after its ship-by", "two write units")
    hours = page.get_by_label("Hours before the ship-by")
    expect(hours).to_have_value("4")
    for wrong, says in (("soon", "“soon” is not a whole number of hours."), ("100", "is 100")):
        hours.fill(wrong)
        page.get_by_role("button", name="Save", exact=True).click()
        see(watched, says)
    hours.fill("12")
    page.get_by_label("Tell of parcels that no carrier scans").uncheck()
    expect(page.get_by_label("Hours without a scan")).to_have_count(0)
    # A time of the day is read in a zone, which this partner does not have.
    page.get_by_label("Not before").fill("09:30")
    page.get_by_role("button", name="Save", exact=True).click()
    see(page.get_by_role("group", name="Send after"), "time_zone")
    page.get_by_label("Not before").fill("")
    page.get_by_role("button", name="Save", exact=True).click()
    see(page.locator("form"), "Saved.")


def is_focused(page, role, name):
    """Whether this control has the focus."""
    target = page.get_by_role(role, name=name, exact=True)
    return target.count() == 1 and target.evaluate("element => element === document.activeElement")


def tab_to(page, role, name):
    """Presses Tab until this control has the focus. Each control on the way must show that it has the focus."""
    expect(page.get_by_role(role, name=name, exact=True)).to_be_visible()
    for _ in range(60):
        page.keyboard.press("Tab")
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none", "the focus cannot be seen: " + page.evaluate(
            "document.activeElement.outerHTML"
        )
        if is_focused(page, role, name):
            return
    raise AssertionError(f"no Tab leads to the {role} {name}")


def change_a_setting_by_keyboard(stage):
    """Changes the setting without a mouse, by Tab, Enter and the arrow keys."""
    page = stage.page(stage["token"])
    for link in ("Partners", "Edit Amazon US", "Settings"):
        tab_to(page, "link", link)
        page.keyboard.press("Enter")
        heading(page, {"Partners": "Partners", "Settings": "Settings Amazon US"}.get(link, "Amazon US"))
    tab_to(page, "radio", CHOICES[0])
    page.keyboard.press("ArrowDown")
    expect(option(page, CHOICES[1])).to_be_checked()
    see(page.get_by_role("region", name="What this changes"), "the change itself sends nothing")
    tab_to(page, "button", "Save")
    page.keyboard.press("Enter")
    see(page.locator("form"), "Saved.")


def lost_update(stage):
    """Two people change one setting. The second one sees who was first and what they chose, and decides."""
    first, second = stage.page(stage["token"]), stage.page(stage["other_token"])
    for page in (first, second):
        open_settings(page, "Amazon US")
        expect(option(page, CHOICES[0])).to_be_checked()
    # The second person's page must not read the change before they save.
    second.route(re.compile(r"/settings$"), lambda route: _block_reads(route))
    option(second, "Never").check()
    option(first, CHOICES[1]).check()
    first.get_by_role("button", name="Save", exact=True).click()
    see(first.locator("form"), "Saved.")

    with second.expect_response(lambda answer: answer.request.method == "PUT") as answered:
        second.get_by_role("button", name="Save", exact=True).click()
    assert answered.value.status == 412, answered.value.status
    second.unroute_all()
    notice = second.get_by_role("alert")
    see(notice, f"{stage['person']} changed this meanwhile", f"It is now: “{CHOICES[1]}”")
    see(notice, "What you chose is still here, and not saved.")
    expect(option(second, "Never")).to_be_checked()
    go(first, "#/partners")
    see(first.get_by_role("listitem").filter(has_text="Amazon US"), CHOICES[1])

    second.get_by_role("button", name="Take theirs").click()
    expect(option(second, CHOICES[1])).to_be_checked()
    expect(notice).to_have_count(0)
    option(second, "Never").check()
    second.get_by_role("button", name="Save", exact=True).click()
    see(second.locator("form"), "Saved.", f"Last changed by {stage['other_person']}")


def choose(page, choice):
    """Selects a choice and saves it."""
    option(page, choice).check()
    with page.expect_response(lambda answer: answer.request.method == "PUT") as answered:
        page.get_by_role("button", name="Save", exact=True).click()
    assert answered.value.status == 200, answered.value.status
    see(page.locator("form"), "Saved.")


def who_set_never(stage):
    """The partner and the packages that Never stopped show who set Never and who left it, whatever is changed later."""
    first, second = stage.page(stage["token"]), stage.page(stage["other_token"])
    open_settings(first, "Amazon US")
    option(first, "Never").check()
    first.get_by_role("region", name="What this changes").get_by_role("textbox").fill("1")
    choose(first, "Never")
    see(first.locator("form"), f"{stage['person']} set Never (")
    open_settings(second, "Amazon US")
    for choice in (CHOICES[0], CHOICES[1]):
        choose(second, choice)
    first.reload()
    see(first.locator("form"), f"Last changed by {stage['other_person']}")
    choose(first, CHOICES[0])
    said = re.compile(re.escape(stage["person"]) + r" set Never \(\d\d:\d\d\s[AP]M\); "
                      + re.escape(stage["other_person"]) + r" left it \(\d\d:\d\d\s[AP]M\)")
    see(first.locator("form"), said, f"Last changed by {stage['person']}")
    go(first, f"#/partners/{stage['partner']}")
    see(first.get_by_role("region", name="Send ship confirmations"), CHOICES[0], said)
    go(first, f"#/order/{stage['partner']}/{stage['order']}")
    package = first.get_by_role("region", name="Package 1", exact=True)
    see(package, "Withheld", said, "Going back has not released it")
    see(package.locator("header"), said)
    go(first, f"#/orders/{stage['partner']}")
    see(first.get_by_role("table"), "Withheld", said)


def _block_reads(route):
    """Blocks the page's reads. Its writes go on."""
    if route.request.method == "GET":
        route.abort()
    else:
        route.continue_()


def delete_a_partner(stage):
    """A person deletes a partner: what it means is said before, and how far it is afterwards."""
    page = stage.page(stage["token"])
    go(page, f"#/partners/{stage['partner']}")
    page.get_by_role("button", name="Delete…").click()
    dialog = page.get_by_role("dialog")
    see(dialog, "1 order.", "Nobody can restore them", "confirmed twice")
    dialog.get_by_role("button", name="Delete for good").click()
    see(dialog, f"Type {stage['partner']}, the ID")
    dialog.get_by_role("textbox").fill(stage["partner"])
    dialog.get_by_role("button", name="Delete for good").click()
    heading(page, "Partners")
    see(page.locator("main"), "Being deleted", "1 order deleted so far", stage["person"])
    page.screenshot(path=stage.artefact("screenshots", "leaving-1280-light.png"), full_page=True)
    page.set_viewport_size({"width": 360, "height": 740})
    page.screenshot(path=stage.artefact("screenshots", "leaving-360-light.png"), full_page=True)


SCENARIOS = (delete_a_partner, change_a_setting, change_a_setting_by_keyboard, lost_update, who_set_never)
