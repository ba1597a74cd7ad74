"""Access: signing in and out, sessions, orders of another seller, and what stays on the page without a connection."""

import json
from urllib.parse import parse_qs, urlsplit

from console import expect, go, heading, see

# The page as it is deployed: under a name of the internet.
DEPLOYED = "https://console.example"


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


def own_page(stage, **routes):
    """A page of a person's own, on which requests to some addresses are answered by a function."""
    context = stage.browser.new_context(locale="en-US")
    for pattern, answer in routes.items():
        context.route(pattern, answer)
    page = context.new_page()
    page.on("console", stage._listen)
    stage.pages.append(page)
    return page


def token_in_address(stage):
    """A link with a token signs nobody in, but on this machine and where people bring their tokens; and never over a session."""

    def api(route):
        route.fulfill(response=route.fetch(url=route.request.url.replace(DEPLOYED, stage["api"])))

    def without_sign_in(route):
        route.fulfill(json={"sign_in": None, "seller_claim": "custom:seller_id"})

    page = own_page(stage, **{DEPLOYED + "/**": api})
    page.goto(DEPLOYED + "/#token=" + stage["other_token"])
    heading(page, "Sign in")
    expect(page.get_by_role("navigation", name="Main")).to_have_count(0)
    assert "token" not in page.url, "the token stays in the address"
    assert page.evaluate("sessionStorage.length") == 0, "something is kept of it"

    page = own_page(stage, **{DEPLOYED + "/**": api, DEPLOYED + "/sign-in": without_sign_in})
    page.goto(DEPLOYED + "/#token=" + stage["other_token"])
    see(page.locator("header"), stage["other_person"])

    page = stage.page(stage["token"])
    page.goto(stage["api"] + "/#token=" + stage["other_token"])
    see(page.locator("body"), "you are signed in. Sign out first.")
    see(page.locator("header"), stage["person"])
    page.reload()
    see(page.locator("header"), stage["person"])


def end_all_sessions(stage):
    """A person ends all sessions. Another one, who was signed in, sees that theirs is over."""
    other = stage.page(stage["other_token"])
    page = stage.page(stage["token"])
    go(page, "#/partners")
    page.get_by_role("button", name="End all sessions…").click()
    dialog = page.get_by_role("dialog")
    see(dialog, "you too")
    dialog.get_by_role("button", name="End all sessions").click()
    heading(page, "Sign in")
    # It asks again by itself.
    heading(other, "Your session has ended")


class Issuer:
    """A sign-in page, as far as the console sees of it. Its tokens are those of a person."""

    def __init__(self, stage):
        self.stage = stage
        self.signed_in = []
        self.grants = []
        self.left = []

    def routes(self):
        """The functions that answer at its addresses."""
        return {"**/oauth2/authorize?**": self.authorize, "**/oauth2/token": self.token, "**/logout?**": self.logout}

    def sends_on(self, route, address):
        """Answers with a page that leads on."""
        script = f"<script>location.replace({json.dumps(address)})</script>"
        route.fulfill(body=script, content_type="text/html")

    def authorize(self, route):
        """Signs the person in."""
        asked = parse_qs(urlsplit(route.request.url).query)
        self.signed_in.append(asked)
        self.sends_on(route, f"{asked['redirect_uri'][0]}?code=c0de&state={asked['state'][0]}")

    def token(self, route):
        """Gives out tokens."""
        grant = parse_qs(route.request.post_data)
        self.grants.append(grant["grant_type"][0])
        token = self.stage["token"] if len(self.grants) == 1 else self.stage["renewed_token"]
        tokens = {"id_token": token, "refresh_token": "renews-it"}
        route.fulfill(json=tokens, headers={"access-control-allow-origin": "*"})

    def logout(self, route):
        """Ends its own session, and leads back."""
        asked = parse_qs(urlsplit(route.request.url).query)
        self.left.append(asked)
        self.sends_on(route, asked["logout_uri"][0])


def a_shift(stage):
    """A sign-in lasts a shift: its token is renewed while the page stays as it is. Signing out goes to the sign-in page, too."""
    issuer = Issuer(stage)
    page = own_page(stage, **issuer.routes())
    page.goto(stage["api"] + "/#/partners")
    page.get_by_role("button", name="Sign in").click()
    see(page.locator("header"), stage["person"])
    heading(page, "Partners")
    assert issuer.grants == ["authorization_code"], issuer.grants
    assert "prompt" not in issuer.signed_in[0], "nobody signed out here"
    see(page.locator("main"), "shift-amazon")

    page.evaluate("window.isTheSame = true")
    # Four minutes before the token ends the next question renews it.
    page.evaluate("sessionStorage.setItem('shipconfirm.until', String(Date.now() + 240000))")
    page.get_by_role("link", name="Orders").first.click()
    page.wait_for_function("token => sessionStorage.getItem('shipconfirm.token') === token", arg=stage["renewed_token"])
    assert issuer.grants == ["authorization_code", "refresh_token"], issuer.grants
    see(page.locator("header"), stage["person"])
    assert page.evaluate("window.isTheSame"), "the page was loaded anew"

    page.get_by_role("button", name="Sign out").click()
    page.wait_for_function("() => !document.querySelector('nav')")
    heading(page, "Sign in")
    page.wait_for_function("() => sessionStorage.length === 0")
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    assert [asked["logout_uri"] for asked in issuer.left] == [[stage["api"] + "/"]], issuer.left
    assert "client_id" in issuer.left[0]
    page.get_by_role("button", name="Sign in").click()
    see(page.locator("header"), stage["person"])
    assert issuer.signed_in[1]["prompt"] == ["login"], "whoever comes next is let in unasked"


SCENARIOS = (sign_in, token_in_address, end_all_sessions, a_shift, another_sellers_order, offline)
