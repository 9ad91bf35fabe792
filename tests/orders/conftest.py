"""What the tests of orders share."""

from pathlib import Path

import pytest

REPORTS = Path(__file__).parents[1] / "data" / "reports"


@pytest.fixture
def reports() -> Path:
    """The folder of sample reports."""
    return REPORTS
