"""Invite codes: their look, how they are read back, what is stored, how names are masked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.invites import ALPHABET, code_digest, mask_name, new_code, normalise_code


def test_a_code_is_shown_in_two_halves_of_unambiguous_characters() -> None:
    left, dash, right = new_code().partition("-")
    assert (len(left), dash, len(right)) == (5, "-", 5)
    assert set(left + right) <= set(ALPHABET)
    assert not set(ALPHABET) & set("0O1IL")


def test_codes_differ() -> None:
    assert len({new_code() for _ in range(200)}) == 200


@pytest.mark.parametrize("typed", ["ABCDE-FGHJK", "abcde fghjk", "ＡＢＣＤＥ—ｆｇｈｊｋ", " ABCDEFGHJK\n"])
def test_a_code_is_read_as_people_type_it(typed: str) -> None:
    assert normalise_code(typed) == "ABCDEFGHJK"


@pytest.mark.parametrize("typed", ["", "ABCDE-FGHJ", "ABCDE-FGHJKM", "ABCDE-FGHJ0", "邀请码邀请码邀请码邀"])
def test_what_is_no_code_gives_none(typed: str) -> None:
    assert normalise_code(typed) is None


@given(st.text(max_size=30))
def test_any_text_is_survived(text: str) -> None:
    code = normalise_code(text)
    assert code is None or normalise_code(code) == code


def test_the_digest_needs_the_key() -> None:
    assert code_digest("ABCDEFGHJK", b"one") != code_digest("ABCDEFGHJK", b"two")


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("王建国", "王*国"),
        ("王建", "王*"),
        ("王", "*"),
        ("", "*"),
        ("欧阳建国", "欧**国"),
        ("买买提·艾合买提", "买***提"),
    ],
)
def test_a_name_is_masked_but_for_its_ends(name: str, masked: str) -> None:
    assert mask_name(name) == masked
