"""The `evidence` commands: the signed record of one loan, and its check by anybody."""

import os
import tempfile
from dataclasses import asdict
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Annotated

import typer
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Engine

from channels.evidence.checking import Checked, check
from channels.evidence.keys import (
    KeyUnusable,
    fingerprint,
    new_private_key,
    pem,
    private_key,
    public_key,
)
from channels.evidence.sealing import file_name, sealed
from channels.evidence.shape import Bundle, bundle_of, mark
from commands.asking import LoanId
from commands.doors import ending, now, open_house, os_user, read_settings
from commands.saying import NOT_DONE, WRONG_INPUT, AsJson, Failed, complain, show_facts, show_json
from commands.sources import cited
from ledger.engine import reading
from ledger.evidence import evidence_of
from ledger.evidence_items import Item
from settings import Settings

OWN_KEY = Path(".data/evidence-key.pem")
"""The key that is made when the settings name none."""


def app() -> typer.Typer:
    """The commands about evidence."""
    program = typer.Typer(
        help="Everything on record about a loan, signed; and its check.", no_args_is_help=True
    )
    program.command("export")(ending(export))
    program.command("verify")(ending(verify))
    program.command("key")(ending(key))
    return program


def export(
    loan: LoanId,
    out: Annotated[str, typer.Option("--out", metavar="FOLDER", help="Default: here.")] = ".",
    by: Annotated[str, typer.Option("--by", help="Who makes it. Default: the OS user.")] = "",
    as_json: AsJson = False,
) -> int:
    """Everything on record about a loan, as one signed file: JSON for checking, PDF for reading."""
    house = open_house()
    bundle = gathered(house.engine, loan, now(), by or os_user())
    signing = _signing_key(house.settings)
    data = sealed(bundle, signing)
    path = _kept(Path(out), bundle, data)
    signer = fingerprint(signing.public_key())
    if as_json:
        said = {"file": path, "sha256": mark(data), "signed_by": signer}
        show_json(said | {"loan_id": loan, "entries": len(bundle.entries), "counts": bundle.counts})
        return 0
    facts = (("Loan", loan), ("Entries", len(bundle.entries)), ("Signed by", signer))
    show_facts(str(path), facts)
    return 0


def gathered(engine: Engine, loan_id: str, at: datetime, by: str) -> Bundle:
    """The bundle of a loan: what one moment of the ledger has, with the sources of its rules."""
    with reading(engine) as session:
        items = evidence_of(session, loan_id)
    rules = (item.says.get("rule", "") for item in items)
    sources = [Item(None, "rule", rule.rule, asdict(rule)) for rule in cited(rules)]
    return bundle_of(loan_id, [*sources, *items], at, by)


def verify(
    file: Annotated[str, typer.Argument(metavar="FILE", help="The bundle.")],
    key_file: Annotated[
        str,
        typer.Option("--key", metavar="FILE", help="The public key (PEM) that must have signed."),
    ] = "",
    signer: Annotated[
        str, typer.Option("--fingerprint", help="The fingerprint of the key that must have signed.")
    ] = "",
    as_json: AsJson = False,
) -> int:
    """Check a bundle, without a ledger or a server: any change since it was signed is named.

    An archive that was only packed anew is OK, and said to be.
    """
    if key_file and signer:
        raise Failed("Give --key or --fingerprint, not both.", WRONG_INPUT)
    expected = _of_key_file(key_file) if key_file else _of_text(signer) if signer else None
    try:
        data = Path(file).read_bytes()
    except OSError as error:
        raise Failed(f"{file} cannot be read: {error.strerror}.", WRONG_INPUT) from None
    checked = check(data, expected)
    if as_json:
        show_json({"ok": not checked.problems, "pinned": expected is not None} | asdict(checked))
    elif checked.problems:
        for problem in checked.problems:
            complain(problem)
        complain(f"{file}: NOT OK, {len(checked.problems)} found.")
    else:
        _show_whole(file, checked, expected is not None)
    return NOT_DONE if checked.problems else 0


def key(as_json: AsJson = False) -> int:
    """The public key that bundles are signed with, to be handed to whoever will check them."""
    public = _signing_key(read_settings()).public_key()
    if as_json:
        show_json({"public_key": pem(public), "fingerprint": fingerprint(public)})
    else:
        print(f"{pem(public)}Fingerprint {fingerprint(public)}")
    return 0


def _show_whole(file: str, checked: Checked, pinned: bool) -> None:
    facts = (
        ("Loan", checked.loan_id),
        ("Made", f"{checked.made_at} by {checked.made_by}"),
        ("Entries", f"{checked.entries}, each continues the one before"),
        ("Decisions", f"{checked.decisions}, whole by the ledger's own hashes"),
        ("Parts", "bundle.json, bundle.pdf: as signed; nothing else is in the file"),
        ("Archive", "packed anew since it was sealed" if checked.repacked else ""),
        ("Signed by", checked.signed_by),
    )
    show_facts(f"{file}: OK", facts)
    if checked.repacked:
        complain(
            "The archive was packed anew by another program, and is no longer the file that was "
            "handed over: its names, dates and packing are not signed. All that is signed, its "
            "four parts, is whole."
        )
    if not pinned:
        complain(
            "The signer was compared with nobody: give --key or --fingerprint, as the lender has "
            "told you by another way."
        )


def _signing_key(settings: Settings) -> Ed25519PrivateKey:
    """The key of the settings, or our own, which is made when it is needed first."""
    try:
        if settings.evidence_key_file is not None:
            return private_key(settings.evidence_key_file)
        if OWN_KEY.exists():
            return private_key(OWN_KEY)
        made = new_private_key(OWN_KEY)
    except KeyUnusable as wrong:
        raise Failed(f"{wrong} Name the signing key in FORBEAR_EVIDENCE_KEY_FILE.") from None
    complain(f"No signing key was named, so one was made: {OWN_KEY}. Keep it, and keep it secret.")
    return made


def _of_key_file(path: str) -> str:
    try:
        return fingerprint(public_key(Path(path)))
    except KeyUnusable as wrong:
        raise Failed(f"--key: {wrong}", WRONG_INPUT) from None


def _of_text(text: str) -> str:
    plain = text.lower().removeprefix("sha256:").replace(":", "").replace(" ", "")
    if len(plain) != 64 or not set(plain) <= set("0123456789abcdef"):
        raise Failed("--fingerprint: a fingerprint has 64 hexadecimal digits.", WRONG_INPUT)
    return plain


def _kept(folder: Path, bundle: Bundle, data: bytes) -> Path:
    """Write the whole file or none of it, for its owner only, and never over another."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=folder, prefix=".evidence-")
        draft = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            return _named(draft, folder, bundle)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise Failed(f"{folder} does not take the bundle: {error.strerror}.") from None


def _named(draft: Path, folder: Path, bundle: Bundle) -> Path:
    """Give the draft the first name that is free."""
    for number in count(1):
        path = folder / file_name(bundle, number)
        try:
            path.hardlink_to(draft)
        except FileExistsError:
            continue
        return path
    raise AssertionError("a number is always free")
