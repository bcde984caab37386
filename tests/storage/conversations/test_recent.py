"""What the owner of the file knows without reading it is never wrong in the direction that would double an answer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.conversations.recent import MOST_KEYS, STATES_BYTES, Keys, Known, Recent


@given(st.lists(st.tuples(st.text(max_size=20), st.text(max_size=20)), max_size=200))
def test_a_key_that_was_answered_never_looks_new(pairs: list[tuple[str, str]]) -> None:
    keys = Keys(lifetime=3600)
    for key, contact in pairs:
        keys.add(key, contact)
    assert all(keys.may_have(key, contact) for key, contact in pairs)


def test_few_new_keys_look_answered() -> None:
    keys = Keys(lifetime=3600)
    keys.add_all((f"m:{number}", "anna") for number in range(20_000))
    assert sum(keys.may_have(f"n:{number}", "anna") for number in range(10_000)) < 100


def test_more_keys_than_the_filter_takes_all_look_answered() -> None:
    keys = Keys(lifetime=3600)
    keys.add_all((f"m:{number}", "anna") for number in range(MOST_KEYS + 1))
    assert keys.may_have("never seen", "bert")


def test_keys_are_known_for_their_lifetime_and_not_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr("storage.conversations.recent.time.monotonic", lambda: now[0])
    keys = Keys(lifetime=100)
    keys.add("m:1", "anna")
    for second in (99, 150, 199):
        now[0] = second
        keys.add(f"x:{second}", "bert")
        assert keys.may_have("m:1", "anna")
    for second in (251, 352):
        now[0] = second
        keys.add(f"x:{second}", "bert")
    assert not keys.may_have("m:1", "anna")


def test_only_surely_new_messages_of_known_contacts_are_answered_from_memory() -> None:
    kept = Recent(reply_ttl=3600)
    assert kept.known("anna", "m:1") is None
    kept.saved("anna", "m:1", Known(1, 7, "state"))
    assert kept.known("anna", "m:1") is None
    assert kept.known("anna", "m:2") == Known(1, 7, "state")
    kept.forget("anna")
    assert kept.known("anna", "m:2") is None


def test_the_memory_is_bounded_and_the_latest_stay() -> None:
    kept = Recent(reply_ttl=3600)
    state = "字" * 10_000
    count = STATES_BYTES // 30_000 + 20
    for number in range(count):
        kept.saved(f"contact {number}", f"m:{number}", Known(1, 7, state))
    assert kept.known("contact 0", "new") is None
    assert kept.known(f"contact {count - 1}", "new") is not None
