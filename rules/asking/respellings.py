"""Step 1, before the words are cut: spellings of children, dialects and old books, put as they are usually written."""

import re
from functools import cache

from rules.asking.lexicon import read_list

_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?")
_PHRASES = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"\bah'm\b", "i am"),
        (r"\bdose (?=(?:he|she|it|they|the|my|a|an|i|that|this|you|we)\b)", "does "),
        (r"\bhauf ae\b", "half of"),
        (r"\baye or (?=no\b|nay\b|naw\b|nae\b)", "yes or "),
        (r"\b(?:a |the )?hole day\b", "a whole day"),
        (r"\bmore good\b", "better"),
        (r"\bmore (fast|quick|slow|cheap|strong|weak|light|long|high|low)\b", r"\1er"),
        (r"\bmine (?=(?:holy|own|apprentice|hero|sword|shield|priest|mage|ranger|thief|companion|enemy|foe)\b)", "my "),
    )
)
_OLD_VERB = re.compile(r"\b([a-z]{3,}[^\Wi])eth\b")
_NEEDS_E = ("r", "m", "g", "v", "c", "s", "z", "sh", "ch")


def with_usual_spelling(text: str) -> str:
    """A question in small letters with each respelled word as it is usually written: `meny minits`, `baith hauns`."""
    for pattern, replacement in _PHRASES:
        text = pattern.sub(replacement, text)
    if "eth" in text:
        text = _OLD_VERB.sub(_present, text)
    return _WORD.sub(_usual, text)


def _usual(found: re.Match[str]) -> str:
    return _respellings().get(found.group(), found.group())


def _present(found: re.Match[str]) -> str:
    """`Passeth`, `dealeth` with the ending of today."""
    stem = found.group(1)
    return f"{stem}{'es' if stem.endswith(_NEEDS_E) else 's'}"


@cache
def _respellings() -> dict[str, str]:
    return {form: word for word, forms in read_list("respellings.txt").items() for form in forms}
