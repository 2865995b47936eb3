"""Timestamps: an authority's word is believed of the bytes it was given for, and no others."""

import shutil
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.x509 import Certificate
from hypothesis import given
from hypothesis import strategies as st

from events.errors import ProofError, UnreadableProofError
from ledger.transparency.checkpoints import Checkpoint, write_checkpoint
from ledger.transparency.timestamps import MAX_TIMESTAMP, check_timestamp, read_certificates
from tests.ledger.transparency.signed import KEY

needs_openssl = pytest.mark.skipif(
    not shutil.which("openssl"), reason="there is no openssl command here to make timestamps with"
)

DATA = write_checkpoint(Checkpoint(KEY.name, 93, bytes(range(32))), KEY)

SETTINGS = """
[req]
distinguished_name = name
prompt = no
[name]
CN = A timestamp authority
[root]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
[signer]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
[ordinary]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
[authority]
serial = serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha1, sha256, sha384, sha512
ess_cert_id_alg = sha256
"""


@dataclass(frozen=True)
class Authority:
    """A timestamp authority with a root of its own, in a folder."""

    folder: Path

    def run(self, command: str) -> None:
        """Run openssl in the authority's folder."""
        subprocess.run(
            ["openssl", *command.split()], cwd=self.folder, check=True, capture_output=True
        )

    def make(self) -> None:
        """Make the root and the signer's certificate."""
        (self.folder / "conf").write_text(SETTINGS)
        (self.folder / "serial").write_text("01\n")
        for name in ("root", "signer"):
            self.run(f"ecparam -name prime256v1 -genkey -noout -out {name}.key")
        self.run("req -x509 -new -key root.key -config conf -extensions root -days 9 -out root.pem")
        self.certify("signer")

    def certify(self, as_: str) -> None:
        """Certify the signer, for timestamps or for ordinary things."""
        self.run("req -new -key signer.key -config conf -subj /CN=Signer -out signer.csr")
        self.run(
            "x509 -req -in signer.csr -CA root.pem -CAkey root.key -CAcreateserial -days 9"
            f" -extfile conf -extensions {as_} -out signer.pem"
        )

    def stamp(self, data: bytes, *, digest: str = "sha256", options: str = "-cert") -> bytes:
        """Give a timestamp, as an authority does on request."""
        (self.folder / "data").write_bytes(data)
        self.run(f"ts -query -data data -{digest} {options} -out query")
        self.run(
            "ts -reply -config conf -section authority -queryfile query -signer signer.pem"
            " -inkey signer.key -out reply"
        )
        return (self.folder / "reply").read_bytes()

    @property
    def roots(self) -> list[Certificate]:
        """The authority's root."""
        return self.certificates("root")

    def certificates(self, name: str) -> list[Certificate]:
        """Read a certificate of the authority's: its root's or its signer's."""
        return read_certificates((self.folder / f"{name}.pem").read_bytes())


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Give a timestamp authority."""
    authority = Authority(tmp_path_factory.mktemp("authority"))
    authority.make()
    return authority


@needs_openssl
@pytest.mark.parametrize("digest", ["sha256", "sha384", "sha512"])
def test_a_timestamp_holds_for_its_checkpoint(authority: Authority, digest: str) -> None:
    """The time, the digest and the authority's signature are read and checked."""
    tsr = authority.stamp(DATA, digest=digest)
    found = check_timestamp(tsr, DATA, authority.roots)
    assert found == check_timestamp(tsr, DATA)
    assert found.algorithm == digest
    assert found.time.tzinfo is UTC
    assert abs(datetime.now(UTC) - found.time) < timedelta(minutes=5)


@needs_openssl
def test_one_changed_byte_of_the_checkpoint_is_refused(authority: Authority) -> None:
    """A timestamp is about the checkpoint's bytes as written, to the last."""
    tsr = authority.stamp(DATA)
    for other in (b"", DATA[:-1], DATA + b"\n", DATA.replace(b"\n93\n", b"\n94\n")):
        for roots in (None, authority.roots):
            with pytest.raises(ProofError, match="does not match the file beside it"):
                check_timestamp(tsr, other, roots)


@needs_openssl
def test_a_timestamp_of_another_authority_is_refused(authority: Authority, tmp_path: Path) -> None:
    """A signature that does not lead to the certificates given is not believed."""
    stranger = Authority(tmp_path)
    stranger.make()
    tsr = stranger.stamp(DATA)
    check_timestamp(tsr, DATA, stranger.roots)
    with pytest.raises(ProofError, match="signature is not valid"):
        check_timestamp(tsr, DATA, authority.roots)
    check_timestamp(tsr, DATA, authority.roots + stranger.roots + stranger.roots)


