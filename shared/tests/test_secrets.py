"""Secrets at rest."""

import pytest

from shared.secrets import KeyNotUsable, SealBroken, Vault

OLD, NEW = "o" * 32, "n" * 40


def test_what_is_sealed_is_unreadable_and_opens_again() -> None:
    vault = Vault(OLD)
    sealed = vault.seal("geheim")
    assert "geheim" not in sealed
    assert sealed != vault.seal("geheim")
    assert Vault(OLD).open(sealed) == "geheim"


def test_another_key_or_an_altered_text_opens_nothing() -> None:
    sealed = Vault(OLD).seal("geheim")
    for vault, text in ((Vault(NEW), sealed), (Vault(OLD), sealed[:-4] + "AAA="), (Vault(OLD), "onzin")):
        with pytest.raises(SealBroken):
            vault.open(text)


def test_after_a_change_of_key_the_old_texts_still_open_and_new_ones_need_the_new_key() -> None:
    both = Vault(f"{NEW}, {OLD}")
    assert both.open(Vault(OLD).seal("geheim")) == "geheim"
    assert Vault(NEW).open(both.seal("geheim")) == "geheim"


@pytest.mark.parametrize("key", ["", " , ", "short", f"{OLD},short"])
def test_a_key_that_could_be_guessed_is_refused_without_being_quoted(key: str) -> None:
    with pytest.raises(KeyNotUsable) as refused:
        Vault(key)
    assert "short" not in str(refused.value)


def test_fingerprints_are_equal_for_equal_texts_under_one_key_only() -> None:
    assert Vault(OLD).fingerprint("a") == Vault(OLD).fingerprint("a")
    assert len({Vault(OLD).fingerprint("a"), Vault(OLD).fingerprint("b"), Vault(NEW).fingerprint("a")}) == 3
