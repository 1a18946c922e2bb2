"""What the pages call things: every fixed word of the trade, marked for translation. Tables only."""

from __future__ import annotations

from typing import Final

from hub.language import N_

SEVERITY: Final = {"emergency": N_("Emergency"), "warning": N_("Warning"), "advice": N_("Advice")}

RISK: Final = {
    "sos": N_("Call for help"),
    "fall": N_("Fall"),
    "fall_suspected": N_("Perhaps a fall"),
    "smoke": N_("Smoke"),
    "co": N_("Carbon monoxide"),
    "gas": N_("Gas"),
    "leak": N_("Water leak"),
    "tamper": N_("Sensor opened"),
    "inactivity": N_("No movement"),
    "night_exit": N_("Left home at night"),
    "not_up": N_("Not up yet"),
    "long_bathroom": N_("Long in the bathroom"),
    "night_out_of_bed": N_("Out of bed at night, not seen"),
    "night_wandering": N_("Walking about at night"),
    "decline": N_("Change over weeks"),
    "door_open": N_("Door left open"),
    "cold": N_("Too cold"),
    "hot": N_("Too hot"),
    "home_silent": N_("Home not reporting"),
    "device_silent": N_("Sensor not reporting"),
    "power_cut": N_("Power cut"),
    "area_silent": N_("An area's homes fall silent"),
    "area_power_cut": N_("Power cut of an area"),
    "needs_overdue": N_("Requests past their time"),
    "nobody_verified": N_("Nobody verified is reached"),
    "rota_gap": N_("Nobody on duty"),
    "number_check": N_("Test call"),
    "drill": N_("Drill"),
}

STATUS: Final = {
    "triggered": N_("Nobody has taken it"),
    "acknowledged": N_("Acknowledged"),
    "on_the_way": N_("On the way"),
    "on_site": N_("On site"),
    "resolved": N_("Resolved"),
}

OUTCOME: Final = {
    "real": N_("It was real; help was given"),
    "false": N_("False alarm"),
    "self_ok": N_("Spoke to the resident: all is well"),
    "test": N_("A test"),
    "cleared": N_("Over by itself"),
}
#: What a person may choose; `cleared` is said by the sensors.
CHOICES: Final = ("real", "self_ok", "false", "test")

#: Why an alarm was false; the list is `hub.alerts.stages.CAUSES`.
CAUSE: Final = {
    "accidental_press": N_("Pressed by accident"),
    "test_press": N_("Somebody tried the button"),
    "sat_down_quickly": N_("Sat or lay down quickly"),
    "object_fell": N_("A thing fell"),
    "pet": N_("A pet"),
    "visitor": N_("A visitor"),
    "cooking_steam": N_("Steam or smoke of cooking"),
    "slept_late": N_("Slept longer than usual"),
    "resident_away": N_("Nobody was at home"),
    "sensor_moved": N_("The sensor was moved or fell down"),
    "sensor_fault": N_("The sensor is faulty"),
    "line_fault": N_("Power or network failed"),
    "other": N_("Something else"),
}

#: What makes a false alarm of each sort as a rule: these are offered first.
_LIKELY: Final = {
    "sos": ("accidental_press", "test_press", "pet", "visitor"),
    "fall": ("sat_down_quickly", "object_fell", "pet", "visitor", "sensor_fault"),
    "smoke": ("cooking_steam", "test_press", "sensor_fault"),
    "co": ("sensor_fault", "test_press"),
    "gas": ("cooking_steam", "sensor_fault", "test_press"),
    "leak": ("sensor_moved", "sensor_fault"),
    "tamper": ("sensor_moved", "object_fell", "visitor"),
    "inactivity": ("slept_late", "resident_away", "sensor_fault", "sensor_moved"),
    "night_exit": ("visitor", "resident_away", "sensor_fault"),
    "door_open": ("visitor", "sensor_moved", "sensor_fault"),
    "home_silent": ("line_fault", "sensor_fault"),
    "device_silent": ("line_fault", "sensor_fault", "sensor_moved"),
    "power_cut": ("line_fault",),
}


def causes_for(risk: str) -> list[str]:
    """Return every cause of a false alarm, the likely ones of this risk first."""
    first = _LIKELY.get("fall" if risk == "fall_suspected" else risk, ())
    return [*first, *(cause for cause in CAUSE if cause not in first)]


RISK_BAND: Final = {"low": N_("Low"), "raised": N_("Raised"), "high": N_("High")}

