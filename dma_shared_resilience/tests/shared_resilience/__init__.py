"""A package, so that pytest names these modules after it and not after the folder `dma_shared_resilience`.

That folder has no `__init__.py`; importing it as a parent would put an empty namespace in front of the real package.
"""
