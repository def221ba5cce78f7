"""Which addresses are public; the table is the specification."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagwright.core.addresses import is_public

PUBLIC = [
    "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "93.184.216.34", "100.63.255.255",
    "100.128.0.0", "126.255.255.255", "128.0.0.0", "168.63.129.15", "168.63.129.17",
    "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0", "192.0.1.0",
    "192.0.3.0", "192.88.98.255", "192.88.100.0", "192.167.255.255", "192.169.0.0",
    "198.17.255.255", "198.20.0.0", "198.51.99.255", "198.51.101.0", "203.0.112.255",
    "203.0.114.0", "223.255.255.255",
    "2000::1", "2001:200::1", "2001:4860:4860::8888", "2606:4700:4700::1111", "2a00:1450::1",
    "2001:db7:ffff::1", "2001:db9::1", "2003::1", "3ffe:ffff::1", "3fff:1000::1",
]  # fmt: skip
CLOSED = {
    "this network": ["0.0.0.0", "0.1.2.3", "0.255.255.255"],
    "private": [
        "10.0.0.0", "10.255.255.255", "172.16.0.0", "172.31.255.255", "192.168.0.1",
        "192.168.255.255",
    ],
    "shared by a provider's customers": ["100.64.0.0", "100.127.255.255"],
    "this machine": ["127.0.0.1", "127.255.255.255", "::1"],
    "metadata": [
        "169.254.169.254", "169.254.170.2", "100.100.100.200", "192.0.0.192", "168.63.129.16",
        "fd00:ec2::254", "fe80::a9fe:a9fe",
    ],
    "link-local": ["169.254.0.0", "169.254.255.255", "fe80::1", "fe80::1%eth0", "febf::1"],
    "documentation": [
        "192.0.2.1", "198.51.100.1", "203.0.113.255", "2001:db8::1", "3fff::1", "3fff:fff::1",
    ],
    "benchmarks": ["198.18.0.0", "198.19.255.255", "2001:2::1"],
    "multicast": ["224.0.0.1", "239.255.255.255", "ff02::1", "ff0e::1"],
    "reserved": ["192.0.0.8", "240.0.0.1", "255.255.255.255", "4000::1", "5f00::1", "e000::1"],
    "unspecified": ["::"],
    "unique local": ["fc00::1", "fd12:3456::1"],
    "site-local": ["fec0::1"],
    "IPv4 mapped": ["::ffff:127.0.0.1", "::ffff:8.8.8.8", "::ffff:7f00:1"],
    "IPv4 compatible": ["::127.0.0.1", "::8.8.8.8"],
    "IPv4 translated": ["::ffff:0:127.0.0.1"],
    "NAT64": ["64:ff9b::127.0.0.1", "64:ff9b::8.8.8.8", "64:ff9b:1::10.0.0.1"],
    "6to4": ["2002:7f00:1::1", "2002:808:808::1", "192.88.99.1"],
    "Teredo": ["2001:0:7f00:1::1", "2001::1"],
    "ISATAP": ["2606:4700::5efe:10.0.0.1", "2606:4700::200:5efe:10.0.0.1"],
    "ORCHID": ["2001:10::1", "2001:20::1"],
    "discard": ["100::1"],
    "no address": [
        "", "localhost", "example.org", "127.1", "2130706433", "0x7f000001", "0177.0.0.1",
        "1.2.3.4:80", "[2606:4700::1]", "1.2.3.4/32", " 1.1.1.1", "1.1.1.1\n", "256.1.1.1", "::g",
        "１.1.1.1",
    ],
}  # fmt: skip


@pytest.mark.parametrize("address", PUBLIC)
def test_an_address_of_the_internet_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        pytest.param(address, id=f"{kind}: {address}")
        for kind, addresses in CLOSED.items()
        for address in addresses
    ],
)
def test_every_other_is_not(address: str) -> None:
    assert not is_public(address)


@given(st.ip_addresses(v=4, network="10.0.0.0/8"))
def test_no_disguise_makes_a_private_address_public(address: object) -> None:
    number = int(address)  # type: ignore[call-overload]
    high, low = number >> 16, number & 0xFFFF
    assert not is_public(str(address))
    for pattern in ("::ffff:{}", "64:ff9b::{}", "::{}", "::ffff:0:{}", "2a00::5efe:{}"):
        assert not is_public(pattern.format(address))
    assert not is_public(f"2002:{high:x}:{low:x}::1")


@given(st.text())
def test_any_text_has_an_answer(text: str) -> None:
    assert is_public(text) in (True, False)
