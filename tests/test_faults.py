"""Every fault has a name, and what a download ended with gets one."""

from __future__ import annotations

import gzip

from OpenSSL import SSL
from scrapy import exceptions

from crawler import faults


def test_failures() -> None:
    expected = {
        exceptions.CannotResolveHostError: "unreachable",
        exceptions.DownloadConnectionRefusedError: "unreachable",
        exceptions.DownloadTimeoutError: "unreachable",
        exceptions.DownloadFailedError: "unreachable",
        exceptions.ResponseDataLossError: "truncated",
        exceptions.DownloadCancelledError: "too_large",
        gzip.BadGzipFile: "unavailable",
    }
    for error, name in expected.items():
        fault = faults.failure(error("seen"))
        assert fault
        assert fault.name == name
        assert "seen" in str(fault)
    broken = exceptions.DownloadFailedError("seen")
    broken.__cause__ = SSL.Error("unsupported protocol")
    told = faults.failure(broken)
    assert told
    assert (told.name, "unsupported protocol" in str(told)) == ("tls", True)
    refused = faults.RefusedError("no")
    assert faults.failure(refused) is refused
    assert faults.failure(KeyError("ours")) is None


def test_drifted_says_which_selector_of_which_system() -> None:
    fault = faults.DriftedError("changzhou", "rows", "matches nothing")
    assert "'rows'" in str(fault)
    assert "'changzhou'" in str(fault)


def test_every_kind_has_a_name_of_its_own_and_says_what_to_do() -> None:
    kinds = faults.kinds()
    assert len(kinds) == len(faults.PortalError.__subclasses__()) >= 13
    for name, kind in kinds.items():
        assert name.isidentifier()
        assert len(kind.advice) > 20
        assert kind.__doc__
        assert f"{kind.__name__} " in (faults.__doc__ or "")
