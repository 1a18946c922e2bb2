"""Out of bed at night and unseen: somebody got up, and nothing moves any more, in bed or elsewhere.

Needs a bed sensor. In bed quiet means sleep; out of bed at night it is rare, so the limit is far shorter than
by day. Between eleven and six only, and not while somebody is out.
"""

from __future__ import annotations

from models.detection.limits import MINUTE
from models.detection.routines.lengths import Bounds, Lengths
from models.detection.routines.spells import Spell

NIGHT_FROM, NIGHT_TO = 23 * 60, 6 * 60  #: minutes on the home's clock


def applies(spell: Spell, *, in_bed: bool) -> bool:
    """Whether a spell is quiet out of bed at night, at home."""
    began = spell.minute_of_day(spell.since)
    return not in_bed and spell.left_at is None and (began >= NIGHT_FROM or began < NIGHT_TO)


def due(spell: Spell, lengths: Lengths, bounds: Bounds, *, in_bed: bool) -> int | None:
    """Return when the quiet becomes too long; None where it is none of this kind."""
    if not applies(spell, in_bed=in_bed):
        return None
    return spell.since + round(lengths.limit(bounds) * MINUTE)
