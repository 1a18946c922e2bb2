"""The hub's own certificate authority, for the embedded broker: made on first use, kept in the data folder.

The authority signs nothing but this broker's certificate. Homes get its certificate when they are paired, and
believe no other. The broker's certificate is renewed each time it starts; the authority lasts ten years.
"""

from __future__ import annotations

import os
import socket
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

AUTHORITY_LASTS: Final = timedelta(days=3650)
LASTS: Final = timedelta(days=825)  #: what clients accept at most
#: A home's clock that is a little slow must not refuse a new certificate.
SINCE: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Certificate:
    """The files of the broker's certificate and its key, and of the authority that homes believe."""

    certificate: Path
    key: Path
    authority: Path


def own_names(*more: str) -> list[str]:
    """Return the names and addresses by which this machine may be called, without repeats."""
    host = socket.gethostname()
    names = [*more, host, f"{host}.local", "localhost", "127.0.0.1"]
    with suppress(OSError):  # a machine need not know its own name
        names += [str(found[4][0]) for found in socket.getaddrinfo(host, None)]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe, suppress(OSError):
        probe.connect(("192.0.2.1", 9))  # sends nothing: asks which address would be used
        names.append(probe.getsockname()[0])
    return [name for name in dict.fromkeys(names) if name]


def authority(folder: Path) -> Path:
    """Return the authority's certificate, made now if there is none."""
    path = folder / "ca.pem"
    if not path.exists():
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name(
            [x509.NameAttribute(NameOID.COMMON_NAME, f"Anju hub on {socket.gethostname()}"[:64])]
        )
        made = (
            _begin(name, name, key.public_key(), AUTHORITY_LASTS)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage(signs=True), critical=True)
            .sign(key, SHA256())
        )
        _write_key(folder / "ca.key", key)
        _write(path, made.public_bytes(Encoding.PEM))
    return path


def certificate(folder: Path, names: list[str]) -> Certificate:
    """Return a certificate for `names`, signed anew by this folder's authority."""
    ca = authority(folder)
    signer = x509.load_pem_x509_certificate(ca.read_bytes())
    ca_key = load_pem_private_key((folder / "ca.key").read_bytes(), None)
    if not isinstance(ca_key, ec.EllipticCurvePrivateKey):
        raise TypeError("the authority's key is one on a curve")
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0][:64])])
    made = (
        _begin(subject, signer.subject, key.public_key(), LASTS)
        .add_extension(x509.SubjectAlternativeName([_name(name) for name in names]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key()), critical=False
        )
        .sign(ca_key, SHA256())
    )
    _write_key(folder / "broker.key", key)
    _write(folder / "broker.pem", made.public_bytes(Encoding.PEM))
    return Certificate(folder / "broker.pem", folder / "broker.key", ca)


def _begin(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, lasts: timedelta
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - SINCE)
        .not_valid_after(now + lasts)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=signs,
        crl_sign=signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _write_key(path: Path, key: ec.EllipticCurvePrivateKey) -> None:
    _write(path, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()), mode=0o600)


def _write(path: Path, content: bytes, mode: int = 0o644) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(path.suffix + ".part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as file:
        file.write(content)
    part.replace(path)
