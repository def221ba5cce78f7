"""A signature is good for one body, one secret and a few minutes."""

from __future__ import annotations

import hashlib
import hmac

import pytest

from tagwright.core.signing import sign, verify

NOW = 1_800_000_000
GOOD = sign("whsec_a", NOW, b'{"a": 1}')
V1 = GOOD.partition(",")[2]


def test_it_is_the_hmac_of_time_and_body() -> None:
    digest = hmac.new(b"whsec_a", b'1800000000.{"a": 1}', hashlib.sha256).hexdigest()
    assert f"t=1800000000,v1={digest}" == GOOD


@pytest.mark.parametrize(
    ("signature", "now", "good"),
    [
        pytest.param(GOOD, NOW, True, id="at once"),
        pytest.param(GOOD, NOW + 300, True, id="five minutes later"),
        pytest.param(GOOD, NOW - 300, True, id="a clock that is slow"),
        pytest.param(GOOD, NOW + 301, False, id="later"),
        pytest.param(GOOD, NOW - 301, False, id="from the future"),
        pytest.param(GOOD.replace(",", ", "), NOW, True, id="with spaces"),
        pytest.param(f"t={NOW},v1=00,{V1}", NOW, True, id="one of two secrets"),
        pytest.param(f"t={NOW},{V1},v1=00", NOW, True, id="the other of two secrets"),
        pytest.param(f"{V1},t={NOW}", NOW, True, id="in another order"),
        pytest.param(f"t={NOW + 1},{V1}", NOW, False, id="another time"),
        pytest.param(f"t={NOW},t={NOW},{V1}", NOW, False, id="two times"),
        pytest.param(f"t={NOW},{V1[:-1]}", NOW, False, id="cut short"),
        pytest.param(f"t={NOW},{V1.replace('v1', 'v0')}", NOW, False, id="another scheme"),
        pytest.param(f"t={NOW}", NOW, False, id="no digest"),
        pytest.param(V1, NOW, False, id="no time"),
        pytest.param(f"t=-1,{V1}", NOW, False, id="a time before time"),
        pytest.param(f"t=²,{V1}", NOW, False, id="no number"),
        pytest.param(f"t={'9' * 5000},{V1}", NOW, False, id="a number without end"),
        pytest.param(f"t={NOW},v1=é", NOW, False, id="no hex"),
        pytest.param("", NOW, False, id="nothing"),
    ],
)
def test_who_may_pass(signature: str, now: int, good: bool) -> None:
    assert verify("whsec_a", signature, b'{"a": 1}', now) is good


def test_another_body_or_secret_does_not_pass() -> None:
    assert not verify("whsec_a", GOOD, b'{"a": 2}', NOW)
    assert not verify("whsec_b", GOOD, b'{"a": 1}', NOW)
