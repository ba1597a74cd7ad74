"""Tells schemathesis what the API's document cannot say: which partners and orders exist, which version is current, what
an order allows now, and what an IMEI's check digit is. It changes only requests that are meant to be valid. Without it few of
them would be.

Environment variables: SHIPCONFIRM_TOKEN, and SCHEMATHESIS_EXAMPLES for a long run.
"""

import json
import os
from itertools import count
from pathlib import Path
from urllib.parse import quote

import requests
import schemathesis
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation import GenerationMode
from schemathesis.generation.meta import TestPhase

# What tests/acceptance/schema.rs makes before the run: a partner at each channel, and the same orders at each of them.
DOCUMENT = Path(__file__).parents[2] / "functions/settings-api/openapi.json"
CHANNELS = json.loads(DOCUMENT.read_text())["components"]["schemas"]["Channel"]["enum"]
PARTNERS = {channel: "schema-" + channel.replace("_", "-") for channel in CHANNELS}
EXISTING = {
    "partner": list(PARTNERS.values()),
    "order": ["schema-1", "schema-2", "schema-3", "schema-4"],
    "item": ["1"],
    "number": ["SCHEMA0001", "SCHEMA0002", "SCHEMA0003", "SCHEMA0004"],
}

# The name that schemathesis gives to a header or parameter that the document does not list.
UNKNOWN_NAME = "x-schemathesis-unknown-property"
# A partner's body has a form for each channel, so it has as many boundary values as all other operations together. A short run tries
# one of this many.
PARTNER_THINNING = 8

is_long_run = "SCHEMATHESIS_EXAMPLES" in os.environ
partner_cases = {mode: count() for mode in GenerationMode}
turns = count()


@schemathesis.hook
def filter_case(context, case):
    """Leaves out cases that show nothing, and most boundary values of a partner in a short run."""
    # A server must ignore unknown headers, so they make no request wrong (RFC 9110, section 5.1).
    if case.headers and UNKNOWN_NAME in case.headers:
        return False
    is_partner = context.operation.label == "PUT /partners/{partner}"
    if is_long_run or not is_partner or case.meta.phase.name is not TestPhase.COVERAGE:
        return True
    return next(partner_cases[case.meta.generation.mode]) % PARTNER_THINNING == 0


@schemathesis.hook
def before_call(context, case, kwargs):
    """Makes a request valid that is meant to be."""
    if case.meta is None:
        return
    path = case.meta.components.get(ParameterLocation.PATH)
    if path and path.mode.is_positive and case.meta.phase.name is TestPhase.COVERAGE and mostly():
        turn = next(turns)
        case.path_parameters = {name: EXISTING[name][turn % len(EXISTING[name])] for name in case.path_parameters}
    make_valid = MAKE_VALID.get(context.operation.label)
    if make_valid and case.meta.generation.mode.is_positive:
        make_valid(case)


def mostly():
    """True three times of four. The fourth request stays as it is, because wrong ids and old versions must be answered too."""
    return next(turns) % 4 != 3


GROUP = ("partner_id", "reason", "day")


def one_question(case):
    """A request has one of `attention`, `imeis` and `search`; `imeis` stands alone, and a search has no cursor. A group has a cursor of its own list."""
    query = dict(case.query or {})
    if "imeis" in query:
        case.query = {"imeis": query["imeis"]}
        return
    if "search" in query:
        for name in ("attention", "cursor", *GROUP):
            query.pop(name, None)
    else:
        query["attention"] = "true"
    case.query = query
    a_whole_group(case)
    if "reason" in case.query:
        case.query.pop("cursor", None)


def a_whole_group(case):
    """A group is named by all three parameters, or by none."""
    query = dict(case.query or {})
    if not all(name in query for name in GROUP):
        for name in GROUP:
            query.pop(name, None)
    case.query = query


def a_cursor_of_its_own_list(case):
    """The list of phones that lack an IMEI stands alone, and has its own cursors, which the document cannot give."""
    query = dict(case.query or {})
    if "imeis" in query:
        query.pop("cursor", None)
        query.pop("state", None)
    case.query = query


def a_timing_of_the_channel(case):
    """`never` is for Amazon only."""
    if case.query["timing"] == "never":
        case.path_parameters["partner"] = PARTNERS["amazon"]


def settings_of_the_channel(case):
    """`never` and `verify` are for Amazon only, `missing_imei` for Back Market, business days for Groupon, to send without a movement
    for neither Groupon nor UntilGone; `stops` is for `never`, and `send_after` by hours alone."""
    own = [
        ("amazon", ("verify",), case.body["timing"] == "never"),
        ("back_market", ("missing_imei",), "missing_imei" in case.body),
        ("groupon", ("sla_days", "closed_days"), "sla_days" in case.body or "closed_days" in case.body),
        ("amazon", ("verify",), "verify" in case.body),
        ("ebay", (), True),
    ]
    channel, fields, _ = next(row for row in own if row[2])
    for name in {"verify", "missing_imei", "sla_days", "closed_days"} - set(fields):
        case.body.pop(name, None)
    case.path_parameters["partner"] = PARTNERS[channel]
    if case.body["timing"] != "never":
        case.body.pop("stops", None)
    if channel == "groupon":
        case.body.pop("or_after_hours", None)
        case.body.pop("deadline", None)
    if isinstance(case.body.get("send_after"), dict):
        # The partners of this test have no time zone, which days and times of the day are read in.
        case.body["send_after"] = {"hours": case.body["send_after"].get("hours") or 1}
    if mostly():
        of_the_current_version(case)


