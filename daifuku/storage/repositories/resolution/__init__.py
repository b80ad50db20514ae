"""What the resolver keeps: pending records, feature sets, block keys, links, golden records.

Only `sync.resolution` writes through here, one transaction a batch, under one lock.
"""
