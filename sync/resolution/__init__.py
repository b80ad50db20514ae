"""Resolution over the store: what `identity` computes, kept up to date as records come and go."""

from sync.resolution.resolver import Outcome, resolve_batch, resolve_pending

__all__ = ["Outcome", "resolve_batch", "resolve_pending"]
