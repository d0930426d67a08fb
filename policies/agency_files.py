"""Agency files: the panel as YAML, one file an agency, with every problem by file and line."""

from base64 import b64decode
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from domain.agencies import Agency, Band, CommissionTerms, Sftp, problems
from policies.files import PolicyError, PolicyFile, checked, read

FOLDER = Path(__file__).parent / "agencies"

_KEY_BYTES = 32

_HOST_KEYS = (
    "ssh-ed25519",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "ssh-rsa",
)

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]*$")]
Word = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]*$")]
Text = Annotated[str, Field(min_length=1)]


def _key(value: str) -> str:
    try:
        raw = b64decode(value, validate=True)
    except ValueError:
        raise ValueError("write the 32 bytes of an X25519 public key in base64") from None
    if len(raw) != _KEY_BYTES:
        raise ValueError("write the 32 bytes of an X25519 public key in base64")
    return value


def _host_key(value: str) -> str:
    kind, _, key = value.partition(" ")
    try:
        raw = b64decode(key, validate=True)
    except ValueError:
        raw = b""
    if kind not in _HOST_KEYS or not raw.startswith(len(kind).to_bytes(4) + kind.encode()):
        raise ValueError("write the server's key as known_hosts has it, as ssh-ed25519 AAAA...")
    return value


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class BandFile(_Part):
    """What is paid on debts at least `from_days` past due: `basis_points` of the money."""

    from_days: Annotated[int, Field(strict=True, ge=0)]
    basis_points: Annotated[int, Field(strict=True, ge=0, le=10_000)]


class CommissionFile(_Part):
    """The commission; `conduct_percent` of it waits for the review of the agency's conduct."""

    bands: Annotated[list[BandFile], Field(min_length=1)]
    conduct_percent: Annotated[int, Field(strict=True, ge=0, le=100)] = 0

    def terms(self) -> CommissionTerms:
        """The domain's terms."""
        bands = tuple(Band(band.from_days, band.basis_points) for band in self.bands)
        return CommissionTerms(bands, self.conduct_percent)


class SftpFile(_Part):
    """The agency's SFTP server; `host_key` is the only key that we take it to be it by."""

    host: Annotated[str, Field(pattern=r"^[A-Za-z0-9.:-]+$")]
    port: Annotated[int, Field(strict=True, ge=1, le=65_535)] = 22
    user: Text
    host_key: Annotated[str, AfterValidator(_host_key)]
    out_folder: Text = "out"
    in_folder: Text = "in"

    def server(self) -> Sftp:
        """The domain's server."""
        return Sftp(**self.model_dump())


class HandoffFile(_Part):
    """How the agency is told: `http` is a URL, `public_key` that for encrypted files.

    Those lie on its own server (`sftp`), or, absent that, in a folder of ours.
    """

    http: Annotated[str, Field(pattern=r"^https?://")] = ""
    public_key: Annotated[str, AfterValidator(_key)] = ""
    sftp: SftpFile | None = None


class AgencyFile(_Part):
    """A whole agency file; absent `products` are all, an absent `reviewed_on` is never."""

    name: Name
    title: Text
    jurisdictions: Annotated[list[Word], Field(min_length=1)]
    products: list[Word] = []
    capacity: Annotated[int, Field(strict=True, ge=1)]
    licence: Text
    licence_until: date
    contract_until: date
    reviewed_on: date | None = None
    commission: CommissionFile
    handoff: HandoffFile = HandoffFile()

    def agency(self) -> Agency:
        """The domain's agency."""
        return Agency(
            name=self.name,
            title=self.title,
            jurisdictions=tuple(self.jurisdictions),
            products=tuple(self.products),
            capacity=self.capacity,
            licence=self.licence,
            licence_until=self.licence_until,
            contract_until=self.contract_until,
            reviewed_on=self.reviewed_on,
            commission=self.commission.terms(),
            url=self.handoff.http,
            public_key=self.handoff.public_key,
            sftp=self.handoff.sftp.server() if self.handoff.sftp else None,
        )


def load_agency(path: Path, text: str | None = None) -> Agency:
    """The agency in a file (or in `text`, read under the file's name).

    Raises PolicyError with all problems at once, each with file and line.
    """
    file = read(path, text)
    model, found = checked(file, AgencyFile)
    if model is None:
        raise PolicyError(found)
    agency = model.agency()
    wrong = [_placed(file, problem) for problem in problems(agency)]
    if agency.name != path.stem:
        wrong.append(file.problem(["name"], f"the file is called {path.stem}; call both the same."))
    if wrong:
        raise PolicyError(wrong)
    return agency


def load_panel(folder: Path = FOLDER) -> Mapping[str, Agency]:
    """Every agency of a folder by its name.

    Raises PolicyError with every problem of every file, or when there is no such folder.
    """
    if not folder.is_dir():
        what = "is a file, not a folder" if folder.exists() else "is not there"
        said = f"the agency panel {folder} {what}; FORBEAR_AGENCY_PANEL names a folder of files."
        raise PolicyError([said])
    panel: dict[str, Agency] = {}
    found: list[str] = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            agency = load_agency(path)
        except PolicyError as error:
            found += error.problems
        else:
            panel[agency.name] = agency
    if found:
        raise PolicyError(found)
    return panel


def _placed(file: PolicyFile, problem: str) -> str:
    place, _, message = problem.partition(": ")
    return file.problem(place.split("."), message)
