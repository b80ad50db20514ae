"""The comparators a match model can name."""

from identity.scoring.comparator import Comparators
from identity.scoring.contacts import CONTACTS
from identity.scoring.facts import FACTS
from identity.scoring.names import PARTS
from identity.scoring.whole_names import WHOLE

COMPARATORS: Comparators = {**PARTS, **WHOLE, **CONTACTS, **FACTS}
