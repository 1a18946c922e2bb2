"""The problem documents that every route of the API may answer with, as OpenAPI describes them."""

from __future__ import annotations

from typing import Any, Final

_SCHEMA: Final = {
    "type": "object",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"where": {"type": "string"}, "what": {"type": "string"}},
            },
        },
    },
}


def described(status: int, title: str, text: str) -> dict[str, Any]:
    """Return how OpenAPI describes one problem."""
    example = {"type": "about:blank", "title": title, "status": status}
    return {
        "description": text,
        "content": {
            "application/problem+json": {
                "schema": _SCHEMA,
                "example": example,
            }
        },
    }


PROBLEMS: Final[dict[int | str, dict[str, Any]]] = {
    400: described(400, "Bad Request", "The body cannot be read: it is not JSON in UTF-8."),
    401: described(401, "Unauthorized", "No valid token came with the request."),
    403: described(403, "Forbidden", "The role does not allow this."),
    404: described(404, "Not Found", "There is no such thing, or it is not yours."),
    409: described(409, "Conflict", "Somebody was quicker, or it exists already."),
    413: described(413, "Request Entity Too Large", "The body is larger than 256 kB (a table: 3 MB)."),
    422: described(422, "Unprocessable Entity", "A value cannot be right; `errors` says which."),
    503: described(503, "Service Unavailable", "The hub cannot reach its database."),
}