HOME_STATE: Final = {
    "emergency": N_("Emergency"),
    "warning": N_("Warning"),
    "unknown": N_("Unknown"),
    "advice": N_("Advice"),
    "calm": N_("All quiet"),
    "commissioning": N_("Being commissioned"),
    "paused": N_("Paused"),
}
#: Said beside the state of a home that is not live, wherever it is shown.
UNWATCHED: Final = {
    "commissioning": N_("nobody is called yet"),
    "paused": N_("nobody is called"),
}

HOME_STATUS: Final = {
    "commissioning": N_("Being commissioned"),
    "live": N_("Live"),
    "paused": N_("Paused"),
}

ATTEMPT: Final = {
    "queued": N_("waiting"),
    "sending": N_("dialling"),
    "unknown": N_("asking the carrier"),
    "accepted": N_("dialling"),
    "ringing": N_("ringing"),
    "talking": N_("on the line"),
    "sent": N_("sent"),
    "delivered": N_("delivered"),
    "answered": N_("took it"),
    "declined": N_("cannot go"),
    "unanswered": N_("no answer"),
    "voicemail": N_("voicemail"),
    "busy": N_("busy"),
    "failed": N_("failed"),
    "withdrawn": N_("withdrawn"),
    "found": N_("found at the carrier"),
    "retired": N_("is used no longer"),
    "not_taken": N_("never reached the carrier"),
    "refused": N_("refused"),
    "owed_again": N_("is sent once more"),
    "given_back": N_("was another's call"),
    "was_anothers": N_("was taken for another's"),
}

#: Why a try failed, where the hub itself knows; a provider's own codes are shown as they are.
ERROR: Final = {
    "no_provider": N_("no telephone provider is set"),
    "emergency_number": N_("an emergency service is never dialled by the hub"),
    "unknown": N_("never reached the carrier"),
    "no_route": N_("no provider that is set reaches this number"),
    "landline": N_("a landline takes no messages"),
    "limit": N_("it has rung often enough for now"),
    "limit_reached": N_("the carrier takes no more to this number for now"),
    "no_connection": N_("the provider could not be reached"),
    "gone": N_("the device takes no more messages"),
    "host_not_allowed": N_("the hub may not write to this server"),
}

CHANNEL: Final = {
    "voice": N_("Call"),
    "sms": N_("Text message"),
    "email": N_("E-mail"),
    "push": N_("Push message"),
    "chat": N_("Chat message"),
}

#: What somebody sees of a home.
SIGHT: Final = {
    "alerts": N_("alerts, their files, and whether somebody is up"),
    "day": N_("the day, room by room"),
    "habits": N_("habits, trends and what is at stake"),
    "people": N_("who is called, with their numbers"),
    "needs": N_("what was asked for"),
    "visits": N_("visits"),
    "key": N_("where the key is"),
    "health": N_("facts about health, where agreed"),
}
RECEIVER: Final = {
    "family": N_("the family"),
    "station": N_("the station"),
    "area": N_("the offices above the station"),
    "program": N_("programs of others"),
}
CONTACT_ROLE: Final = {
    "resident": N_("Resident"),
    "family": N_("Family"),
    "neighbour": N_("Neighbour"),
    "volunteer": N_("Volunteer"),
    "doctor": N_("Doctor"),
    "duty": N_("On duty"),
}

ROLE: Final = {
    "family": N_("Family"),
    "operator": N_("Operator"),
    "supervisor": N_("Supervisor"),
    "integrator": N_("Integrator"),
    "administrator": N_("Administrator"),
}

STEP: Final = {
    "resident": N_("The resident"),
    "family": N_("Family"),
    "neighbours": N_("Neighbours"),
    "doctor": N_("Doctor"),
    "station": N_("Station"),
    "centre": N_("Township centre"),
    "county": N_("County platform"),
}
#: Whom a step of a plan may mean.
PLAN_WHO: Final = {"resident": STEP["resident"], "home": N_("The home's own people")} | STEP

