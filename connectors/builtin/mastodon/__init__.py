"""Followers, mentions and replies of a Mastodon account."""
