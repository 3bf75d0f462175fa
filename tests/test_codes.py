"""Organisation codes are believed for their check digit alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines import codes

# Index numbers as portals print them, with the code each holds.
REAL = {
    "014109429/2023-00035": "014109429",
    "014416330/2018-04736": "014416330",
    "014320144/2015-00056": "014320144",
    "11341702486344515H/202110-00013": "486344515",
    "12620600MB0523338C/2025-04735": "MB0523338",
    "http://x.gov.cn/xxgkAnnualReport.jsp?fbtime=2017&area=113325000026455663": "002645566",
}


@pytest.mark.parametrize("printed", REAL)
def test_real_index_numbers(printed: str) -> None:
    assert codes.organ_code([printed]) == REAL[printed]


@pytest.mark.parametrize("printed", ["csscgj660/2021-00001", "035210000/2020-1", "2022-01-27", ""])
def test_prefixes_of_a_portal_of_its_own_are_no_codes(printed: str) -> None:
    assert codes.organ_code([printed]) is None


@given(
    st.sampled_from([code for code in REAL.values() if code.isdecimal()]),
    st.integers(0, 7),
    st.integers(0, 9),
)
def test_one_wrong_digit_is_found(code: str, place: int, digit: int) -> None:
    wrong = f"{code[:place]}{digit}{code[place + 1 :]}"
    assert codes.is_organ_code(wrong) == (wrong == code)
