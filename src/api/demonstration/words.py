"""What people write, in the dossier's language: notes, next steps, reasons. Free text, hence personal."""

from __future__ import annotations

NOTES: dict[str, tuple[str, ...]] = {
    "fr": (
        "Le plan tient la route ; revoir les marges et la trésorerie des six premiers mois.",
        "Bonne connaissance du métier, étude de marché encore mince.",
        "Hésite entre société et personne physique ; a reçu la comparaison.",
        "Le bail est négocié, il manque la garantie.",
        "Premiers clients signés, demande de recrutement à préparer.",
    ),
    "nl": (
        "Het plan houdt steek; marges en kasstroom van de eerste zes maanden herbekijken.",
        "Kent het vak goed, marktonderzoek nog dun.",
        "Twijfelt tussen vennootschap en eenmanszaak; kreeg de vergelijking mee.",
        "De huur is onderhandeld, de waarborg ontbreekt nog.",
        "Eerste klanten getekend, aanwerving voor te bereiden.",
    ),
    "en": (
        "The plan holds; look again at margins and at cash in the first six months.",
        "Knows the trade well, market study still thin.",
        "Torn between a company and sole trading; was given the comparison.",
        "The lease is negotiated, the deposit is missing.",
        "First customers signed, a first hire to prepare.",
    ),
}
NEXT_STEPS: dict[str, tuple[str, ...]] = {
    "fr": (
        "Envoyer le plan financier.",
        "Prendre rendez-vous à la banque.",
        "Vérifier l’accès à la profession.",
    ),
    "nl": ("Financieel plan opsturen.", "Afspraak maken bij de bank.", "Vestigingsvoorwaarden nagaan."),
    "en": ("Send the financial plan.", "See the bank.", "Check the licence to trade."),
}
ENQUIRIES: dict[str, tuple[str, ...]] = {
    "fr": (
        "Demande les conditions de la prime.",
        "Cherche un local et un premier crédit.",
        "Rappeler après les congés.",
    ),
    "nl": (
        "Vraagt naar de voorwaarden van de premie.",
        "Zoekt een pand en een eerste krediet.",
        "Terugbellen na verlof.",
    ),
    "en": (
        "Asks about the conditions of the grant.",
        "Looks for premises and a first loan.",
        "Call back after the break.",
    ),
}
REFERRAL_NOTES: dict[str, tuple[str, ...]] = {
    "fr": ("Dossier mûr, merci de recevoir avant la fin du mois.", "Premier contact à faire par téléphone."),
    "nl": (
        "Rijp dossier, graag ontvangen voor het einde van de maand.",
        "Eerste contact graag per telefoon.",
    ),
    "en": ("Ready to be seen, before the end of the month please.", "First contact by phone, please."),
}
SLIPS: dict[str, tuple[str, ...]] = {
    "fr": ("Erreur d’encodage.", "Chiffre corrigé après vérification."),
    "nl": ("Invoerfout.", "Cijfer verbeterd na controle."),
    "en": ("Typing mistake.", "Figure corrected after a check."),
}
TAKEN_BACK: dict[str, tuple[str, ...]] = {
    "fr": ("Encodé dans le mauvais dossier.",),
    "nl": ("In het verkeerde dossier ingevoerd.",),
    "en": ("Entered in the wrong dossier.",),
}
REFUSED: dict[str, tuple[str, ...]] = {
    "fr": ("Conditions non remplies.", "Budget de l’année épuisé.", "Dossier incomplet malgré rappel."),
    "nl": ("Voorwaarden niet vervuld.", "Jaarbudget uitgeput.", "Dossier onvolledig ondanks herinnering."),
    "en": ("Conditions not met.", "This year’s budget is spent.", "File incomplete after a reminder."),
}
RECOVERED: dict[str, tuple[str, ...]] = {
    "fr": ("Investissement non maintenu trois ans.", "Dépense non justifiée."),
    "nl": ("Investering niet drie jaar behouden.", "Uitgave niet verantwoord."),
    "en": ("Investment not kept for three years.", "Expense without proof."),
}
GIVEN_UP: dict[str, tuple[str, ...]] = {
    "fr": ("Priorité à un emploi salarié.", "Local perdu."),
    "nl": ("Kiest voor een job in loondienst.", "Pand verloren."),
    "en": ("Took a salaried job first.", "Lost the premises."),
}
