"""Whom we trust in TLS and who we are there: contexts made of a person's files, and what goes wrong, in words."""

from __future__ import annotations

import ssl
from functools import cache
from pathlib import Path
from typing import NamedTuple, TypeAlias

from cablecheck.errors import BadInputError

_MOST_BYTES = 4 << 20  # the bundle of all certificate authorities that browsers trust has some 200 kB
_A_CERTIFICATE = "-----BEGIN CERTIFICATE-----"

# X509_V_ERR_ of OpenSSL (x509_vfy.h).
_NOT_YET_VALID, _EXPIRED, _OTHER_NAME, _OTHER_ADDRESS = 9, 10, 62, 64

# The alerts by which a server tells what it minds (RFC 8446, 6.2), as OpenSSL spells them, and what else it may turn out to be.
_SAID = {
    "TLSV13_ALERT_CERTIFICATE_REQUIRED": "it wants a client certificate, and was given none",
    "SSLV3_ALERT_HANDSHAKE_FAILURE": "it breaks the TLS handshake off (it may want a client certificate)",
    "TLSV1_ALERT_UNKNOWN_CA": "it does not trust the client certificate",
    "SSLV3_ALERT_BAD_CERTIFICATE": "it does not accept the client certificate",
    "SSLV3_ALERT_CERTIFICATE_UNKNOWN": "it does not accept the client certificate",
    "SSLV3_ALERT_CERTIFICATE_EXPIRED": "the client certificate has expired",
    "TLSV1_ALERT_ACCESS_DENIED": "it denies the client certificate access",
    "TLSV1_UNRECOGNIZED_NAME": "it has no site of this name",
    "TLSV1_ALERT_PROTOCOL_VERSION": "it speaks none of our versions of TLS",
    "UNSUPPORTED_PROTOCOL": "it speaks none of our versions of TLS",
}


class Called(NamedTuple):
    """What errors call the three files: options of a command or keys of a file."""

    ca: str = "--ca"
    certificate: str = "--client-certificate"
    key: str = "--client-key"


@cache
def tls_context() -> ssl.SSLContext:
    """Whom this machine trusts, and nobody in particular: the one context of all. Building one costs 20 to 70 ms."""
    return ssl.create_default_context()


def client_context(
    ca: Path | None = None,
    certificate: Path | None = None,
    key: Path | None = None,
    called: Called = Called(),  # noqa: B008 - it is frozen
) -> ssl.SSLContext:
    """Trust who is in the `ca` file, instead of whom this machine trusts; show `certificate`, whose key may stand in its file.

    All files are PEM. Raises BadInputError with every finding.
    """
    if ca is None and certificate is None and key is None:
        return tls_context()
    findings = [] if ca is None else _ca_findings(called.ca, ca)
    if certificate is not None:
        findings += _pair_findings(certificate, key, called.certificate, called.key)
    elif key is not None:
        findings.append(
            f"{called.key}: a key without a certificate; give {called.certificate} too, or leave it out"
        )
    if findings:
        raise BadInputError(*findings)
    context = ssl.create_default_context(cafile=ca)
    if certificate is not None:
        context.load_cert_chain(certificate, key)
    return context


def server_context(certificate: Path, key: Path | None, called: str) -> ssl.SSLContext:
    """Speak TLS to clients under this certificate, whose key may stand in its file. Raises BadInputError with every finding."""
    findings = _pair_findings(certificate, key, called, called)
    if findings:
        raise BadInputError(*findings)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    return context


def _ca_findings(place: str, path: Path) -> list[str]:
    findings = _file_findings(place, path)
    if findings:
        return findings
    try:
        ssl.create_default_context(cafile=path)
    except ssl.SSLError as error:
        remedy = f"give a PEM file: lines from {_A_CERTIFICATE} on"
        return [f"{place}: {path} holds no certificate that can be read ({_reason(error)}); {remedy}"]
    return []


