"""Plays a scenario in a headless browser.

usage: run.py SCENARIO < FACTS

FACTS is one JSON object: `api`, the console's address; `browser`, the path of the executable; `artefacts`, the folder for
pictures; and what the scenario needs. The script exits with 0. If something is not as expected, it prints that, saves a
picture of each page, and exits with 1.
"""

import json
import sys

import access
import attention
import carriers
import imeis
import labels
import orders
import pause
import scanning
import settings
import views
from console import staged

SCENARIOS = {
    scenario.__name__: scenario
    for module in (access, attention, carriers, imeis, labels, orders, pause, scanning, settings, views)
    for scenario in module.SCENARIOS
}


def main():
    """Plays the scenario that the command line names."""
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
