"""What can be wrong with a signal or with what was learnt. The docstring of a class is its message."""


class FallsError(Exception):
    """Falls cannot be judged."""

    def __init__(self, detail: str = "") -> None:
        text = (self.__doc__ or "").strip()
        super().__init__(f"{text} {detail}".strip() if detail else text)


class UnitError(FallsError):
    """The unit of the accelerations cannot be told."""


class ShapeError(FallsError):
    """The samples are not one time and three accelerations each."""


class ArtefactError(FallsError):
    """The artefact is refused."""
