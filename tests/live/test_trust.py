"""The files that TLS is made of: what is wrong with each is a finding with a remedy, all at once."""

from __future__ import annotations

import ssl
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from cablecheck.errors import BadInputError
from cablecheck.live.trust import Called, client_context, server_context, tls_context
from tests.live.authority import Authority


def findings(make: Callable[[], object]) -> list[str]:
    with pytest.raises(BadInputError) as caught:
        make()
    return list(caught.value.findings)


def test_without_files_everybody_shares_one_context_that_trusts_whom_the_machine_trusts() -> None:
    assert client_context() is tls_context()
    assert client_context().verify_mode is ssl.CERT_REQUIRED
    assert client_context().check_hostname


def test_an_authority_of_ones_own_is_trusted_instead_of_the_machines(tmp_path: Path) -> None:
    trusted = client_context(ca=Authority(tmp_path).file).get_ca_certs()
    [subject] = [dict(part[0] for part in each["subject"]) for each in trusted]
    assert subject["organizationName"].startswith("trustme ")


def test_a_key_may_stand_in_the_file_of_its_certificate(tmp_path: Path) -> None:
    certificate, key = Authority(tmp_path).issue("c")
    both = tmp_path / "both.pem"
    both.write_text(key.read_text() + certificate.read_text())
    client_context(certificate=both)
    server_context(both, None, "--listen-tls")


def test_every_finding_is_told_at_once_and_in_the_callers_words(tmp_path: Path) -> None:
    called = Called("a.toml: tls.ca", "a.toml: tls.certificate", "a.toml: tls.key")
    said = findings(lambda: client_context(tmp_path, tmp_path / "no.pem", tmp_path / "none.pem", called))
    assert said == [
        f"a.toml: tls.ca: {tmp_path} is no file; give the path of a PEM file",
        f"a.toml: tls.certificate: {tmp_path}/no.pem is not there; give the path of a PEM file",
        f"a.toml: tls.key: {tmp_path}/none.pem is not there; give the path of a PEM file",
    ]


def test_a_key_alone_is_nobodys(tmp_path: Path) -> None:
    _, key = Authority(tmp_path).issue("c")
    assert findings(lambda: client_context(key=key)) == [
        "--client-key: a key without a certificate; give --client-certificate too, or leave it out"
    ]


def test_what_is_no_certificate_or_no_key_is_said(tmp_path: Path) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear Sir or Madam,")
    certificate, key = Authority(tmp_path).issue("c")
    [ca] = findings(lambda: client_context(ca=letter))
    assert ca.startswith(
        f"--ca: {letter} holds no certificate that can be read (NO_CERTIFICATE_OR_CRL_FOUND); give a PEM"
    )
    [of_letter] = findings(lambda: client_context(certificate=letter, key=key))
    assert of_letter.startswith(f"--client-certificate: {letter} holds no certificate; give a PEM file")
    [of_key] = findings(lambda: client_context(certificate=certificate, key=letter))
    assert of_key.startswith(f"--client-key: {letter} holds no key that can be read (")
    [without] = findings(lambda: client_context(certificate=certificate))
    assert (
        without
        == f"--client-certificate: {certificate} holds no key that can be read; give the key's file too"
    )


def test_a_key_of_another_certificate_is_said(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    certificate, _ = authority.issue("c")
    _, other = authority.issue("d")
    assert findings(lambda: server_context(certificate, other, "--listen-tls")) == [
        f"--listen-tls: the key in {other} is not that of the certificate in {certificate}; give the two that belong together"
    ]


def test_a_locked_key_is_said_and_nobody_is_asked_for_its_passphrase(tmp_path: Path) -> None:
    certificate, key = Authority(tmp_path).issue("c")
    locked = tmp_path / "locked.pem"
    command = ["openssl", "pkey", "-in", str(key), "-aes256", "-passout", "pass:secret", "-out", str(locked)]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except FileNotFoundError:
        pytest.skip("openssl locks the key, and is not installed")
    assert findings(lambda: client_context(certificate=certificate, key=locked)) == [
        f"--client-key: the key in {locked} is locked by a passphrase; give one without, as `openssl pkey` writes it"
    ]


def test_a_file_that_is_far_too_large_is_not_read(tmp_path: Path) -> None:
    large = tmp_path / "large.pem"
    with large.open("wb") as file:
        file.truncate(5 << 20)
    assert findings(lambda: client_context(ca=large)) == [
        f"--ca: {large} is larger than 4 MB; give a PEM file"
    ]
