"""What the API says of itself holds for every operation, whatever is sent: schemathesis asks it.

Each operation is asked with what its description allows and with what it forbids, by somebody who may do
everything: with real ids or invented ones, with invented values in a body that otherwise does its work.
`make nightly` asks more, and other things each night (ANJU_TEST_EXAMPLES is the number of each kind).
"""

from __future__ import annotations

import os
from collections import Counter
from typing import Any

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.integration.web.test_every_route_by_every_role import ROUTES, Town
from tests.village import fall
from tests.web_rig import WebRig

EXAMPLES = int(os.environ.get("ANJU_TEST_EXAMPLES", "0"))
FEW = 8
KEPT = [status_code_conformance, content_type_conformance, response_schema_conformance]
ENDLESS = "/api/v1/stream"


def asking(operation: Any, mode: GenerationMode, ask: Any) -> None:
    """Call `ask` with cases of one operation; `keep` says which fields of a working body stay as they are."""

    @settings(
        max_examples=EXAMPLES or FEW,
        derandomize=not EXAMPLES,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    @given(
        case=operation.as_strategy(generation_mode=mode),
        real=st.sampled_from((True, True, False)),
        keep=st.none() | st.sets(st.integers(0, 7)),
    )
    def run(case: Any, real: bool, keep: set[int] | None) -> None:
        ask(case, real, keep)

    run()


def test_every_operation_answers_as_it_is_described_and_never_with_an_error_of_ours(web: WebRig) -> None:
    town = Town(web, web.finding(fall()), web.finding(fall(), "zhao"))
    session = requests.Session()
    session.headers["Authorization"] = web.program("administrator").headers["Authorization"]
    described = session.get(f"{web.base}/api/v1/openapi.json").json()
    bad: dict[str, str] = {}
    answered: Counter[str] = Counter()
    operations = [found.ok() for found in schemathesis.openapi.from_dict(described).get_all_operations()]
    for operation in operations:
        if operation.path == ENDLESS:
            continue
        name = f"{operation.method.upper()} {operation.path}"
        usual = ROUTES[name].json or {}

        def ask(
            case: Any, real: bool, keep: set[int] | None, name: str = name, usual: dict[str, Any] = usual
        ) -> None:
            if real:
                where = "/organisations" if "/organisations/" in case.path else ""
                for kind in case.path_parameters or {}:
                    case.path_parameters[kind] = town.fill(f"{where}/{{{kind}}}", own=True).rpartition("/")[2]
            if keep is not None and isinstance(case.body, dict):
                kept = {field: value for n, (field, value) in enumerate(usual.items()) if n in keep}
                case.body = case.body | kept
            answer = case.call(base_url=web.base, session=session)
            answered[name] += answer.status_code < 300
            try:
                case.validate_response(answer, checks=KEPT)
            except FailureGroup as failures:
                bad.setdefault(name, f"{failures.exceptions[0]}\n{case.as_curl_command()[:1500]}")

        asking(operation, GenerationMode.POSITIVE, ask)
        if any((operation.path_parameters, operation.query, operation.body)):
            asking(operation, GenerationMode.NEGATIVE, ask)
    assert not bad, "\n\n".join(f"{name}: {what}" for name, what in bad.items())
    assert len(answered) == sum(len(methods) for methods in described["paths"].values()) - 1
    # Asked so, most operations have done their work at least once; the others wait for what is not there.
    assert sum(map(bool, answered.values())) > 0.7 * len(answered), answered

    # What all this has left behind can be shown, too.
    looks = [
        town.fill(name[4:], own=True) for name in ROUTES if name.startswith("GET ") and ENDLESS not in name
    ]
    shown = {look: session.get(web.base + look).status_code for look in looks}
    assert [look for look, status in shown.items() if status >= 500] == []
