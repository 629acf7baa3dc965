"""Let somebody in where there is no ready line: `python -m api.grant user:anna [--address https://dma.example]`.

Prints a one-time code that signs the console in, and the campaign that is made for who has none. Run it where the
API's settings are set, such as `docker compose exec api python -m api.grant user:anna`.
"""

import argparse
import re
import sys
from collections.abc import Sequence
from uuid import UUID

from core.errors import EXIT_CONFIGURATION, ConfigurationError, DmaError
from core.locate import service_urls
from core.settings import load_settings
from store.auth_tokens import create_login_code
from store.campaigns import create_campaign, list_campaigns
from store.database import Database, Transaction

_PRINCIPAL = re.compile(r"user:[a-z0-9][a-z0-9._-]{0,99}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the code; 78 for a wrong setting or name, 1 when Postgres does not answer."""
    parser = argparse.ArgumentParser(prog="python -m api.grant")
    parser.add_argument("principal", help="user: and a name of lower-case letters, digits, dots, dashes")
    parser.add_argument("--address", default="http://127.0.0.1:8000", help="where the console is reached")
    options = parser.parse_args(arguments)
    try:
        if not _PRINCIPAL.fullmatch(options.principal):
            raise ConfigurationError("the name must look like user:anna")
        code, campaign_id = _grant(options.principal)
    except ConfigurationError as error:
        print(error, file=sys.stderr)  # noqa: T201 - it speaks to the person at the terminal
        return EXIT_CONFIGURATION
    except DmaError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1
    print(f"{options.address}/#code={code}\n(good once, within 10 minutes; campaign {campaign_id})")  # noqa: T201
    return 0


def _grant(principal: str) -> tuple[str, UUID]:
    database = Database(service_urls(load_settings()).database_url, application_name="dma-grant", max_size=1)
    database.open()
    try:
        with database.transaction() as tx:
            return create_login_code(tx, principal), _campaign(tx, principal)
    finally:
        database.close()


def _campaign(tx: Transaction, principal: str) -> UUID:
    page = list_campaigns(tx, principal, limit=1)
    if page.items:
        return page.items[0].id
    return create_campaign(tx, name="My campaign", principal=principal).id


if __name__ == "__main__":
    sys.exit(main())
