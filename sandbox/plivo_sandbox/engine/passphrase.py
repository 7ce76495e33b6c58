"""Pulumi's passphrase secrets: what `encryptionsalt` and `secure:` mean, and how the state keeps secrets."""

import base64
import functools
import hashlib
import secrets
from collections.abc import Mapping
from pathlib import Path

from plivo_sandbox.engine.errors import EngineError

ITERATIONS = 1_000_000
CHECK_TEXT = "pulumi"
#: Where the CLI looks for the passphrase, the first of them first.
PASSPHRASES = ("PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE")
DEFAULT_PASSPHRASE = "sandbox"  # noqa: S105 - what a stack on the local Plivo uses when none is set


@functools.lru_cache(maxsize=16)
def _derive_key(passphrase: str, salt: bytes) -> bytes:
    return hashlib.pbkdf2_hmac("sha256", passphrase.encode(), salt, ITERATIONS, 32)


def passphrase_from(environment: Mapping[str, str]) -> str:
    """Find the passphrase where the CLI looks for it; `sandbox` when it is nowhere.

    Raises:
        EngineError: the file that PULUMI_CONFIG_PASSPHRASE_FILE names cannot be read.
    """
    if "PULUMI_CONFIG_PASSPHRASE" in environment:
        return environment["PULUMI_CONFIG_PASSPHRASE"]
    file = environment.get("PULUMI_CONFIG_PASSPHRASE_FILE")
    if not file:
        return DEFAULT_PASSPHRASE
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except OSError as error:
        message = f"PULUMI_CONFIG_PASSPHRASE_FILE names {file}, which cannot be read: {error.strerror}"
        raise EngineError(message) from error


class Crypter:
    """Encrypts and decrypts with a passphrase; the key is derived when it is first needed.

    `salt` has the form of `encryptionsalt` in a stack's config: the salt and a text to test the passphrase with.
    """

    def __init__(self, passphrase: str, salt: str) -> None:
        self.salt = salt
        self._passphrase = passphrase
        self._checked = False

    @classmethod
    def with_new_salt(cls, passphrase: str) -> "Crypter":
        """Start a new salt, for a stack whose config has none."""
        salt = secrets.token_bytes(8)
        crypter = cls(passphrase, f"v1:{base64.b64encode(salt).decode()}:")
        crypter._checked = True
        crypter.salt += crypter.encrypt(CHECK_TEXT)
        return crypter

    def is_right(self) -> bool:
        """Whether this is the passphrase that the salt was made with."""
        try:
            self._key()
        except EngineError:
            return False
        return self._checked

    def encrypt(self, text: str) -> str:
        """Return the text encrypted, as `v1:nonce:ciphertext`."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        nonce = secrets.token_bytes(12)
        sealed = AESGCM(self._key()).encrypt(nonce, text.encode(), None)
        return f"v1:{base64.b64encode(nonce).decode()}:{base64.b64encode(sealed).decode()}"

    def decrypt(self, ciphertext: str) -> str:
        """Return the text in clear.

        Raises:
            EngineError: the passphrase is another one, or this is no ciphertext of Pulumi's passphrase secrets.
        """
        return self._open(ciphertext, self._key())

    def _key(self) -> bytes:
        version, _, rest = self.salt.partition(":")
        salt, _, check = rest.partition(":")
        if version != "v1" or not salt:
            raise EngineError(
                f"there are secrets, but encryptionsalt is {self.salt or 'missing'}: it should begin with v1"
            )
        key = _derive_key(self._passphrase, base64.b64decode(salt))
        if not self._checked:
            self._checked = self._open(check, key) == CHECK_TEXT
        return key

    def _open(self, ciphertext: str, key: bytes) -> str:
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        try:
            version, nonce, sealed = ciphertext.split(":")
            if version != "v1":
                raise ValueError(version)
            return AESGCM(key).decrypt(base64.b64decode(nonce), base64.b64decode(sealed), None).decode()
        except (ValueError, InvalidTag) as error:
            raise EngineError(
                "a secret of this stack cannot be decrypted: it was encrypted with another PULUMI_CONFIG_PASSPHRASE"
            ) from error
