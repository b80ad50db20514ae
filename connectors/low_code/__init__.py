"""Low-code manifests that bring their own settings: read for what they offer, without the CDK.

`connectors.manifest` reads their records; here is what must be known before that: which settings
a manifest asks for and which of them are secret, which streams it has, and what identifies a
record of each.
"""
