"""What is said in the room and on the telephone, in the home's language."""

from __future__ import annotations

from collections.abc import Callable

from edge_agent.core.spot import Said

Text = Callable[[str], str]


def spoken(language: str) -> Text:
    """Return the home's language; English where its texts are not installed."""
    if language != "zh":
        return str
    # Loaded for Chinese only, and only once.
    from models.language import translations

    try:
        return translations("edge_agent", language).gettext
    except FileNotFoundError:
        return str


def in_the_room(what: Said, seconds: int, text: Text) -> str:
    """Return the sentence for the loudspeaker."""
    said: dict[Said, str] = {
        "asked": text("Did you fall? If all is well, press the button. In {seconds} seconds help is called."),
        "help": text("Help is being called. If all is well, press the button."),
        "smoke": text("Smoke! Leave the home at once. Help is being called."),
        "co": text("Carbon monoxide! Open the windows and leave the home. Help is being called."),
        "gas": text("Gas! Touch no switch, leave the home. Help is being called."),
        "well": text("Good. Nobody comes."),
        "calling": text("The line to the station is down. The home itself is calling your people now."),
        "taken": text("Somebody has answered and takes care of it."),
    }
    return said[what].format(seconds=seconds)


def on_the_telephone(kind: str, home: str, text: Text) -> str:
    """Return what somebody hears who is called by the home itself."""
    said = {
        "sos": text("Help was called for in the home {home}."),
        "fall": text("A fall in the home {home}, and no answer."),
        "smoke": text("Smoke in the home {home}."),
        "co": text("Carbon monoxide in the home {home}."),
        "gas": text("Gas in the home {home}."),
    }[kind]
    key = text("The line to the station is down. If you take care of it, press 1.")
    return f"{said.format(home=home)} {key}"
