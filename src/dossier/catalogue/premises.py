"""Facts about premises: moving into an incubator, an enterprise centre, a workshop, and leaving."""

from dossier.catalogue.fact import Fact, fact
from dossier.values import Amount, Currency, Identifier, Quantity, Term


@fact("premises-entered", fr="Entrée dans des locaux", nl="Intrek in een pand", en="Premises entered")
class PremisesEntered(Fact):
    site: Identifier
    kind: Term | None = None
    area_m2: Quantity | None = None
    rent: Amount | None = None
    currency: Currency = "EUR"


@fact("premises-left", fr="Départ des locaux", nl="Vertrek uit een pand", en="Premises left")
class PremisesLeft(Fact):
    site: Identifier
    kind: Term | None = None
    area_m2: Quantity | None = None
    rent: Amount | None = None
    currency: Currency = "EUR"
