"""Each role includes those before it."""

import pytest

from store.campaigns import Role


@pytest.mark.parametrize(
    ("held", "included"),
    [
        (Role.READER, {Role.READER}),
        (Role.EDITOR, {Role.READER, Role.EDITOR}),
        (Role.OWNER, {Role.READER, Role.EDITOR, Role.OWNER}),
    ],
)
def test_a_role_includes_itself_and_the_lesser_ones(held: Role, included: set[Role]) -> None:
    assert included == {role for role in Role if held.includes(role)}
