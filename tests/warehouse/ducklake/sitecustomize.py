"""Imported by Python on its start where this directory is on PYTHONPATH: a program of the tests has a lake, too."""

import tests.warehouse.ducklake  # noqa: F401 (to load it is to put it in place)
