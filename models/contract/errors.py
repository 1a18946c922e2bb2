"""What can be wrong with a message from outside. The docstring of a class is its message."""


class ContractError(Exception):
    """The message breaks the contract."""

    def __init__(self, detail: str = "") -> None:
        text = (self.__doc__ or "").strip()
        super().__init__(f"{text} {detail}".strip() if detail else text)


class InvalidTopicError(ContractError):
    """The topic is not one of the contract's."""


class InvalidMessageError(ContractError):
    """The payload is not a message of the contract."""


class UnknownVersionError(ContractError):
    """The message says a contract version that this program does not speak."""


class TooLargeError(ContractError):
    """The message holds more than the contract allows."""