KIND: Final = {
    "sos": N_("help button"),
    "fall": N_("fall"),
    "fall_suspected": N_("perhaps a fall"),
    "smoke": N_("smoke"),
    "co": N_("carbon monoxide"),
    "gas": N_("gas"),
    "leak": N_("water"),
    "tamper": N_("case opened"),
    "smoke_test": N_("smoke alarm test"),
    "motion": N_("movement"),
    "presence": N_("presence"),
    "contact": N_("door or window"),
    "bed": N_("bed"),
    "vibration": N_("vibration"),
    "appliance": N_("appliance"),
    "button": N_("button"),
    "call": N_("request"),
    "temperature": N_("temperature"),
    "humidity": N_("humidity"),
    "illuminance": N_("light"),
    "power": N_("power"),
    "missed_openings": N_("openings not heard"),
    "mains": N_("mains power"),
    "bridge": N_("sensor bridge"),
    "worn": N_("wearable worn"),
    "asked": N_("resident asked at home"),
    "well": N_("resident says all is well"),
    "siren": N_("siren"),
    "edge_call": N_("call made by the edge agent"),
}

CAPABILITY: Final = (
    N_("able"),
    N_("slightly dependent"),
    N_("moderately dependent"),
    N_("severely dependent"),
    N_("fully dependent"),
)

CIRCUMSTANCE: Final = {
    "lives_alone": N_("lives alone"),
    "empty_nest": N_("children live elsewhere"),
    "left_behind": N_("left behind in the village"),
    "disabled": N_("disabled"),
    "severe_disability": N_("severe disability"),
    "lost_only_child": N_("lost the only child"),
}

#: Groups that are called on at an interval of their own.
VISIT_GROUP: Final = {"high_risk": N_("eighty and on their own")} | CIRCUMSTANCE

URGENCY: Final = {
    "now": N_("Now"),
    "overdue": N_("Overdue"),
    "today": N_("Due today"),
    "asked": N_("They asked"),
    "soon": N_("Due soon"),
}

VISIT_KIND: Final = {"door": N_("At the door"), "phone": N_("By telephone"), "video": N_("By video")}

#: What a visitor looks at; `hub.care.visits.CHECKS`.
VISIT_CHECK: Final = {
    "health": N_("Health"),
    "spirits": N_("Spirits"),
    "safety": N_("Gas, water, power"),
    "cleanliness": N_("Cleanliness"),
    "surroundings": N_("House and surroundings"),
    "money": N_("Money"),
}

WHEREABOUTS: Final = {
    "home": N_("Lives at home"),
    "away": N_("Away for a while"),
    "hospital": N_("In hospital"),
    "moved": N_("Moved away"),
    "institution": N_("In a care home"),
    "deceased": N_("Deceased"),
}

#: What is followed over 30 days, as it is measured: hours of the clock, times a door opened and closed.
TREND: Final = {
    "activity": N_("Hours with movement"),
    "sleep": N_("Quiet hours at night"),
    "night_toilet": N_("Night hours with the bathroom in use"),
    "outings": N_("Front door opened and closed"),
}

NEED_KIND: Final = {
    "call_me": N_("Please call me"),
    "meals": N_("Meals"),
    "bathing": N_("Bathing"),
    "cleaning": N_("Cleaning"),
    "mobility": N_("Getting about"),
    "medical": N_("Seeing a doctor"),
    "emergency": N_("Urgent help"),
    "question": N_("A question"),
    "other": N_("Something else"),
}

NEED_STATE: Final = {
    "open": N_("waiting"),
    "taken": N_("taken"),
    "done": N_("done"),
    "passed_on": N_("passed to the township"),
    "declined": N_("declined"),
    "cancelled": N_("not wanted any more"),
}

#: What somebody says of what was done; `hub.care.needs.ANSWERS`.
NEED_ANSWER: Final = {"satisfied": N_("satisfied"), "partly": N_("partly"), "not": N_("not satisfied")}

NEED_SOURCE: Final = {
    "button": N_("by the green button"),
    "phone": N_("by telephone"),
    "web": N_("written down"),
    "visit": N_("on a visit"),
    "rule": N_("suggested by a rule, accepted by a human"),
}

#: Whom a human dials; the hub never does.
SERVICE: Final = {
    "ambulance": N_("Ambulance"),
    "fire": N_("Fire brigade"),
    "police": N_("Police"),
}

TIER: Final = {
    "station": N_("Station"),
    "centre": N_("Township centre"),
    "county": N_("County platform"),
}

#: Who answered an alert first; `unknown`: before that was written down.
ANSWERED_TIER: Final = {
    "home": N_("Family and neighbours"),
    "station": N_("Station"),
    "centre": N_("Township centre"),
    "county": N_("County platform"),
    "unknown": N_("Not recorded"),
}

