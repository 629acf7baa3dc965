"""The published schemas of generated content and of its briefs: `python -m workers.world_designer.schemas` writes them.

The models are the one place where the fields stand; a test compares the files with them.
"""

import json
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel

from contracts.generators import BRIEFS, EXAMPLES
from workers.world_designer.content.registry import GENERATORS, generate

FOLDER: Final = Path(__file__).parents[2] / "contracts" / "v1"
BASE: Final = "https://api.dma.com/schemas/v1/"
EXAMPLE_SEED: Final = 7
EXAMPLE_VERSION: Final = "0123456789ab"
"""In the examples, so that a new word does not change every file."""


def published() -> dict[Path, dict[str, Any]]:
    """Every schema by the file it stands in: what each kind takes, and what it makes."""
    found = {}
    for kind, generator in GENERATORS.items():
        brief = _draft_07(BRIEFS[kind], f"briefs/{kind}", mode="validation")
        found[FOLDER / "briefs" / f"{kind}.json"] = brief | {"examples": [EXAMPLES[kind]]}
        made = generate(kind, EXAMPLES[kind], EXAMPLE_SEED).record.model_dump(mode="json")
        record = _draft_07(generator.record, f"content/{kind}", mode="serialization")
        found[FOLDER / "content" / f"{kind}.json"] = record | {"examples": [made | {"data_version": EXAMPLE_VERSION}]}
    return found


def as_text(schema: dict[str, Any]) -> str:
    """A schema as it stands in its file."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _draft_07(model: type[BaseModel], name: str, *, mode: Any) -> dict[str, Any]:
    """The model's schema in the draft of our contracts, with the id of its place."""
    schema = model.model_json_schema(mode=mode, ref_template="#/definitions/{model}")
    definitions = {"definitions": schema.pop("$defs")} if "$defs" in schema else {}
    schema.setdefault("required", [])
    head = {"$schema": "http://json-schema.org/draft-07/schema#", "$id": f"{BASE}{name}.json"}
    changed: dict[str, Any] = _with_old_tuples(head | schema | definitions)
    return changed


def _with_old_tuples(schema: Any) -> Any:
    """Draft 7 writes a list of fixed places as `items`, where newer drafts write `prefixItems`."""
    if isinstance(schema, dict):
        changed = {name: _with_old_tuples(value) for name, value in schema.items() if name != "prefixItems"}
        return changed | {"items": _with_old_tuples(schema["prefixItems"])} if "prefixItems" in schema else changed
    return [_with_old_tuples(value) for value in schema] if isinstance(schema, list) else schema


def main() -> None:
    """Write every file anew."""
    for path, schema in published().items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(as_text(schema), encoding="utf-8")


if __name__ == "__main__":
    main()
