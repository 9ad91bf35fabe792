"""Secrets: kept by the operating system or the environment, never by the workbook.

A secret has the name of what it opens: the host, the storage account, the bucket, the application id. It
is looked up in the keyring of the operating system (Windows Credential Manager, macOS Keychain), service
``billow``; then in the environment, where servers keep theirs.

>>> variable("partner-export.blob.example")
'BILLOW_SECRET_PARTNER_EXPORT_BLOB_EXAMPLE'
>>> holds_secret("https://reports.example/june.csv?sig=aB3%2F"), holds_secret("s3://reports/2026-06/*.csv")
(True, False)
"""

import os
import re
from itertools import pairwise

from billow.vendors.pulls.fetched import Source

SERVICE = "billow"
_SECRETS = re.compile(
    r"[?&;](sig|signature|token|access_token|key|x-amz-\w+|x-goog-\w+|password|secret)="  # signed addresses
    r"|\b(AccountKey|SharedAccessKey|SharedAccessSignature|client_secret|aws_secret_access_key)\b\s*[=:]"
    r"|\b(AKIA|ASIA)[0-9A-Z]{16}\b"  # access keys of AWS
    r"|\beyJ[\w-]{10,}\.[\w-]{10,}"  # tokens
    r"|-----BEGIN [A-Z ]*PRIVATE KEY"
    r"|://[^/\s@]*:[^/\s@]*@"  # a password in an address
    r"|\b(password|passwort|wachtwoord|secret|geheim)\s*[:=]\s*\S",
    re.IGNORECASE,
)
_WORD = re.compile(r"[A-Za-z0-9+/_~.-]{32,}={0,2}")
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{16,}", re.IGNORECASE)
_KINDS = (str.islower, str.isupper, str.isdigit)
_SHUFFLED = 0.35  # in a key every second sign is of another kind than the one before; in names, few are


def variable(name: str) -> str:
    """Return the environment variable that holds the secret of ``name``."""
    return f"BILLOW_SECRET_{re.sub(r'[^A-Z0-9]+', '_', name.upper())}"


def secret_of(name: str) -> str | None:
    """Return the secret of ``name`` from the keyring or the environment; None if there is none."""
    # imported here: an import from a folder, the usual case, should not wait for what asks the system
    import keyring  # noqa: PLC0415
    from keyring.errors import KeyringError  # noqa: PLC0415

    try:
        found = keyring.get_password(SERVICE, name)
    except KeyringError:  # a server has none
        found = None
    return found or os.environ.get(variable(name)) or None


def needed_secret(name: str, source: Source) -> str:
    """Return the secret of ``name``; ``Refused`` says how to store it."""
    if found := secret_of(name):
        return found
    hint = (
        f"Store it with: python -m keyring set {SERVICE} {name}. On a server, set the environment variable "
        f"{variable(name)}."
    )
    raise source.refused("PUL-004", f'There is no secret for "{name}" on this machine.', hint)


def holds_secret(text: str) -> bool:
    """Tell whether a text looks like a password, key, token or signed address.

    A long word in which small letters, capitals and digits are shuffled is a key; names and ids are not.
    """
    return bool(_SECRETS.search(text)) or any(map(_is_key, _WORD.findall(_ID.sub(" ", text))))


def _is_key(word: str) -> bool:
    kinds = [next((number for number, kind in enumerate(_KINDS) if kind(sign)), None) for sign in word]
    changes = sum(one != other for one, other in pairwise(kinds) if None not in {one, other})
    return {0, 1, 2} <= set(kinds) and changes >= _SHUFFLED * len(word)
