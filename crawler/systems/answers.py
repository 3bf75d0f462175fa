"""What paging services answer, where it is JSON: told apart from a page that came in its place."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from crawler.faults import DriftedError

if TYPE_CHECKING:
    from collections.abc import Mapping


def answered(text: str, system: str) -> Mapping[str, Any]:
    """The object that a service answers; raises DriftedError when the text is none."""
    try:
        found = json.loads(text)
    except json.JSONDecodeError as error:
        raise DriftedError(system, "answer", f"of the service is no JSON ({error})") from error
    if not isinstance(found, dict):
        raise DriftedError(system, "answer", f"of the service is no object but {found!r:.40}")
    return found


def count(given: Mapping[str, Any], field: str, system: str) -> int:
    """A number of an answer, as digits or as a number; raises DriftedError when it is none."""
    value = given.get(field)
    if not str(value).isdecimal():
        raise DriftedError(system, field, f"is no number in the service's answer but {value!r}")
    return int(str(value))
