"""Spread work over processes or over a Dask cluster."""
