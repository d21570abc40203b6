"""medcheck: an offline drug-interaction checker."""

__version__ = "0.1.0"