#: Answer times against their targets.
TARGET: Final = {
    "answered_60": N_("Answered within 60 s"),
    "answered_180": N_("Answered within 180 s"),
    "arrived_45": N_("On site within 45 min"),
}
#: What is shown before a home is live; `hub.proof.commissioning.STEPS`.
SETUP_STEP: Final = {
    "home": N_("Who lives there, and where"),
    "people": N_("Whom to call"),
    "paired": N_("The box in the home is heard"),
    "sensors": N_("Every sensor has its place"),
    "walked": N_("Walk test: every sensor was triggered"),
    "tested": N_("A test alert was answered by a human"),
    "live": N_("Live"),
}

#: Where a sensor of a kind belongs, for whoever holds it in their hand.
PLACEMENT: Final = {
    "motion": N_("Two metres high in a corner, not towards a window or a radiator."),
    "presence": N_("Where somebody sits for long, with nothing between."),
    "contact": N_("On the frame and the leaf, less than a finger apart."),
    "smoke": N_("On the ceiling of hall and bedroom, not in the kitchen’s steam."),
    "co": N_("In the room with the stove or the boiler, at breathing height."),
    "gas": N_("In the kitchen: high for natural gas, low for bottled gas."),
    "leak": N_("On the floor under the sink and beside the washing machine."),
    "sos": N_("Beside the bed and in the bathroom, within reach from the floor."),
    "fall": N_("As its maker says, with a view of the whole floor."),
    "bed": N_("Under the mattress, at chest height."),
    "temperature": N_("In the living room, away from sun and heating."),
}

TIER_STANDING: Final = {
    "ready": N_("ready"),
    "unstaffed": N_("nobody on duty"),
    "offline": N_("does not answer"),
    "overloaded": N_("overloaded"),
    "slow": N_("slow"),
}

TARGET_SHORT: Final = {
    "answered_60": N_("≤ 60 s"),
    "answered_180": N_("≤ 180 s"),
    "arrived_45": N_("On site ≤ 45 min"),
}
STANDING: Final = {
    "none": N_("nothing to judge"),
    "kept": N_("kept"),
    "near": N_("about to be missed"),
    "missed": N_("missed"),
}

#: Why an alert of the coming two weeks would reach too few people.
LAPSE: Final = {
    "unreachable": N_("Nobody with a telephone is reached"),
    "unverified": N_("Nobody is reached at a proven number"),
    "rota_gap": N_("Nobody on duty"),
    "failing": N_("The last three calls to this number failed"),
    "single": N_("Only one proven person is reached"),
}

#: The lines of an alert's file.
ENTRY: Final = {
    "raised": N_("Alert raised"),
    "repeated": N_("Seen again by the sensors"),
    "graver": N_("Graver than it seemed: people are called anew"),
    "called": N_("Calling {contact}"),
    "informed": N_("Writing to {contact}"),
    "given": N_("{by} gave it to {to}"),
    "handed_over": N_("The tier above is called at its side"),
    "called_at_home": N_("The home itself called {contact}"),
    "well_at_home": N_("The resident said in the home that all is well"),
    "asked": N_("Asking {contact} how they are"),
    "attempt": N_("{contact}, {channel}: {status}"),
    "passed": N_("Passed on"),
    "nobody_reachable": N_("Nobody on the list can be called"),
    "policy_renewed": N_("The list of contacts was renewed"),
    "stalled": N_("Taken by {by}, but nothing followed: people are called again"),
    "key": N_("{contact} pressed key {digits}"),
    "acknowledged": N_("{by} took it"),
    "on_the_way": N_("{by} is on the way"),
    "on_site": N_("{by} is on site"),
    "resolved": N_("{by} resolved it: {outcome}"),
    "joined": N_("{by} took it; another person is still looked for"),
    "left": N_("{by} cannot go after all"),
    "told": N_("Telling {contact} what has become of it"),
    "wrote": N_("{contact} wrote: {text}"),
    "cleared": N_("The sensors say that it is over"),
    "held": N_("Held back"),
    "released": N_("Not held back any more"),
    "grouped": N_("Speaks for another alert of this home too"),
    "homes_joined": N_("Homes joined"),
    "joined_larger": N_("Part of the alert of a larger area"),
    "spared": N_("Spared a call to {contact}"),
    "digest": N_("Named in one message to {contact}"),
    "audited": N_("Nothing was on its way: it goes on now"),
    "resident": N_("{contact} was asked and has answered"),
    "asking_ended": N_("The resident is not asked any longer"),
    "recheck_due": N_("The sensors will be asked whether they agree"),
    "rechecked": N_("The sensors were asked whether they agree"),
    "raised_again": N_("A new alert was raised"),
    "contradicted": N_("{by} closed it although the sensors do not agree"),
}

