"""What can go wrong in the hub. The docstring of a class is its message for people."""


class HubError(Exception):
    """The hub could not do this."""

    def __init__(self, detail: str = "") -> None:
        self.detail = detail  #: what was said besides the class's own message
        text = (type(self).__doc__ or "").strip()
        super().__init__(f"{text} {detail}".strip() if detail else text)


class SettingsError(HubError):
    """A setting is wrong."""


class StorageError(HubError):
    """The database cannot be used."""


class NotFoundError(HubError):
    """There is no such thing."""


class NotAllowedError(HubError):
    """Your role does not allow this."""


class ConflictError(HubError):
    """Somebody else was quicker: look at it again."""
