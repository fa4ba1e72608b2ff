"""The built website, for the tests that read it."""

import pytest


@pytest.fixture(scope="session")
def site(request):
    """The folder of the built website."""
    folder = request.config.getoption("site")
    if folder is None:
        pytest.skip("no built website: `nox -s docs` builds it and runs these tests with --site")
    return folder.resolve()
