"""What every test shares: where sample files are, and a clean way out."""

from pathlib import Path

import hypothesis
import pytest

from exits import leave

hypothesis.settings.register_profile(
    "shared-machine",
    deadline=None,  # a busy machine is no bug: what is fast enough is measured by `make bench`
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("shared-machine")

FINISHED = pytest.StashKey[pytest.Session]()


@pytest.fixture(scope="session")
def fixtures() -> Path:
    """The folder of sample files."""
    return Path(__file__).parent / "fixtures"


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Keep the session: its exit status is final only when everybody has reported."""
    session.config.stash[FINISHED] = session


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave without the interpreter's tear-down, in which the Temporal SDK can abort.

    A worker of pytest-xdist ends as it likes: its results are already with the main process.
    A usage error is printed after this hook, so it ends as usual too.
    """
    session = config.stash.get(FINISHED, None)
    if session is None or hasattr(config, "workerinput"):
        return
    if session.exitstatus != pytest.ExitCode.USAGE_ERROR:
        leave(int(session.exitstatus))
