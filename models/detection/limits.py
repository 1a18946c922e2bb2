"""The fixed limits, in one table: milliseconds and degrees Celsius, each with where it comes from.

They hold from the first minute in every home. Learnt limits may stand beside them, never in their place.
"""

from __future__ import annotations

from typing import Final

SECOND: Final = 1000
MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE

# Time of the sensors ---------------------------------------------------------------------------------------
#: As the contract says: an event that is older on arrival is no news any more.
LATE: Final = 10 * MINUTE
#: An emergency that nobody heard of is still worth a call for a day; after that somebody has been there.
LATE_EMERGENCY: Final = 24 * HOUR

# Flags that sensors raise themselves -----------------------------------------------------------------------
#: A sensor that says the same emergency again after so long is raised again: whoever closed the alert has not
#: ended it. A wearable says nothing when the fall is over, so its next word after a minute is a new fall.
FALL_AGAIN: Final = 1 * MINUTE
#: Smoke and gas linger: whoever closed the alert gets time to air the room.
FUMES_AGAIN: Final = 10 * MINUTE
#: Who gets up after a stumble walks on within a minute; who does not move elsewhere may lie there.
FALL_STILL: Final = 60 * SECOND
#: A wearable looks for a minute itself and asks for half of one: so long it is waited for.
FALL_ASKED: Final = 120 * SECOND

#: Two sensors that say it within so long speak of one fall.
FUSED: Final = 10 * MINUTE

# Inactivity ------------------------------------------------------------------------------------------------
#: Any time. Over recorded homes it found what everything else missed, without one more false alarm.
QUIET: Final = 12 * HOUR
#: By day. In five of seven recorded homes people awake are unseen for 2.5 to 3.6 h once a month.
QUIET_BY_DAY: Final = 4 * HOUR
#: Quiet is not looked at sooner: at home and awake, people are unseen for an hour every day.
FIRST_LOOK: Final = 1 * HOUR
#: A stay in the bathroom that is shorter worries nobody.
FIRST_LOOK_BATHROOM: Final = 20 * MINUTE
DAY_FROM, DAY_TO = 7, 22  #: o'clock, the home's own time

# Doors and leaving -----------------------------------------------------------------------------------------
NIGHT_FROM, NIGHT_TO = 23, 5  #: o'clock, the home's own time
#: Over recorded homes 99 % of the openings end within 2.3 minutes.
OPEN_BY_DAY: Final = 15 * MINUTE
OPEN_BY_NIGHT: Final = 5 * MINUTE
#: At 5 minutes quiet homes had up to 3.5 late leavings a month that were none, at 15 hardly any.
NIGHT_EXIT: Final = 15 * MINUTE
#: The sensor in the hall sees who leaves for a moment longer; later movement is somebody inside.
LEAVING: Final = 2 * MINUTE
#: So long after the door with nothing inside, the home is taken to be empty.
EMPTY: Final = 10 * MINUTE

# Cold and heat ---------------------------------------------------------------------------------------------
#: The cold that raises blood pressure and stiffens hands begins below 16 °C (cold-home guidance: 18 °C is
#: asked for); below 12 °C strain on heart and lungs follows within the hour.
COLD: Final = 12.0
COLD_FOR: Final = 1 * HOUR
COOL: Final = 16.0
COOL_FOR: Final = 3 * HOUR
#: Thermometers speak at least hourly; what one said longer ago than this need not be so any more.
FRESH: Final = 2 * HOUR
#: At 35 °C indoors a fan no longer cools an older body.
HOT: Final = 35.0
#: A value must come back by so much before it counts as over: sensors waver by 0.3 °C.
HYSTERESIS: Final = 1.0

# Silence ---------------------------------------------------------------------------------------------------
#: A bridge that starts again, also with a new version, is back within two minutes.
BRIDGE_DOWN: Final = 2 * MINUTE
MISSED: Final = 3  #: heartbeats in a row; one or two are lost in any radio
#: The broker said that the line broke: a router that starts again is back within 90 s.
LOST: Final = 90 * SECOND
#: So long after the line is back the edge has usually sent what it kept; quiet proves nothing before.
CATCHING_UP: Final = 2 * MINUTE
#: After so long an edge that is still behind is judged by what is there.
CATCHING_UP_AT_MOST: Final = 1 * HOUR
#: What could not be judged because no sensor was heard is looked at again after so long.
LOOK_AGAIN: Final = 5 * MINUTE
