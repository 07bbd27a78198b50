/* ---
title: {fr: Réexpliquer, nl: Opnieuw uitleggen, en: Re-explaining}
question:
  fr: L’information passe-t-elle d’un organisme à l’autre, ou l’entrepreneur doit-il tout réexpliquer ?
  nl: Gaat informatie van de ene instelling naar de andere, of moet de ondernemer alles opnieuw uitleggen?
  en: Does information pass from one agency to the next, or must the entrepreneur explain it all again?
unit: by measure
dimensions: [from_agency, to_agency, measure, year]
default: [from_agency, to_agency, measure]
measures: [hours_to_first_reading, share_reused, asked_twice]
chart: {by: [to_agency, measure], units: {hours_to_first_reading: hours, share_reused: share, asked_twice: fields}}
evidence_level: 0
value: by-measure
method:
  fr: "Médiane, moyenne ou somme selon la mesure, sur les échanges entre deux organismes autour d’un dossier."
  nl: "Mediaan, gemiddelde of som naargelang de maat, over de uitwisselingen tussen twee instellingen rond een dossier."
  en: "Median, mean or sum by measure, over the exchanges between two agencies around a dossier."
ledger: true
caveats:
  - fr: "hours_to_first_reading : heures (médiane) entre l’enregistrement d’un fait et la première consultation du dossier par l’autre organisme ; les faits jamais lus ne comptent pas."
    nl: "hours_to_first_reading: uren (mediaan) tussen het registreren van een feit en de eerste inzage van het dossier door de andere instelling; feiten die nooit gelezen zijn, tellen niet mee."
    en: "hours_to_first_reading: hours (median) from the recording of a fact to the other agency's first reading of the dossier; facts never read are not in it."
  - fr: "share_reused : part des données de profil remplies par un organisme qu’un autre, après avoir lu le dossier et agi, n’a pas renvoyées à l’identique. Une donnée disponible vaut ici donnée nécessaire, ce qui surestime la réutilisation."
    nl: "share_reused: aandeel van de door een instelling ingevulde profielgegevens die een andere, na het dossier te hebben gelezen en gehandeld, niet identiek opnieuw stuurde. Wat beschikbaar was, geldt hier als nodig; dat overschat het hergebruik."
    en: "share_reused: share of the profile fields one agency filled in that another, having read the dossier and acted on it, did not send again with the same value. A field that was there counts as one that was needed, which overstates reuse."
  - fr: "asked_twice : données renvoyées à l’identique par un autre organisme. Une autre orthographe compte comme une mise à jour, ce qui sous-estime. Une question posée mais jamais enregistrée n’est pas vue."
    nl: "asked_twice: gegevens die een andere instelling identiek opnieuw stuurde. Een andere schrijfwijze telt als wijziging; dat onderschat. Een vraag die nooit geregistreerd werd, blijft onzichtbaar."
    en: "asked_twice: fields that another agency sent again with the same value. Another spelling counts as an update, which understates. A question that was asked and never recorded is not seen."
  - fr: "Les consultations comptent depuis l’ouverture du registre des accès et seulement si la personne était montrée. À partir d’un effacement, les données personnelles effacées sortent du compte ; des chiffres d’avant, il reste de quoi les recompter : des numéros qui disent quelles valeurs étaient identiques, sans les valeurs."
    nl: "Inzages tellen sinds de opening van het toegangsregister en alleen als de persoon werd getoond. Vanaf een wissing vallen de gewiste persoonsgegevens uit de telling; om cijfers van ervoor te kunnen hertellen, blijven nummers over die zeggen welke waarden gelijk waren, zonder de waarden."
    en: "Readings count since the access ledger was opened, and only those that showed the person. From an erasure on the erased personal fields drop out of the count; so that figures of before can be counted again, numbers stay that say which values were the same, without the values."
rules: []
--- */
SELECT from_agency, to_agency, measure, aggregate, year, dossier AS contributor, amount
FROM fact_exchange
