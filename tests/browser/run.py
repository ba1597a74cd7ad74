"""Plays a scenario in a headless browser.

usage: run.py SCENARIO < FACTS

FACTS is one JSON object: `api`, the console's address; `browser`, the executable; `artefacts`, where pictures go; and what the
scenario needs. It ends with 0, or says what was otherwise than expected and ends with 1; then there is a picture of each page.
"""

import json
import sys

import access
import attention
import imeis
import orders
import scanning
import settings
import views
from console import staged

SCENARIOS = {
    scenario.__name__: scenario
    for module in (access, attention, imeis, orders, scanning, settings, views)
    for scenario in module.SCENARIOS
}


def main():
    """Plays the scenario that was asked for."""
    name = sys.argv[1]
    with staged(json.load(sys.stdin)) as stage:
        try:
            SCENARIOS[name](stage)
            assert not stage.problems, "\n".join(stage.problems)
        except Exception as error:
            stage.keep_pages(name)
            places = ", ".join(page.url for page in stage.pages)
            sys.exit(f"{name}: {type(error).__name__}: {error}\nat {places}; pictures: {stage['artefacts']}")


if __name__ == "__main__":
    main()
