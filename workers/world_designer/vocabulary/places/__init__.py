"""Places: what kinds there are, whose they are, and the mood they are in."""

from workers.world_designer.vocabulary.places.built import BUILT
from workers.world_designer.vocabulary.places.cultures import CULTURE_LIST
from workers.world_designer.vocabulary.places.forms import Culture, Kind, Mood
from workers.world_designer.vocabulary.places.moods import MOOD_LIST
from workers.world_designer.vocabulary.places.settled import SETTLED
from workers.world_designer.vocabulary.places.wild import WILD

KINDS: dict[str, Kind] = {kind.key: kind for kind in (*BUILT, *SETTLED, *WILD)}
CULTURES: dict[str, Culture] = {culture.key: culture for culture in CULTURE_LIST}
MOODS: dict[str, Mood] = {mood.key: mood for mood in MOOD_LIST}

__all__ = ["CULTURES", "KINDS", "MOODS", "Culture", "Kind", "Mood"]
