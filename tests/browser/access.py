"""Access: signing in, orders of another seller, and what stays on the page without a connection."""

from console import expect, go, heading, see


def sign_in(stage):
    """Opens the console without a token, with one that has ended, with one of no seller, and with a good one."""
    page = stage.page()
    heading(page, "Sign in")
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    expect(page.get_by_role("navigation")).to_have_count(0)

    page.goto(stage["api"] + "/#token=" + stage["ended_token"])
    heading(page, "Your session has ended")
    see(page.locator("main"), "Sign in again to go on where you were.")

    page.goto(stage["api"] + "/#token=" + stage["foreign_token"])
    heading(page, "This sign-in belongs to no seller")
    see(page.locator("main"), "custom:seller_id")
    page.get_by_role("button", name="Sign out").click()
    heading(page, "Sign in")

    page = stage.page(stage["token"])
    see(page.locator("header"), stage["person"])
    page.reload()
    see(page.locator("header"), stage["person"])
    page.get_by_role("button", name="Sign out").click()
    heading(page, "Sign in")
    page.reload()
    heading(page, "Sign in")


def another_sellers_order(stage):
    """A link to another seller's order shows "cannot be shown", and nothing of the order."""
    page = stage.page(stage["token"])
    for view in (
        f"#/order/{stage['partner']}/{stage['order']}",
        f"#/partners/{stage['partner']}",
        f"#/partners/{stage['partner']}/settings",
        f"#/orders/{stage['partner']}",
    ):
        go(page, view)
        expect(page.get_by_role("heading", name="That cannot be shown")).to_be_visible()
        for mark in stage["marks"]:
            expect(page.locator("main")).not_to_contain_text(mark)
    go(page, f"#/orders?search={stage['marks'][0]}")
    expect(page.get_by_role("heading", name="Nothing found")).to_be_visible()


def offline(stage):
    """Without a connection the page says so and keeps what it read last. With the connection back it goes on by itself."""
    page = stage.page(stage["token"])
    table = page.get_by_role("table")
    see(table, stage["order"])
    page.context.set_offline(True)
    banner = page.get_by_role("alert").filter(has_text="No connection to Shipconfirm.")
    expect(banner).to_be_visible()
    see(page.locator("main"), "As of")
    see(table, stage["order"])
    page.context.set_offline(False)
    expect(banner).to_have_count(0)
    see(table, stage["order"])


SCENARIOS = (sign_in, another_sellers_order, offline)
