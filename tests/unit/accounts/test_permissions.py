"""Who may do what, as one table that can be read."""

from __future__ import annotations

from hub.accounts.permissions import MAY, ROLES, Account, Action, may, sees_everything, sees_organisation


def account(role: str, organisation: str | None = None) -> Account:
    return Account(id="u", login="u", name="U", role=role, organisation_id=organisation)  # type: ignore[arg-type]


def test_the_table_names_every_role_and_an_administrator_may_do_everything() -> None:
    assert set(MAY) == set(ROLES)
    assert MAY["administrator"] == set(Action)


def test_every_role_can_answer_an_alert() -> None:
    assert all(may(account(role), Action.ANSWER_ALERTS) for role in ROLES)


def test_people_and_what_was_refused_are_the_administrators_alone() -> None:
    for action in (Action.EDIT_USERS, Action.VIEW_OPERATIONS, Action.EDIT_ORGANISATIONS):
        assert [role for role in ROLES if may(account(role), action)] == ["administrator"]


def test_scope_follows_the_role() -> None:
    assert [role for role in ROLES if sees_everything(account(role, "dongjie"))] == ["administrator"]
    assert [role for role in ROLES if sees_organisation(account(role, "dongjie"))] == [
        "operator",
        "supervisor",
    ]
    assert not sees_organisation(account("operator"))
