"""What the OpenAPI document allows, and what it does not, made up by Schemathesis: all is answered as it says there.

Other tests hold the answers of what somebody thought of against the document; here nobody thought of the requests.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from tests.contract.running import Running
from tests.posting import HUB

ENDLESS = r"/stream$|/export$"
"""Addresses whose answer does not end, or is as long as the log."""
EXAMPLES = 5
"""Requests of each operation: some 500 for each role, always the same."""
PROMISES = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
FROM_THE_DOCUMENT = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.parametrize(("role", "agency"), [("agency", HUB.id), ("analyst", None)])
def test_whatever_is_asked_is_answered_as_the_document_says(
    running: Running, token: Callable[..., str], role: str, agency: str | None
) -> None:
    headers = {"authorization": f"Bearer {token(role, agency=agency)}"}
    schema = schemathesis.openapi.from_url(f"{running.url}/openapi.json").exclude(path_regex=ENDLESS)
    asked, documented, faults = set(), set(), []
    for found in schema.get_all_operations():
        assert isinstance(found, Ok), "the document cannot be read"
        operation = found.ok()
        documented.add((operation.method.upper(), operation.path))

        @FROM_THE_DOCUMENT
        @given(operation.as_strategy())
        def hold(case: schemathesis.Case[Any]) -> None:
            asked.add((case.method, case.path))
            case.call_and_validate(checks=PROMISES, headers=headers, timeout=90)

        try:
            hold()
        except Exception as error:  # each operation is told of, not the first alone
            faults.append(f"{operation.method} {operation.path}: {error}")
    assert not faults, "\n\n".join(faults)
    assert asked == documented, "each was asked"
    assert len(documented) > 70