def _pair_findings(certificate: Path, key: Path | None, place: str, key_place: str) -> list[str]:
    """What is wrong with a certificate and its key."""
    findings = _file_findings(place, certificate)
    if key is not None:
        findings += _file_findings(key_place, key)
    if findings:
        return findings
    if _A_CERTIFICATE not in certificate.read_text(encoding="utf-8", errors="replace"):
        return [
            f"{place}: {certificate} holds no certificate; give a PEM file: lines from {_A_CERTIFICATE} on"
        ]
    asked: list[str] = []

    def refuse() -> str:
        asked.append("passphrase")  # OpenSSL would ask on the terminal
        return ""

    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_cert_chain(certificate, key, refuse)
    except (ssl.SSLError, ValueError) as error:
        return [_pair_finding(error, certificate, key, (place, key_place), encrypted=bool(asked))]
    return []


def _pair_finding(
    error: Exception, certificate: Path, key: Path | None, places: tuple[str, str], *, encrypted: bool
) -> str:
    place, key_place = places
    held = key or certificate
    if encrypted:
        return f"{key_place}: the key in {held} is locked by a passphrase; give one without, as `openssl pkey` writes it"
    if isinstance(error, ssl.SSLError) and error.reason == "KEY_VALUES_MISMATCH":
        return f"{key_place}: the key in {held} is not that of the certificate in {certificate}; give the two that belong together"
    if key is None:
        return f"{place}: {certificate} holds no key that can be read; give the key's file too"
    return f"{key_place}: {key} holds no key that can be read ({_reason(error)}); give a PEM file with a private key"


def _file_findings(place: str, path: Path) -> list[str]:
    try:
        if not path.is_file():
            fact = "is no file" if path.exists() else "is not there"
            return [f"{place}: {path} {fact}; give the path of a PEM file"]
        with path.open("rb") as file:
            if len(file.read(_MOST_BYTES + 1)) > _MOST_BYTES:
                return [f"{place}: {path} is larger than {_MOST_BYTES >> 20} MB; give a PEM file"]
    except OSError as error:
        return [f"{place}: {path} can't be read ({error.strerror}); give the path of a PEM file"]
    return []


def _reason(error: Exception) -> str:
    return str(getattr(error, "reason", None) or error)


# What went wrong ----------------------------------------------------------------------------------------------------------------

Causes: TypeAlias = list[BaseException]


def causes(error: BaseException | None) -> Causes:
    """The error and what caused it, the first cause last; of several at once, the first."""
    found: Causes = []
    while error is not None:
        found.append(error)
        if isinstance(error, BaseExceptionGroup):
            error = error.exceptions[0]
        else:
            error = error.__cause__ or error.__context__
    return found


def tls_words(error: BaseException) -> str | None:
    """What went wrong in TLS, if that is what went wrong; "it" is the server."""
    for cause in causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return _distrust(cause)
        if isinstance(cause, ssl.SSLError) and is_mere_end(cause):
            return "it ended the connection during the TLS handshake"
        if isinstance(cause, ssl.SSLError):
            return _SAID.get(cause.reason or "", f"it does not speak TLS ({cause.reason or cause})")
    return None


def is_mere_end(error: ssl.SSLError) -> bool:
    """Whether TCP ended in order without TLS's farewell; OpenSSL 3 has another word for it than Python."""
    return isinstance(error, ssl.SSLEOFError) or error.reason == "UNEXPECTED_EOF_WHILE_READING"


def _distrust(error: ssl.SSLCertVerificationError) -> str:
    match getattr(error, "verify_code", None):
        case code if code == _EXPIRED:
            return "its certificate has expired"
        case code if code == _NOT_YET_VALID:
            return "its certificate is not valid yet"
        case code if code in (_OTHER_NAME, _OTHER_ADDRESS):
            return f"its certificate is for another name ({error.verify_message.rstrip('.')})"
        case _:
            remedy = "SSL_CERT_FILE names a file of more that are"
            return f"its certificate is not trusted ({error.verify_message}; {remedy})"
