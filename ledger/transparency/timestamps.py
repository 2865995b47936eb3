"""Timestamps: an authority's word that a file was there at a moment (RFC 3161).

A checkpoint says what a log was, and the timestamp that it was so no later than then: not even
the holder of the log's key can make an older one afterwards. It is asked for with any RFC 3161
client, and kept beside the file it is about:

    openssl ts -query -data CHECKPOINT -sha256 -cert -out CHECKPOINT.tsq
    curl -H "Content-Type: application/timestamp-query" --data-binary @CHECKPOINT.tsq \
         https://AUTHORITY > CHECKPOINT.tsr

Nothing here reaches for the network. Without the authority's certificates the digest alone is
checked, and the time is only what the file says.
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
"""The most bytes of a timestamp that is read; those in use have a tenth of it."""

_ALGORITHMS = {
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
}


@dataclass(frozen=True, slots=True)
class Timestamp:
    """What an authority says: when (UTC), of which digest, by which algorithm (`sha256`)."""

    time: datetime
    imprint: bytes
    algorithm: str


def read_certificates(pem: bytes) -> "list[Certificate]":
    """Read an authority's certificates. Raises UnreadableProofError where the bytes are none."""
    from cryptography.x509 import load_pem_x509_certificates  # noqa: PLC0415 (start-up)

    try:
        return load_pem_x509_certificates(pem)
    except ValueError:
        raise UnreadableProofError(
            "the authority's certificates cannot be read", hint="they are wanted in PEM"
        ) from None


def check_timestamp(
    tsr: bytes, data: bytes, roots: "Sequence[Certificate] | None" = None
) -> Timestamp:
    """Check that a timestamp (DER) is about these bytes, as they were when it was asked for.

    `roots` are the authority's root certificate, and any other that leads to it and that the
    timestamp does not bring itself. Given these, its signature is checked too, and that it led
    to them at that time. Without, the time is only what the timestamp says.
    Raises ProofError where either does not hold, UnreadableProofError where it is no timestamp,
    is not in DER, was not granted, or is of a digest that is not safe.
    """
    response = _response(tsr)
    timestamp = _timestamp(response)
    if hashlib.new(timestamp.algorithm, data).digest() != timestamp.imprint:
        raise ProofError(
            "the timestamp is about something else: the file it is kept with, or the timestamp"
            " itself, was changed",
            hint="a timestamp is about the bytes as they were; a new checkpoint needs a new one",
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
                "the timestamp's certificates are not in DER order, which is all that is read"
                " here, so nothing was checked; `openssl ts -verify` can",
                hint="ask the authority for one that is all in DER",
            ) from None
        raise _no_timestamp("it is not a response to a request for one") from None
    if status != PKIStatus.GRANTED:
        raise _no_timestamp("the authority did not grant what was asked for")
    return response


def _timestamp(response: "TimeStampResponse") -> Timestamp:
    try:
        imprint = response.tst_info.message_imprint
        algorithm = _ALGORITHMS.get(imprint.hash_algorithm.dotted_string)
        time, digest = response.tst_info.gen_time.astimezone(UTC), imprint.message
    except (ValueError, OverflowError):
        raise _no_timestamp("what the authority says in it cannot be read") from None
    if algorithm is None:
        raise _no_timestamp("it is of another digest than SHA-256, SHA-384 or SHA-512")
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
            f"the timestamp's signature does not hold: {str(error)[:200]}",
            hint="check that the certificates are those of the authority that made it",
        ) from None


def _signer(
    response: "TimeStampResponse", certificates: "Sequence[Certificate]"
) -> "Certificate | None":
    """Find the authority's own certificate, where the timestamp does not bring it."""
    signers = {(each.issuer, each.serial_number) for each in response.signed_data.signer_infos}
    return next((c for c in certificates if (c.issuer, c.serial_number) in signers), None)


def _no_timestamp(why: str) -> UnreadableProofError:
    return UnreadableProofError(
        f"this is no timestamp (RFC 3161): {why}", hint="ask the authority for another"
    )