@needs_openssl
def test_a_certificate_for_other_things_makes_no_timestamp(tmp_path: Path) -> None:
    """A signer whose certificate is not for timestamps is refused, whoever certified it."""
    authority = Authority(tmp_path)
    authority.make()
    tsr = authority.stamp(DATA)
    whole = authority.certificates("signer")
    authority.certify("ordinary")
    with pytest.raises(subprocess.CalledProcessError):
        authority.stamp(DATA)
    check_timestamp(tsr, DATA, authority.roots + whole)


@needs_openssl
def test_a_timestamp_without_its_certificate_is_checked_with_it(authority: Authority) -> None:
    """Where the request asked for no certificate, the signer's is wanted beside the root."""
    tsr = authority.stamp(DATA, options="")
    signer = authority.certificates("signer")
    check_timestamp(tsr, DATA, authority.roots + signer)
    with pytest.raises(ProofError, match="signature is not valid"):
        check_timestamp(tsr, DATA, authority.roots)


@needs_openssl
def test_one_flipped_bit_never_changes_what_is_believed(authority: Authority) -> None:
    """With a bit of it turned over a timestamp is refused, or still says just what was signed."""
    tsr = authority.stamp(DATA)
    said = check_timestamp(tsr, DATA, authority.roots)
    believed = 0
    for at in range(len(tsr)):
        changed = bytearray(tsr)
        changed[at] ^= 1 << at % 8
        try:
            found = check_timestamp(bytes(changed), DATA, authority.roots)
        except ProofError:
            continue
        assert found == said
        believed += 1
    assert believed < len(tsr) // 50  # version numbers and names of algorithms, not signed


@needs_openssl
def test_a_digest_that_is_not_safe_is_refused(authority: Authority) -> None:
    """A timestamp of a SHA-1 digest is refused: another file could have the same."""
    with pytest.raises(UnreadableProofError, match="its digest is not"):
        check_timestamp(authority.stamp(DATA, digest="sha1"), DATA)


@needs_openssl
def test_a_request_that_was_not_granted_is_no_timestamp(authority: Authority) -> None:
    """An authority's refusal is said to be one."""
    (authority.folder / "data").write_bytes(DATA)
    authority.run("ts -query -data data -md5 -out query")
    authority.run(
        "ts -reply -config conf -section authority -queryfile query -signer signer.pem"
        " -inkey signer.key -out reply"
    )
    with pytest.raises(UnreadableProofError, match="did not grant"):
        check_timestamp((authority.folder / "reply").read_bytes(), DATA)


@needs_openssl
def test_certificates_in_another_order_than_ders_are_said_to_be(authority: Authority) -> None:
    """A reply that openssl reads and this program does not is not said to be no timestamp."""
    whole = (authority.folder / "root.pem").read_text("utf-8")
    orders = ("root.pem", "twice.pem")
    (authority.folder / "twice.pem").write_text(whole * 2, "utf-8")
    (authority.folder / "data").write_bytes(DATA)
    said = []
    for chain in orders:
        authority.run("ts -query -data data -sha256 -cert -out query")
        authority.run(
            "ts -reply -config conf -section authority -queryfile query -signer signer.pem"
            f" -inkey signer.key -chain {chain} -out reply"
        )
        authority.run("ts -verify -data data -in reply -CAfile root.pem")
        try:
            check_timestamp((authority.folder / "reply").read_bytes(), DATA, authority.roots)
        except UnreadableProofError as error:
            said.append(error.message)
    assert said
    assert all("DER" in each and "openssl ts -verify" in each for each in said)


@pytest.mark.parametrize("roots", [b"", b"no certificate", b"-----BEGIN CERTIFICATE-----\nAAAA\n"])
def test_what_are_no_certificates_are_refused(roots: bytes) -> None:
    """Certificates that cannot be read are an error, never a check left out."""
    with pytest.raises(UnreadableProofError, match="certificates cannot be read"):
        read_certificates(roots)


@needs_openssl
def test_no_certificates_are_trusted_with_nothing(authority: Authority) -> None:
    """Given an empty list to go back to, a signature goes back to nothing in it."""
    with pytest.raises(ProofError, match="signature is not valid"):
        check_timestamp(authority.stamp(DATA), DATA, [])


@given(st.binary(max_size=400))
def test_any_bytes_are_a_timestamp_or_an_error(data: bytes) -> None:
    """No bytes crash the reader of timestamps."""
    with pytest.raises(UnreadableProofError, match="not a timestamp"):
        check_timestamp(data, DATA)


def test_a_file_far_too_long_is_not_read() -> None:
    """More bytes than any timestamp has are refused unread."""
    with pytest.raises(UnreadableProofError, match="more than 65,536 bytes"):
        check_timestamp(bytes(MAX_TIMESTAMP + 1), DATA)
