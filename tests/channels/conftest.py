"""The providers on loopback, and our own door."""

from collections.abc import Iterator

import pytest

from demo.providers.stand_in import ProvidersStandIn
from tests.channels.world import SECRET, Door


@pytest.fixture
def providers() -> Iterator[ProvidersStandIn]:
    stand_in = ProvidersStandIn(SECRET)
    stand_in.start()
    yield stand_in
    stand_in.stop()


@pytest.fixture
def door() -> Iterator[Door]:
    ours = Door()
    ours.start()
    yield ours
    ours.stop()
