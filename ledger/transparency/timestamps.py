"""Timestamps: an authority's signed statement that a file existed at a time (RFC 3161).

A checkpoint states what a log was, and its timestamp that it existed no later than that time: not
even the holder of the log's key can backdate one. Get a timestamp with any RFC 3161 client, and
keep it beside the file it covers:

    openssl ts -query -data CHECKPOINT -sha256 -cert -out CHECKPOINT.tsq
    curl -H "Content-Type: application/timestamp-query" --data-binary @CHECKPOINT.tsq \
         https://AUTHORITY > CHECKPOINT.tsr

This module never uses the network. Without the authority's certificates only the digest is
checked, and the time is unverified.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from events.errors import ProofError, UnreadableProofError

if TYPE_CHECKING:
    from cryptography.x509 import Certificate
    from rfc3161_client import TimeStampResponse

MAX_TIMESTAMP = 64 * 1024
"""The size limit of a timestamp in bytes; those in use have a tenth of it."""

_ALGORITHMS = {
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
}


@dataclass(frozen=True, slots=True)
class Timestamp:
    """A timestamp's statement: its time (UTC), the digest, and its algorithm (`sha256`)."""

    time: datetime
    imprint: bytes
    algorithm: str


def read_certificates(pem: bytes) -> "list[Certificate]":
    """Read an authority's certificates (PEM). Raises UnreadableProofError where there are none."""
    from cryptography.x509 import load_pem_x509_certificates  # noqa: PLC0415 (start-up)

    try:
        return load_pem_x509_certificates(pem)
    except ValueError:
        raise UnreadableProofError(
            "the authority's certificates cannot be read", hint="give them in PEM format"
        ) from None


def check_timestamp(
    tsr: bytes, data: bytes, roots: "Sequence[Certificate] | None" = None
) -> Timestamp:
    """Check that a timestamp (DER) covers these bytes, unchanged since it was requested.

    `roots` are the authority's root certificate, and those intermediate certificates that the
    timestamp does not include. With them, the signature is verified too, and that its chain led
    to them at that time. Without them, the time is unverified.
    Raises ProofError where a check fails, UnreadableProofError where the timestamp cannot be
    read, is not in DER, was not granted, or uses a digest other than SHA-256, SHA-384 or SHA-512.
    """
    response = _response(tsr)
    timestamp = _timestamp(response)
    if hashlib.new(timestamp.algorithm, data).digest() != timestamp.imprint:
        raise ProofError(
            "the timestamp does not match the file beside it: one of them was changed",
            hint="a timestamp covers exact bytes; a new checkpoint needs a new one",
        )
    if roots is not None:
        _check_signature(response, data, roots)
    return timestamp


def _response(tsr: bytes) -> "TimeStampResponse":
    from rfc3161_client import PKIStatus, decode_timestamp_response  # noqa: PLC0415 (start-up)

    if len(tsr) > MAX_TIMESTAMP:
        raise _no_timestamp(f"it has more than {MAX_TIMESTAMP:,} bytes")
    try:
        response = decode_timestamp_response(tsr)
        status = response.status
    except ValueError as error:
        if "InvalidSetOrdering" in str(error):
            raise UnreadableProofError(
                "the timestamp's certificates are not in DER order, which is required here, so"
                " nothing was checked; `openssl ts -verify` can check it",
                hint="ask the authority for a timestamp entirely in DER",
            ) from None
        raise _no_timestamp("it is not a timestamp response") from None
    if status != PKIStatus.GRANTED:
        raise _no_timestamp("the authority did not grant the request")
    return response


def _timestamp(response: "TimeStampResponse") -> Timestamp:
    try:
        imprint = response.tst_info.message_imprint
        algorithm = _ALGORITHMS.get(imprint.hash_algorithm.dotted_string)
        time, digest = response.tst_info.gen_time.astimezone(UTC), imprint.message
    except (ValueError, OverflowError):
        raise _no_timestamp("its content cannot be read") from None
    if algorithm is None:
        raise _no_timestamp("its digest is not SHA-256, SHA-384 or SHA-512")
    return Timestamp(time, digest, algorithm)


def _check_signature(
    response: "TimeStampResponse", data: bytes, roots: "Sequence[Certificate]"
) -> None:
    from rfc3161_client import VerificationError, VerifierBuilder  # noqa: PLC0415 (start-up)

    try:
        builder = VerifierBuilder()
        for certificate in set(roots):
            builder = builder.add_root_certificate(certificate)
        if not response.signed_data.certificates:
            signer = _signer(response, roots)
            builder = builder.tsa_certificate(signer) if signer else builder
        builder.build().verify_message(response, data)
    except (VerificationError, ValueError) as error:
        raise ProofError(
            f"the timestamp's signature is not valid: {str(error)[:200]}",
            hint="check that the certificates are those of the authority that issued it",
        ) from None


def _signer(
    response: "TimeStampResponse", certificates: "Sequence[Certificate]"
) -> "Certificate | None":
    """Find the signer's certificate among these, for a timestamp that does not include it."""
    signers = {(each.issuer, each.serial_number) for each in response.signed_data.signer_infos}
    return next((c for c in certificates if (c.issuer, c.serial_number) in signers), None)


def _no_timestamp(why: str) -> UnreadableProofError:
    return UnreadableProofError(
        f"not a timestamp (RFC 3161): {why}", hint="get a new one from the authority"
    )
