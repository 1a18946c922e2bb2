"""Who presses 1 is told that they have it, and may still say on the same call that they cannot go."""

from __future__ import annotations

from hub.escalation import answers
from hub.escalation.answers import Responder
from simulators.telephones.person import OnCall
from tests.answers_rig import heard, in_english, kinds, person, standing
from tests.hub_rig import NO_ANSWER, PRESSES_1, PRESSES_2, VOICEMAIL, HubRig
from tests.village import CENTRE, DAUGHTER, SON, STATION, fall

CHANGES_HER_MIND = OnCall(does="answer", after=1, keys=((1.0, "1"), (1.0, "2")))


def test_who_presses_1_hears_that_they_have_taken_it(hub: HubRig) -> None:
    in_english(hub)
    person(hub, DAUGHTER, "王芳", PRESSES_1)
    alert = hub.finding(fall())
    hub.until(lambda: "Press 2 if you cannot go after all" in heard(hub, DAUGHTER), "the confirmation")
    assert "You have taken this alert; nobody else is called." in heard(hub, DAUGHTER)
    row = hub.alert(alert)
    assert (row["status"], row["acknowledged_by"]) == ("acknowledged", "王芳")
    assert (row["answered_at"], row["answered_tier"]) == (hub.clock.now(), "home")
    assert standing(hub, alert) == [("王芳", "voice", True)]
    assert hub.called() == [DAUGHTER]


def test_who_presses_2_is_thanked_and_the_next_person_is_called_at_once(hub: HubRig) -> None:
    in_english(hub)
    person(hub, DAUGHTER, "王芳", PRESSES_2)
    person(hub, SON, "王强", PRESSES_1)
    alert = hub.finding(fall())
    hub.until(lambda: hub.alert(alert)["acknowledged_by"] == "王强", "the son takes it")
    assert "We are calling the next person." in heard(hub, DAUGHTER)
    assert hub.called() == [DAUGHTER, SON]


def test_who_took_it_and_cannot_go_after_all_is_replaced_at_once(hub: HubRig) -> None:
    in_english(hub)
    person(hub, DAUGHTER, "王芳", CHANGES_HER_MIND)
    person(hub, SON, "王强", PRESSES_1)
    alert = hub.finding(fall())
    hub.until(lambda: hub.alert(alert)["acknowledged_by"] == "王强", "the son takes it")
    assert "Understood: you cannot go. We are calling the next person now." in heard(hub, DAUGHTER)
    assert standing(hub, alert) == [("王强", "voice", True), ("王芳", "voice", False)]
    assert hub.attempts(alert) == [("王芳", "declined"), ("王强", "answered")]
    assert kinds(hub, alert) == ["raised", "called", "acknowledged", "left", "called", "acknowledged"]
    assert hub.called() == [DAUGHTER, SON], "at the same instant: the clock stands still"
    assert hub.verdict(alert).ok


def test_who_gives_it_back_last_leaves_nobody_forgotten(hub: HubRig) -> None:
    """Everybody could go and then could not: the ladder goes on, it does not end."""
    for number, name in ((DAUGHTER, "王芳"), (SON, "王强")):
        person(hub, number, name, CHANGES_HER_MIND)
    person(hub, STATION, "值班", NO_ANSWER)
    alert = hub.finding(fall())
    hub.until(lambda: STATION in hub.called(), "the station is called")
    assert hub.alert(alert)["status"] == "triggered"
    assert hub.called()[:3] == [DAUGHTER, SON, STATION]


def test_when_everybody_was_called_already_the_others_are_called_at_once(hub: HubRig) -> None:
    """Who takes it back is not the first to be called anew, and nobody waits for the pause between rounds."""
    hub.telephones.person(DAUGHTER, "王芳", [VOICEMAIL])
    hub.telephones.person(SON, "王强", [VOICEMAIL, PRESSES_1])
    hub.telephones.person(STATION, "值班", [VOICEMAIL])
    hub.telephones.person(CENTRE, "河口", [VOICEMAIL])
    alert = hub.finding(fall())
    hub.until(lambda: hub.called() == [DAUGHTER, SON, STATION, CENTRE], "everybody is called")
    took = Responder("王芳", "sms", "wang-fang")
    with hub.pool.connection() as connection:
        answers.acknowledge(connection, alert, took, hub.clock.now())
        answers.cannot(connection, alert, took, hub.clock.now())
    hub.until(lambda: hub.alert(alert)["acknowledged_by"] == "王强", "the son is called at once and takes it")
    assert hub.called()[4:] == [SON]
