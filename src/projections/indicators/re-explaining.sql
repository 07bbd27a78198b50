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
  - fr: "share_reused : données réutilisées / (réutilisées + asked_twice). Une donnée remplie par un organisme est réutilisée par un autre s’il l’avait sous les yeux en lisant le dossier, a ensuite enregistré quelque chose et ne l’a jamais envoyée lui-même. Une donnée disponible vaut ici donnée nécessaire, ce qui surestime la réutilisation. Qui redemande sans lire compte avec 0."
    nl: "share_reused: hergebruikte gegevens / (hergebruikte + asked_twice). Een gegeven dat een instelling invulde, is hergebruikt door een andere als die het bij het lezen van het dossier voor zich had, daarna iets registreerde en het nooit zelf stuurde. Wat beschikbaar was, geldt hier als nodig; dat overschat het hergebruik. Wie opnieuw vraagt zonder te lezen, telt mee met 0."
    en: "share_reused: fields reused / (reused + asked_twice). A field that one agency filled in is reused by another that had it before it when it read the dossier, then recorded something, and never sent it itself. A field that was there counts as one that was needed, which overstates reuse. Who asks again without reading counts with 0."
  - fr: "asked_twice : données renvoyées à l’identique par un autre organisme, qui ne les avait pas encore données lui-même ; une fois par donnée et par paire. Une autre orthographe compte comme une mise à jour, ce qui sous-estime. Une question posée mais jamais enregistrée n’est pas vue."
    nl: "asked_twice: gegevens die een andere instelling identiek opnieuw stuurde en zelf nog niet had gegeven; één keer per gegeven en per paar. Een andere schrijfwijze telt als wijziging; dat onderschat. Een vraag die nooit geregistreerd werd, blijft onzichtbaar."
    en: "asked_twice: fields that another agency sent again with the same value, not having told it itself before; once a field and pair. Another spelling counts as an update, which understates. A question that was asked and never recorded is not seen."
  - fr: "Les données sont celles de la personne, du projet et de chaque entreprise, son numéro compris : qui ajoute quelque chose à une entreprise connue doit en renvoyer le numéro, ce qui surestime asked_twice. Les faits retirés n’y sont pas ; les corrections ne changent pas ce qui a été envoyé. L’année est celle de la consultation, ou du renvoi."
    nl: "De gegevens zijn die van de persoon, het project en elke onderneming, haar nummer inbegrepen: wie iets toevoegt aan een bekende onderneming, moet het nummer opnieuw sturen, wat asked_twice overschat. Ingetrokken feiten zitten er niet in; verbeteringen wijzigen niet wat gestuurd werd. Het jaar is dat van de inzage, of van het opnieuw sturen."
    en: "The fields are those of the person, the project and each enterprise, its number included: who adds to an enterprise that is known has to send the number again, which overstates asked_twice. Retracted facts are not in them; corrections do not change what was sent. The year is that of the reading, or of the sending again."
  - fr: "Les consultations comptent depuis l’ouverture du registre des accès, comme ce qui est renvoyé, et seulement si la personne était montrée. À partir d’un effacement, les données personnelles effacées sortent du compte ; des chiffres d’avant, il reste de quoi les recompter : des numéros qui disent quelles valeurs étaient identiques, sans les valeurs."
    nl: "Inzages tellen sinds de opening van het toegangsregister, net als wat opnieuw gestuurd wordt, en alleen als de persoon werd getoond. Vanaf een wissing vallen de gewiste persoonsgegevens uit de telling; om cijfers van ervoor te kunnen hertellen, blijven nummers over die zeggen welke waarden gelijk waren, zonder de waarden."
    en: "Readings count since the access ledger was opened, as does what is sent again, and only those that showed the person. From an erasure on the erased personal fields drop out of the count; so that figures of before can be counted again, numbers stay that say which values were the same, without the values."
rules: []
--- */
SELECT from_agency, to_agency, measure, aggregate, year, dossier AS contributor, amount
FROM fact_exchange
