"""Load the demo campaign into the running installation: `make demo`, or `python -m workers.scribe.demo`."""

import argparse
import sys
from collections.abc import Sequence

from core.errors import EXIT_CONFIGURATION, ConfigurationError, DmaError
from core.ids import parse_id
from core.locate import service_urls
from core.settings import load_settings
from store.database import Database
from workers.scribe.demo.loading import DemoCampaign, load_demo


def main(arguments: Sequence[str] | None = None) -> int:
    """Load it and say where; 78 for a wrong setting or id, 1 when Postgres does not answer."""
    parser = argparse.ArgumentParser(prog="python -m workers.scribe.demo")
    parser.add_argument("--principal", default="user:dm", help="who will own it")
    parser.add_argument("--campaign", help="the id of a campaign to load it into, instead of one of its own")
    options = parser.parse_args(arguments)
    try:
        demo = _load(options.principal, options.campaign)
    except ConfigurationError as error:
        sys.stderr.write(f"{error}\n")
        return EXIT_CONFIGURATION
    except DmaError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    entities, relations = demo.loaded.entities, demo.loaded.relations
    sys.stdout.write(
        f"{demo.name} (campaign {demo.campaign_id})\n"
        f"{entities.created} entities and {relations.created} relations are new, {entities.changed} and"
        f" {relations.changed} were brought back, {entities.unchanged} and {relations.unchanged} were there.\n"
    )
    return 0


def _load(principal: str, campaign: str | None) -> DemoCampaign:
    campaign_id = parse_id(campaign) if campaign is not None else None
    if campaign is not None and campaign_id is None:
        raise ConfigurationError("--campaign must be the id of a campaign, a UUID")
    database = Database(service_urls(load_settings()).database_url, application_name="dma-demo", max_size=1)
    database.open()
    try:
        with database.transaction() as tx:
            return load_demo(tx, principal, campaign_id=campaign_id)
    finally:
        database.close()


if __name__ == "__main__":
    sys.exit(main())
