"""How golden records relate without being one: households, and people with their organisations.

Never a merge. The words are those of the match models: what makes two records look alike there
(`household`, `colleagues`) is what ties two golden records here.

    keys         what a record is found by from another one: its home, its office, its employer
    households   who lives with whom
    employment   which organisations a person belongs to, since when and by which records
"""
