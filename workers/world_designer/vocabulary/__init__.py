"""The words the World Designer works with, written for this project. Rule-book numbers stand in rules/tables/ alone."""


def words(text: str) -> tuple[str, ...]:
    """The words of a text; a list of words reads better without a forest of quotes."""
    return tuple(text.split())
