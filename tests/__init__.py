"""The test suite: `conftest`, `page` (the inspecting client), `factories` and `databases`."""
