"""A pause: begun with a reason, seen on every page while it lasts, and ended; and the mode that only observes."""

from console import DESKTOP, PHONE, expect, follow, go, heading, see


def pause_a_partner(stage):
    """One button with a reason pauses. Everybody sees who did it and why, on every page and in the attention list, until it is resumed."""
    page = stage.page(stage["token"])
    follow(page, "Partners", "Edit Amazon US")
    heading(page, "Amazon US")
    form = page.get_by_role("form", name="Pause")
    see(form, "Nothing of it is sent or read until it is resumed.")
    form.get_by_role("button", name="Pause…").click()
    form.get_by_role("button", name="Pause", exact=True).click()
    see(form, "Say why, in a few words.")
    form.get_by_label("Reason").fill("A wrong release")
    form.get_by_role("button", name="Pause", exact=True).click()
    see(form, "Paused.", stage["person"], "A wrong release", "within a minute or two")
    banner = page.get_by_role("complementary", name="Paused")
    for view in ("#/orders", "#/attention", "#/partners"):
        go(page, view)
        see(banner, "Amazon US is paused.", stage["person"], "A wrong release", "Nothing of it is sent.")
    see(page.get_by_role("listitem").filter(has_text="Amazon US"), "Paused")
    go(page, "#/attention")
    see(page.get_by_role("article", name="Partner Amazon US"), "Paused", "A wrong release", "Resume it when the reason is gone.")
    for size, viewport in (("1280", DESKTOP), ("360", PHONE)):
        page.set_viewport_size(viewport)
        page.screenshot(path=stage.artefact(f"paused-{size}.png"), full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"wider than {size}"
    page.set_viewport_size(DESKTOP)
    banner.get_by_role("link", name="Resume").click()
    heading(page, "Amazon US")
    form.get_by_role("button", name="Resume").click()
    expect(form.get_by_role("button", name="Pause…")).to_be_visible()
    expect(banner).to_have_count(0)


def observe(stage):
    """The mode says what it means before it is chosen, and what the change does before it is saved."""
    page = stage.page(stage["token"])
    follow(page, "Partners", "Edit Amazon US", "Settings")
    heading(page, "Settings Amazon US")
    group = page.get_by_role("group", name="Mode")
    see(group, "It decides everything and sends nothing.")
    group.get_by_role("radio", name="Observe").check()
    form = page.locator("form")
    see(form, "From now on nothing is sent.")
    page.get_by_role("button", name="Save", exact=True).click()
    see(form, "Saved.")
    follow(page, "Partners")
    see(page.get_by_role("listitem").filter(has_text="Amazon US"), "Only observed: nothing is sent.")
    follow(page, "Edit Amazon US", "Settings")
    group.get_by_role("radio", name="Live").check()
    see(form, "Leaving sends nothing that was observed")
    page.get_by_role("button", name="Save", exact=True).click()
    see(form, "Saved.")


SCENARIOS = (pause_a_partner, observe)
