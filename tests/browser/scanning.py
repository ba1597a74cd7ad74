"""A person scans a stack of phones in one go, while answers are late and another person saves in between.

The page is the console's own, and its API is `late.js`. In every run no order may get another order's IMEI, and no scan may be
lost: either it is saved, or the page says at which order it was not.
"""

import json
import random
from pathlib import Path

from console import expect, go, see

PHONES = 40
LATE = Path(__file__).with_name("late.js").read_text(encoding="utf-8")
TOKEN = "e30.eyJlbWFpbCI6ImFubkBhY21lLmV4YW1wbGUiLCJjdXN0b206c2VsbGVyX2lkIjoiYWNtZSJ9.x"


def imei(number, model="35693803"):
    """The IMEI of the phone with this number, of a model, with its check digit (Luhn)."""
    digits = f"{model}{number:06d}"
    total = 0
    for place, char in enumerate(reversed(digits)):
        doubled = int(char) * (2 if place % 2 == 0 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return digits + str(-total % 10)


def order(place):
    """The id in `late.js` of the order at this place in the list."""
    return f"phone-{place:02d}"


class Stack:
    """One run: a stack of phones, in the order that the list had when the person began."""

    def __init__(self, stage, seed, phones=PHONES):
        self.seed = seed
        self.count = phones
        self.chance = random.Random(seed)
        # Half of the runs also lose requests and answers.
        self.facts = {"seed": seed, "phones": [imei(place) for place in range(phones)], "withFaults": seed % 2 == 1}
        self.others = {}
        context = stage.browser.new_context(locale="en-US", reduced_motion="reduce")
        self.page = context.new_page()
        self.page.on("pageerror", lambda error: stage.problems.append(f"seed {seed}: an error in the page: {error}"))
        stage.pages.append(self.page)
        self.page.clock.install()
        facts = json.dumps(json.dumps(self.facts))
        self.page.add_init_script(f"sessionStorage.setItem('late', {facts}); sessionStorage.setItem('shipconfirm.token', '{TOKEN}');")
        self.page.add_init_script(LATE)
        self.page.goto(stage["api"] + "/#/imeis")

    def passes(self, ms):
        """Moves the page's clock."""
        self.page.clock.run_for(ms)

    def shop(self, call, *arguments):
        """Calls a function of the API that `late.js` plays."""
        return self.page.evaluate("([call, given]) => window.shop[call](...given)", [call, arguments])

    def somebody_else(self, place):
        """At random, another person saves an IMEI, right or wrong, an order changes, or a new order arrives."""
        chance = self.chance.random()
        ahead = [other for other in range(place, PHONES) if other not in self.others]
        if chance < 0.15 and ahead:
            other = self.chance.choice(ahead[:6])
            is_right = self.chance.random() < 0.6
            theirs = imei(other) if is_right else imei(500 + other)
            if self.shop("other", order(other), theirs):
                self.others[other] = theirs
        elif chance < 0.25:
            self.shop("touch", order(self.chance.randrange(PHONES)))
        elif chance < 0.3:
            self.shop("arrives", f"new-{place:02d}", self.chance.choice([5, 45, 200]))

    def begins(self):
        """Waits for all fields, and puts the cursor into the first one."""
        fields = self.page.locator("input[data-imei]")
        for _ in range(20):
            self.passes(1_000)
            if fields.count():
                break
        expect(fields).to_have_count(self.count)
        fields.first.focus()
        self.passes(100)

    def enters(self, digits):
        """Types digits and presses Enter, as a scanner does."""
        self.page.keyboard.type(digits)
        self.page.keyboard.press("Enter")

    def part(self, place):
        """The part of the page about an order."""
        return self.page.get_by_role("region", name=f"Order {order(place)}", exact=True)

    def is_in(self, place):
        """Whether the cursor is in this order's field."""
        return self.part(place).locator("input[data-imei]").evaluate("field => field === document.activeElement")

    def scan(self):
        """Scans all phones, as fast as a hand can and without waiting for the page. Then waits until everything is saved."""
        self.begins()
        for place in range(PHONES):
            self.enters(imei(place))
            self.passes(self.chance.randrange(50, 2_500))
            self.somebody_else(place)
        for _ in range(60):
            self.passes(2_000)
            if not self.page.get_by_text("Saving the IMEI").count() and not self.page.evaluate("window.shop.open"):
                break

    def judge(self):
        """The orders with a wrong IMEI, those whose scan was lost, and those that the page says are not saved."""
        stored = self.shop("imeis")
        said = self.page.evaluate(
            "() => [...document.querySelectorAll('[data-order]')].filter(part => part.textContent.includes('NOT saved'))"
            ".map(part => part.getAttribute('aria-label'))"
        )
        wrong, lost = [], []
        for place in range(PHONES):
            found, theirs = stored[order(place)]["imei"], self.others.get(place)
            if found not in (imei(place), theirs) and found is not None:
                wrong.append(order(place))
            if found != imei(place) and f"Order {order(place)}" not in said:
                lost.append(order(place))
        wrong += [name for name, entry in stored.items() if name.startswith("new-") and entry["imei"]]
        return wrong, lost, said


def scan_forty(stage):
    """Plays as many runs as are asked for. None may have a wrong IMEI or a lost scan."""
    not_saved = 0
    for seed in range(stage["runs"]):
        stack = Stack(stage, stage["seed"] + seed)
        stack.scan()
        wrong, lost, said = stack.judge()
        not_saved += len(said)
        assert not wrong and not lost, f"seed {stack.seed}: wrong {wrong}, lost {lost}, said to be not saved {said}"
        stack.page.context.close()
        stage.pages.remove(stack.page)
    print(f"{stage['runs']} runs of {PHONES} phones: 0 wrong, 0 lost, {not_saved} said to be not saved.")


def another_person(stage):
    """Another person saves the order that the cursor is in. The field stays and says so, and a scan does not replace theirs unasked."""
    stack = Stack(stage, 0, phones=3)
    stack.begins()
    stack.shop("other", order(0), imei(700))
    stack.passes(12_000)
    see(stack.part(0), "entered by bob@acme.example", f"ending in {imei(700)[-4:]}")
    assert stack.is_in(0), "the cursor was taken away"
    stack.enters(imei(0))
    assert stack.is_in(1), "the next phone is not next"
    stack.enters(imei(1))
    stack.passes(12_000)
    see(stack.part(0), "NOT saved", "Changed: look again", "bob@acme.example entered", imei(700)[-4:])
    kept = stack.shop("imeis")
    assert (kept[order(0)]["imei"], kept[order(1)]["imei"]) == (imei(700), imei(1)), kept
    stack.part(0).get_by_role("button", name="Save mine over it").click()
    stack.passes(12_000)
    assert stack.shop("imeis")[order(0)]["imei"] == imei(0), stack.part(0).text_content()


def one_phone_twice(stage):
    """A phone is scanned twice by mistake. The page asks before it saves, and the next scan replaces the wrong one."""
    stack = Stack(stage, 0, phones=3)
    stack.begins()
    stack.enters(imei(0))
    stack.enters(imei(0))
    see(stack.part(1), f"This IMEI was entered for {order(0)}", "sure?")
    assert stack.is_in(1), "it moved on"
    stack.enters(imei(1))
    assert stack.is_in(2), "it stayed"
    stack.passes(12_000)
    kept = stack.shop("imeis")
    assert [kept[order(place)]["imei"] for place in range(3)] == [imei(0), imei(1), None], kept
    # If another order had the IMEI before this page was opened, the API asks.
    stack.shop("other", order(1), imei(800), True)
    stack.enters(imei(800))
    stack.passes(12_000)
    see(stack.part(2), "NOT saved", f"was saved for order {order(1)} of shop by bob@acme.example", ": sure?")
    expect(stack.part(2)).not_to_contain_text("is_meant")
    stack.part(2).get_by_role("button", name="It is this order's: save it").click()
    stack.passes(12_000)
    assert stack.shop("imeis")[order(2)]["imei"] == imei(800)


def two_imeis_each(stage):
    """Two IMEIs of each phone are scanned, with Enter after each: both are its own, however alike the next phone's are."""
    stack = Stack(stage, 0, phones=5)
    stack.begins()
    # Before a person says so, each IMEI is another phone's.
    stack.enters(imei(0))
    assert stack.is_in(1), "it waits for a second IMEI unasked"
    stack.page.get_by_label("Two IMEIs of each phone").check()
    stack.part(1).locator("input[data-imei]").focus()
    stack.enters(imei(1))
    assert stack.is_in(1), "the second IMEI would be the next phone's"
    see(stack.part(1), "the first of two")
    stack.enters(imei(901))
    assert stack.is_in(2), "it stayed after the second IMEI"
    # A phone with one IMEI: Enter once more.
    stack.enters(imei(2))
    stack.page.keyboard.press("Enter")
    assert stack.is_in(3), "it stayed after the second Enter"
    # One whose next scan is of another model is a phone with one IMEI, too, and the scan is the next phone's.
    stack.enters(imei(3))
    stack.enters(imei(4, "49015420"))
    assert stack.is_in(4), "the next phone's IMEI was lost"
    see(stack.part(4), "the first of two")
    # What is another phone's is asked about, and the next scan takes its place.
    stack.enters(imei(901))
    see(stack.part(4), f"was entered for {order(1)}", "sure?")
    stack.enters(imei(4, "49015420"))
    stack.enters(imei(5, "49015420"))
    stack.passes(12_000)
    kept = [entry["imei"] for entry in stack.shop("imeis").values()]
    both = [f"{imei(1)}/{imei(901)}", f"{imei(4, '49015420')}/{imei(5, '49015420')}"]
    assert kept == [imei(0), both[0], imei(2), imei(3), both[1]], kept


def a_scan_for_nobody(stage):
    """A scan while the cursor is in no field is not ignored. The tracking number of an order moves the cursor to its phone."""
    stack = Stack(stage, 0, phones=2)
    stack.begins()
    stack.page.evaluate("document.activeElement.blur()")
    stack.enters(imei(0))
    stack.passes(100)
    see(stack.page.get_by_role("alert"), "NOT saved: scanned while no phone's field was chosen", imei(0)[-4:])
    stack.enters(f"T{order(1)}")
    stack.passes(100)
    assert stack.is_in(1), "the tracking number leads nowhere"
    stack.enters(imei(1))
    stack.passes(12_000)
    assert stack.shop("imeis")[order(1)]["imei"] == imei(1)


def change_an_imei(stage):
    """A wrong IMEI can be changed while nothing was sent: in the list of those saved just now, and on the order's page."""
    stack = Stack(stage, 0, phones=1)
    stack.begins()
    stack.enters(imei(1))
    stack.passes(12_000)
    saved = stack.page.get_by_role("region", name="Saved just now")
    saved.get_by_role("button", name="Change").click()
    stack.passes(5_000)
    dialog = stack.page.get_by_role("dialog")
    see(dialog, f"the IMEI ending in {imei(1)[-4:]}")
    dialog.get_by_label("The right IMEI").fill(imei(2))
    stack.shop("other", order(0), imei(3), True)
    dialog.get_by_role("button", name="Change it").click()
    stack.passes(8_000)
    see(dialog, "Changed: look again", f"the IMEI ending in {imei(3)[-4:]}")
    assert stack.shop("imeis")[order(0)]["imei"] == imei(3), "it was overridden unseen"
    dialog.get_by_role("button", name="I have looked").click()
    dialog.get_by_role("button", name="Change it").click()
    stack.passes(8_000)
    expect(dialog).to_have_count(0)
    assert stack.shop("imeis")[order(0)]["imei"] == imei(2)
    see(saved, imei(2)[-4:])
    go(stack.page, f"#/order/shop/{order(0)}")
    stack.passes(5_000)
    part = stack.page.get_by_role("region", name="IMEIs", exact=True)
    expect(part.get_by_role("button", name="Change")).to_be_visible()


def what_is_shown_is_sent(stage):
    """A new label comes while the dialog is open. The dialog says so, and a confirmation of the old number does not send the new one."""
    stack = Stack(stage, 0, phones=1)
    stack.passes(5_000)
    go(stack.page, f"#/order/shop/{order(0)}")
    stack.passes(5_000)
    stack.page.get_by_role("button", name="Send now").click()
    dialog = stack.page.get_by_role("dialog")
    see(dialog, f"Back Market is told T{order(0)}.")
    dialog.get_by_label("Reason").fill("the buyer asked")
    stack.shop("relabel", order(0), "TSWAPPED1")
    # The person presses before the page has read the new label.
    dialog.get_by_role("button", name="Send now").click()
    stack.passes(8_000)
    see(dialog, "Changed: look again", "Back Market is told TSWAPPED1.")
    assert stack.shop("sent") == {}, stack.shop("sent")
    expect(dialog.get_by_role("button", name="Send now")).to_have_count(0)
    dialog.get_by_role("button", name="I have looked").click()
    dialog.get_by_role("button", name="Send now").click()
    stack.passes(8_000)
    expect(dialog).to_have_count(0)
    assert stack.shop("sent") == {order(0): "TSWAPPED1"}


def never_asks(stage):
    """Setting Never asks for the number of packages it stops, because leaving it releases none. If the number grew, it asks again."""
    stack = Stack(stage, 0, phones=1)
    stack.passes(5_000)
    go(stack.page, "#/partners/shop/settings")
    stack.passes(8_000)
    save = stack.page.get_by_role("button", name="Save", exact=True)
    stack.page.get_by_role("radio", name="Never", exact=True).check()
    stack.passes(5_000)
    effect = stack.page.get_by_role("region", name="What this changes")
    see(effect, "Type 3 to stop 3 packages")
    for typed in ("", "30"):
        effect.get_by_role("textbox").fill(typed)
        save.click()
        stack.passes(5_000)
        see(effect, "Type 3, the number of packages that Never stops.")
    stack.page.evaluate("window.shop.waiting = 4")
    effect.get_by_role("textbox").fill("3")
    save.click()
    stack.passes(8_000)
    see(effect, "Type 4 to stop 4 packages")
    assert stack.shop("timing") == "when_tracking_is_assigned", "it was not agreed to"
    effect.get_by_role("textbox").fill("4")
    save.click()
    stack.passes(5_000)
    see(stack.page.locator("form"), "Saved.")
    assert stack.shop("timing") == "never"


def a_quiet_tab(stage):
    """A tab that nobody touches, and in which nothing changes, asks seldom. One in which something changes asks more often."""
    stack = Stack(stage, 0)
    stack.passes(300_000)
    minutes = 10

    def asked(during):
        """How many requests the tab makes in a minute."""
        before = stack.shop("requests")
        for _ in range(minutes * 6):
            during()
            stack.passes(10_000)
        return (stack.shop("requests") - before) / minutes

    quiet = asked(lambda: None)
    busy = asked(lambda: stack.page.mouse.move(stack.shop("requests") % 100, 100))
    print(f"A tab with the IMEIs open makes {quiet} requests a minute, and {busy} while somebody moves.")
    assert quiet <= 5, f"{quiet} requests a minute"
    assert busy <= 20, f"{busy} requests a minute"


SCENARIOS = (
    a_quiet_tab,
    never_asks, scan_forty, another_person, one_phone_twice, two_imeis_each, a_scan_for_nobody, change_an_imei, what_is_shown_is_sent,
)