PERSON_KIND: Final = {
    "resident": N_("lives here"),
    "contact": N_("is called"),
    "user": N_("may sign in"),
}
AUDIT: Final = {
    "view_home": N_("looked at the home"),
    "silence": N_("asked for silence"),
    "end_silence": N_("ended a silence"),
    "view_alert": N_("looked at an alert"),
    "view_events": N_("looked at the activity"),
    "view_contacts": N_("looked at the contacts"),
    "view_devices": N_("looked at the devices"),
    "export_file": N_("exported an alert's file"),
    "view_card": N_("looked at the emergency card"),
    "view_key_safe": N_("looked where the key is"),
    "tell_stay": N_("told of an absence or a visit"),
    "end_stay": N_("ended an absence or a visit"),
    "add_need": N_("wrote a request down"),
    "change_need": N_("saw to a request"),
    "make_need_link": N_("made a link to ask about a request"),
    "answer_need": N_("said how a request was done"),
    "describe_home": N_("described how the home is found"),
    "health_consent": N_("recorded whether facts about health may be told"),
    "acknowledge": N_("took an alert"),
    "on_the_way": N_("set out to the home"),
    "on_site": N_("arrived at the home"),
    "resolve": N_("resolved an alert"),
    "cannot": N_("could not go after all"),
    "answer_by_link": N_("answered an alert by its link"),
    "create_home": N_("created the home"),
    "set_status": N_("changed the home's status"),
    "add_contact": N_("added a contact"),
    "change_contact": N_("changed whom to call, or the order"),
    "add_resident": N_("added somebody who lives there"),
    "correct_resident": N_("corrected what is known of a resident"),
    "add_method": N_("added a telephone number"),
    "check_number": N_("tested a number"),
    "drill": N_("began a drill"),
    "plan_drills": N_("planned drills"),
    "stop_drills": N_("ended the planning of drills"),
    "give": N_("gave an alert to another organisation"),
    "forget_plan": N_("took back who is called"),
    "save_plan": N_("changed who is called"),
    "sign_in": N_("signed in"),
    "sign_out": N_("signed out"),
    "view_board": N_("looked at the board"),
    "view_needs": N_("looked at the requests"),
    "view_rounds": N_("looked at the round"),
    "view_village": N_("looked at the station's page"),
    "view_visits": N_("looked at the visits"),
    "view_setup": N_("looked at the setting up"),
    "view_edges": N_("looked at the boxes in the home"),
    "add_visit": N_("wrote a visit down"),
    "strike_out_visit": N_("struck a visit out"),
    "set_standing": N_("said where a resident is"),
    "decide_suggestion": N_("decided a suggestion"),
    "set_intervals": N_("set how often people are called on"),
    "report": N_("took a month's report"),
    "walk_test": N_("began a walk test"),
    "make_pairing_code": N_("made a pairing code"),
    "pair_edge": N_("paired a box"),
    "revoke_edge": N_("shut a box out"),
    "set_config": N_("changed a box's settings"),
    "set_consent": N_("recorded a consent about a sensor"),
    "set_sharing": N_("changed who may see what"),
    "give_command": N_("sent a command to a box"),
    "create_user": N_("let somebody in"),
    "set_active": N_("let somebody in or shut them out"),
    "issue_token": N_("made a token"),
    "add_webhook": N_("had another program told"),
    "change_webhook": N_("changed what another program is told"),
    "resend_webhook": N_("told another program again"),
    "export_person": N_("took everything about somebody along"),
    "erase_person": N_("erased somebody"),
    "enrol_second_factor": N_("began with a second factor"),
    "renew_recovery_codes": N_("made new recovery codes"),
    "remove_second_factor": N_("gave up the second factor"),
    "reset_second_factor": N_("reset somebody's second factor"),
    "set_shared_screen": N_("said whether an account is a wall screen's"),
    "put_organisation": N_("changed an organisation"),
    "emergency_numbers": N_("changed emergency numbers"),
    "save_rota": N_("changed the duty rota"),
    "override_rota": N_("changed a duty"),
    "swap_rota": N_("swapped duties"),
    "take_back_rota": N_("took a change of duty back"),
    "add_device": N_("added a device for messages"),
    "remove_device": N_("removed a device for messages"),
}