def to_change_or_to_register(case):
    """A request has one of the two headers, a registration has credentials, and a partner's channel never changes."""
    headers = case.headers or {}
    if "If-None-Match" in headers:
        if "If-Match" not in headers and "credentials" in case.body:
            return
        del headers["If-None-Match"]
        headers.setdefault("If-Match", '"1"')
    if headers.get("If-Match") and mostly():
        case.path_parameters["partner"] = PARTNERS[case.body["channel"]]
        of_the_current_version(case)


def of_the_current_version(case):
    """A change names the current version."""
    found = read(case, "partners", case.path_parameters["partner"])
    if found.ok:
        case.headers["If-Match"] = found.headers["ETag"]


def pairs_of_the_channel(case):
    """Words have a letter or a digit, no two pairs are for the same words, and a code is one that each channel's form allows."""
    for place, pair in enumerate(case.body["pairs"]):
        pair["carrier"] = f"Carrier {place}"
        pair["code"] = f"Code{place}"
        if "service" in pair:
            pair["service"] = f"Service {place}"
    found = read(case, "partners", case.path_parameters["partner"], "carriers")
    if found.ok and mostly():
        case.headers["If-Match"] = found.headers["ETag"]


def a_carrier_that_is_not_listed(case):
    """A carrier is put aside that labels of the partner name: tests/acceptance/schema.rs has one at Amazon."""
    if mostly():
        case.path_parameters["partner"] = PARTNERS["amazon"]
        case.body["carrier"] = "Kestrel Couriers"


def of_the_order_as_it_is(case):
    """A request that names a version names the order's current one. `*` stays, because it means any version."""
    named = (case.headers or {}).get("If-Match")
    path = case.path_parameters
    if named and named != "*" and mostly():
        order = read(case, "partners", path["partner"], "orders", path["order"])
        if order.ok:
            weak = "W/" if named.startswith("W/") else ""
            case.headers["If-Match"] = weak + order.headers["ETag"]


def what_can_be_done(case):
    """The action is one that the order offers, if it offers any."""
    path = case.path_parameters
    order = read(case, "partners", path["partner"], "orders", path["order"])
    packages = order.json()["packages"] if order.ok else []
    possible = [(package["package_id"], action) for package in packages for action in package["actions"]]
    if possible and mostly():
        package, action = possible[next(turns) % len(possible)]
        case.body = {"package_id": package, "action": action["action"], "reason": case.body["reason"]}
        if action["action"] == "resolve":
            case.body |= {"resolution": action["resolution"], "evidence": "Seen there."}
        if action["action"] == "use_label":
            case.body |= {name: action[name] for name in ("label_id", "event_id")}
    of_the_order_as_it_is(case)


def imeis_of_phones(case):
    """Each IMEI has its right check digit (Luhn; 3GPP TS 23.003, annex B). Only Back Market takes IMEIs."""

    def with_check_digit(imei):
        doubled = [int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(imei[:14])]
        return imei[:14] + str(-sum(value // 10 + value % 10 for value in doubled) % 10)

    case.body["imeis"] = list(dict.fromkeys(map(with_check_digit, case.body["imeis"])))
    if mostly():
        case.path_parameters["partner"] = PARTNERS["back_market"]
    of_the_order_as_it_is(case)


def read(case, *path):
    """Reads a path of the API."""
    address = "/".join([case.operation.base_url.rstrip("/"), *(quote(part, safe="") for part in path)])
    token = {"Authorization": f"Bearer {os.environ['SHIPCONFIRM_TOKEN']}"}
    return requests.get(address, headers=token, timeout=30)


MAKE_VALID = {
    "GET /partners/{partner}/orders": a_cursor_of_its_own_list,
    "GET /orders": one_question,
    "GET /attention/actions": a_whole_group,
    "GET /partners/{partner}/settings/effect": a_timing_of_the_channel,
    "PUT /partners/{partner}": to_change_or_to_register,
    "PUT /partners/{partner}/settings": settings_of_the_channel,
    "PUT /partners/{partner}/carriers": pairs_of_the_channel,
    "POST /partners/{partner}/carriers/aside": a_carrier_that_is_not_listed,
    "POST /partners/{partner}/orders/{order}/actions": what_can_be_done,
    "PUT /partners/{partner}/orders/{order}/items/{item}/imeis": imeis_of_phones,
}
