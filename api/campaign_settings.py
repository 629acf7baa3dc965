"""The settings of a campaign: well formed they are by their model, here it is told whether there are such rules."""

from collections.abc import Mapping
from typing import Any

from api.campaign_models import CampaignSettings
from core.errors import FieldError, InvalidInput
from rules import default_rulebook
from rules.errors import RuleError
from rules.house_rules import read_house_rules
from rules.optional_rules import OPTIONAL_RULES
from rules.suggestions import nearest_first


def checked_settings(settings: CampaignSettings) -> dict[str, Any]:
    """The settings as they are stored: what is empty is left out, for it is the book's.

    Raises:
        InvalidInput: There is no such rule, or it does not take this; the field is named (422).
    """
    unknown = [
        FieldError(f"settings.optional_rules.{name}"[:200], f"Must be left out: there are {', '.join(OPTIONAL_RULES)}")
        for name in settings.optional_rules
        if name not in OPTIONAL_RULES
    ]
    if unknown:
        raise InvalidInput("There is no such optional rule", fields=unknown)
    try:
        read_house_rules(settings.house_rules, default_rulebook())
    except RuleError as error:
        allowed = FieldError(f"settings.{error.field}"[:200], f"Must be {nearest_first(error, 190)}")
        raise InvalidInput("A house rule is not valid", fields=[allowed]) from error
    return {name: value for name, value in settings.model_dump().items() if value}


def settings_json(stored: Mapping[str, Any]) -> dict[str, Any]:
    """The settings as they are answered."""
    return {name: stored.get(name, {}) for name in CampaignSettings.model_fields}
