# Deutsch: das Büro und die Seiten der Experten.
# The desk
page-desk = Büro
page-desk-closed = Diese Seite ist für eine andere Rolle
page-desk-closed-text = Ihre Anmeldung nennt keine Rolle, die das sehen darf. Rollen werden dort vergeben, wo Sie sich anmelden.
page-desk-which = Organisation
page-desk-orders = Bestellungen
page-desk-all = alle
page-desk-in-review = in Prüfung
page-desk-from = Bestellt ab
page-desk-to = Bestellt bis
page-desk-search = Nummer, Name, Mailadresse, Karte oder Kennung bei Stripe
page-desk-disputed = Die Bank bestreitet die Zahlung.
page-desk-answer-until = Antwort bis { $date }
page-desk-no-orders = Solche Bestellungen gibt es nicht.
page-desk-newest = Neueste Bestellungen
page-desk-disputes = Zahlungsstreit
page-desk-card-over-share = Mit dieser Karte sind mehr Tickets einer Veranstaltung bezahlt, als eine Person haben darf.
page-dispute-open = offen: das Geld ist so lange bei der Bank
page-dispute-inquiry = eine Anfrage: es ist kein Geld geflossen
page-dispute-won = gewonnen
page-dispute-lost = verloren
page-dispute-prevented = abgewendet
page-dispute-where = Beantwortet wird ein Zahlungsstreit im Dashboard von Stripe, mit den Belegen für den Verkauf.
page-desk-lines = Was bestellt wurde
page-desk-expert = Experte
page-desk-payment = Zahlung
page-payment-unpaid = unbezahlt
page-payment-processing = unterwegs
page-payment-authorized = autorisiert
page-payment-captured = eingezogen
page-payment-failed = fehlgeschlagen
page-payment-canceled = storniert
page-payment-partially-refunded = teilweise erstattet
page-payment-refunded = erstattet
page-desk-captured = { $amount } eingegangen
page-desk-refunded = { $amount } zurückgegeben
page-desk-left = { $amount } könnten noch erstattet werden
page-desk-unreachable = Mails an diese Adresse kommen zurück. Dorthin wird nichts mehr gesandt; an eine andere Adresse sofort.
page-desk-address = Adresse ändern
page-desk-tickets = Karten
page-desk-ticket-valid = gültig
page-desk-trail = Wer was getan hat
page-review-accept = Annehmen
page-review-refuse = Ablehnen
page-review-waits = Entschieden oder im Streit: das Geld ist unterwegs, oder zuerst entscheidet die Bank.
page-review-payment-accept = Der Käufer bekommt das Bestellte für das, was er bezahlt hat.
page-review-payment-refuse = Alles Bezahlte geht an den Käufer zurück.
page-review-authorization-accept = Der Experte wird gefragt, für das, was autorisiert ist.
page-review-authorization-refuse = Die Karte wird freigegeben.
page-review-refund-accept = Zur Kenntnis nehmen, dass aus der Erstattung nichts wurde, etwa weil das Geld anders zurückging.
page-review-refund-refuse = Die Erstattung wird noch einmal versucht.
page-review-returned-accept = Die Ware bleibt beim Käufer.
page-review-returned-refuse = Die Ware wird zurückgenommen, der Rest des Geldes erstattet.
page-refund = Erstatten
page-refund-none = Von dieser Bestellung kann gerade nichts erstattet werden.
page-refund-what = Was zurückgeht
page-refund-items = Einzelne Stücke, mit dem, was dafür bezahlt wurde
page-refund-amount = Ein Betrag aus Kulanz; es kommt keine Ware zurück
page-refund-rest = Alles, was übrig ist: { $amount }
page-refund-of = { $n } von { $most } können zurück
page-refund-preview = Zeigen, was das ergibt
page-refund-comes-to = Was das ergibt
page-refund-goods-back = Diese kommen zurück und sind wieder im Verkauf, soweit das geht. Ihre Karten gelten nicht mehr.
page-refund-goods-stay = Es kommt keine Ware zurück: Karten bleiben gültig, und nichts ist wieder im Verkauf.
page-refund-goods = Für Ware
page-refund-fees = Für Gebühren
page-refund-reason = Warum, fürs Protokoll; auch der Käufer liest es
page-refund-now = { $amount } erstatten
page-done-address = Die Adresse ist geändert.
page-done-accepted = Die Prüfung ist beendet: angenommen.
page-done-refused = Die Prüfung ist beendet: abgelehnt.
page-done-refunded = Die Erstattung ist unterwegs.

# Today
page-today = Heute
page-today-disputes = Zahlungsstreit, der auf Antwort wartet
page-today-reviews = Bestellungen in Prüfung
page-today-since = seit { $date }
page-today-more = Es gibt noch mehr davon.
page-today-figures = Was heute bisher war
page-today-partly = Es ist mehr, als hier gezählt ist; die tägliche Zusammenfassung hat alles.
page-today-hours = Eingang je Stunde
page-today-hour = Stunde

# An expert's bookings
page-bookings = Termine
page-bookings-requests = Anfragen
page-bookings-no-requests = Keine Anfrage wartet auf Ihre Antwort.
page-bookings-none = Es steht kein Termin an.
page-booking-places = { $n } Plätze
page-booking-confirm = Bestätigen
page-booking-decline = Ablehnen
page-booking-cancel-free = Absagen kostet nichts: es wurde nichts bezahlt.
page-booking-cancel-quote = Wenn Sie absagen, bekommt der Käufer { $amount } zurück, jederzeit.
page-hours-to-answer = noch { $n } Stunden
page-minutes-to-answer = { $n ->
    [one] noch eine Minute
   *[other] noch { $n } Minuten
}
page-slots = Zeiten
page-slots-no-listing = Es gibt noch kein Angebot Ihrer Zeit. Ein Administrator des Verkäufers legt eines an.
page-slot-add = Zeit anbieten
page-slot-listing = Angebot
page-slots-coming = Kommende Zeiten
page-slots-none = Es gibt noch keine.
page-done-slot = Die Zeit ist im Angebot.
page-week = Zeiten Woche für Woche
page-week-days = Wochentage
page-week-times = Beginn um
page-week-minutes = Länge in Minuten
page-week-from = Erster Tag
page-week-until = Letzter Tag
page-week-except = Tage ohne Zeiten
page-week-preview = Diese Zeiten zeigen
page-week-makes = Was das ergibt
page-week-made = { $n ->
    [one] Eine Zeit kommt ins Angebot.
   *[other] { $n } Zeiten kommen ins Angebot.
}
page-week-present = { $n ->
    [one] Eine ist schon im Angebot und bleibt, wie sie ist.
   *[other] { $n } sind schon im Angebot und bleiben, wie sie sind.
}
page-week-overlapping = { $n ->
    [one] Eine kommt nicht ins Angebot, weil Sie dann schon eine andere Zeit oder einen Termin haben:
   *[other] { $n } kommen nicht ins Angebot, weil Sie dann schon andere Zeiten oder Termine haben:
}
page-week-past = { $n ->
    [one] Eine hat schon begonnen.
   *[other] { $n } haben schon begonnen.
}
page-week-deleted = { $n ->
    [one] Eine wurde früher aus dem Angebot genommen und bleibt weg.
   *[other] { $n } wurden früher aus dem Angebot genommen und bleiben weg.
}
page-week-sell = { $n ->
    [one] Eine Zeit anbieten
   *[other] { $n } Zeiten anbieten
}
page-week-is-made = kommt ins Angebot
page-week-is-present = im Angebot
page-week-is-past = hat begonnen
page-week-is-deleted = aus dem Angebot genommen
page-week-overlaps = überschneidet sich
page-week-moved = An diesem Tag überspringt die Uhr die übliche Zeit.
page-slot-free = frei
page-done-slots = Die Zeiten sind im Angebot.
page-done-slots-none = Es gab nichts Neues anzubieten.
page-done-confirmed = Der Termin ist bestätigt.
page-done-declined = Die Anfrage ist abgelehnt; die Karte wird freigegeben.

# What the desk sells
page-desk-listings = Angebote
page-desk-no-listings = Es gibt noch nichts.
page-desk-published = im Verkauf
page-desk-draft = nicht im Verkauf
page-desk-canceled = abgesagt
page-desk-publish = In den Verkauf geben
page-desk-withdraw = Aus dem Verkauf nehmen
page-desk-shop-page = Wie Käufer es sehen
page-desk-stock = Preise und Bestand
page-desk-offer = Preis
page-desk-available = Frei
page-desk-held = Reserviert
page-desk-sold = Verkauft
page-desk-unlimited = unbegrenzt
page-desk-more-offers = Es gibt mehr Preise, als hier stehen.
page-desk-offer-name = Name
page-desk-price = Preis
page-desk-capacity = Wie viele insgesamt
page-desk-change-offer = Ändern
page-desk-edit = Ändern oder verlegen
page-desk-copy = Kopieren
page-desk-copy-text = Die Kopie ist ein Entwurf mit denselben Preisen. Termine bleiben, wo sie sind.
page-desk-new-id = Kennung: Kleinbuchstaben, Ziffern und Bindestriche
page-desk-offer-new = Preis hinzufügen
page-edit-title = Titel
page-edit-description = Beschreibung
page-edit-clock = nach der Uhr von { $name }
page-edit-starts = Beginn
page-edit-ends = Ende
page-edit-doors = Einlass
page-edit-moves = Ändern sich Zeit oder Ort, erfahren es Käufer mit Karten per Mail. Die Karten bleiben gültig.
page-done-edited = Es ist geändert.
page-done-copied = Das ist die Kopie: ein Entwurf.
page-done-offer-added = Der Preis ist hinzugefügt.
page-desk-promos = Aktionscodes
page-desk-no-promos = Es gibt noch keine Codes.
page-desk-promo-off = { $percent } % Nachlass
page-desk-promo-used = { $n } benutzt
page-desk-promo-used-of = { $n } von { $most } benutzt
page-desk-promo-until = bis { $date }
page-desk-promo-new = Code anlegen
page-desk-promo-percent = Nachlass in Prozent
page-desk-promo-most = Höchstens so oft
page-offer-presale-none = Keine
page-offer-presale-early = Öffnet zuerst für Inhaber eines Codes
page-offer-presale-only = Nur für Inhaber eines Codes
page-desk-presales = Vorverkaufscodes
page-desk-presale-offer = Angebot
page-desk-presale-add = Vorverkaufscode anlegen oder ändern
page-desk-cancel = Absagen
page-desk-cancel-what = { $name } absagen
page-desk-cancel-means = Der Verkauf endet sofort und beginnt nicht wieder. Offene Zahlungen werden beendet, und alle Käufer bekommen zurück, was sie dafür bezahlt haben.
page-desk-cancel-orders = Bestellungen zu erstatten
page-desk-cancel-open = Zahlungen zu beenden
page-desk-cancel-money = Geld, das zurückgeht
page-desk-cancel-time = Bei Stripes Tempo
page-desk-cancel-minutes = { $n ->
    [one] etwa eine Minute
   *[other] etwa { $n } Minuten
}
page-desk-cancel-more = Es gibt mehr Bestellungen, als hier zusammengezählt sind; es ist also mindestens so viel.
page-desk-cancel-reason = Warum, wie es Käufer lesen
page-desk-cancel-sure = Zur Bestätigung die Kennung { $code } eingeben
page-desk-keep = Behalten
page-desk-cancel-running = { $n ->
    [one] Es wird abgesagt: eine Bestellung ist bisher erledigt.
   *[other] Es wird abgesagt: { $n } Bestellungen sind bisher erledigt.
}
page-desk-cancel-waiting = { $n ->
    [one] Eine Bestellung muss auf eine Bank oder eine laufende Zahlung warten und folgen von selbst.
   *[other] { $n } Bestellungen müssen auf eine Bank oder eine laufende Zahlung warten und folgen von selbst.
}
page-desk-cancel-over = Es wurde abgesagt, und alle Bestellungen sind erledigt.
page-done-published = Es ist im Verkauf.
page-done-withdrawn = Es ist nicht mehr im Verkauf. Bestellungen bleiben, wie sie sind.
page-done-listing-canceled = Es ist abgesagt. Die Erstattungen folgen; diese Seite sagt, wie weit sie sind.
page-done-offer = Der Preis ist geändert.
page-done-promo = Der Code ist gespeichert.

# The organization's settings
page-desk-settings = Einstellungen
page-settings-name = Name
page-settings-contact = Wie Käufer Sie erreichen
page-settings-phone = Telefon
page-settings-address = Postanschrift
page-settings-tax-id = Nummer beim Finanzamt
page-settings-style = Bild, Sprache und Uhr
page-settings-logo = Bild, als https-Adresse
page-settings-color = Farbe von Knöpfen und Links, wie #0b6455
page-settings-locale = Sprache, wie de-CH
page-settings-zone = Zeitzone, wie Europe/Berlin
page-settings-paying = Wie Käufer bezahlen
page-settings-modes = Zahlungswege, wo ein Angebot keine nennt
page-settings-hosted = Auf der Seite von Stripe
page-settings-intent = Auf der eigenen Seite des Ladens
page-settings-fees = Wie Belege Gebühren zeigen
page-settings-fees-named = in eigenen Zeilen
page-settings-fees-included = als Teil der Preise
page-settings-most-amount = Höchstbetrag einer Bestellung
page-settings-most-donation = Höchstbetrag, den ein Käufer für eine Karte geben darf
page-settings-most-tickets = Höchstzahl der Karten einer Bestellung, bis { $most }
page-settings-tax-automatic = Stripe berechnet die Steuer
page-settings-tax-behavior = Preise
page-settings-tax-exclusive = Steuer kommt zu den Preisen hinzu
page-settings-tax-inclusive = Preise enthalten die Steuer
page-settings-tax-liability = Wer die Steuer schuldet
page-settings-tax-platform = Die Plattform, die sie einbehält
page-settings-tax-seller = Sie selbst
page-settings-doors = Einlass
page-settings-check-in = Wie viele Stunden vor dem Einlass eine Karte entwertet werden darf
page-settings-cancellation = Abgesagte Termine
page-settings-cancellation-text = Ein Termin, den der Käufer so viele Stunden vor Beginn oder früher absagt, gibt so viel Prozent zurück. Später als alle diese gibt er nichts zurück. Für eine Bestellung gilt, was galt, als sie aufgegeben wurde.
page-settings-tier-hours = Stunden vor Beginn
page-settings-tier-percent = Prozent, die zurückgehen
page-settings-mail = Mail
page-settings-remind = Käufer einmal an eine Zahlungsseite erinnern, die sie offen ließen
page-settings-summary = Jeden Morgen an Ihre Adresse
page-settings-summary-back = Eine Zusammenfassung kam von dieser Adresse zurück, darum wird keine gesandt.
page-settings-summary-again = Dieselbe Adresse noch einmal versuchen
page-settings-summary-sales = Was verkauft wurde
page-settings-summary-refunds = Was zurückgegeben wurde
page-settings-summary-disputes = Zahlungsstreit mit Fristen
page-settings-summary-reviews = Bestellungen in Prüfung
page-settings-origins = Eigene Seiten
page-settings-origins-text = Adressen, zu denen Käufer nach dem Bezahlen zurückgeführt werden dürfen, eine je Zeile, wie https://shop.example
page-settings-fixed = Was die Plattform festlegt
page-settings-fixed-text = Wohin das Geld geht und was davon einbehalten wird. Nur die Plattform ändert das.
page-settings-account = Konto bei Stripe
page-settings-currency = Währung
page-settings-per-ticket = Gebühr je Karte
page-done-settings = Die Einstellungen sind gespeichert.

# People and what they did
page-desk-team = Team
page-role-platform = Plattform
page-role-admin = Administrator
page-role-staff = Personal
page-role-expert = Experte
page-role-admin-may = Alles, was das Personal darf; dazu was verkauft wird und zu welchem Preis, Absagen, diese Einstellungen und das Protokoll.
page-role-staff-may = Bestellungen, Erstattungen, Prüfungen, Einlass, Stunden von Kunden, Zahlen und Tabellen.
page-role-expert-may = Eigene Zeiten und Termine, und Stunden, die sie Kunden abziehen.
page-team-roles = Rollen
page-team-issuer = Wer welche Rolle hat, steht dort, wo sich Ihre Leute anmelden, und wird dort geändert. Eine Änderung gilt ab der nächsten Anmeldung.
page-team-log = Wer was getan hat
page-team-log-text = Was Personal, Experten und Plattform in den letzten 400 Tagen geändert haben. Einlass und Antworten auf Termine stehen bei ihren Bestellungen.
page-team-log-none = Es gibt noch nichts.
page-team-newest = Das Neueste
page-log-organization-created = Organisation angelegt
page-log-organization-changed = Einstellungen geändert
page-log-listing-created = Angebot angelegt
page-log-listing-changed = Angebot geändert
page-log-listing-published = Angebot in den Verkauf gegeben
page-log-listing-unpublished = Angebot aus dem Verkauf genommen
page-log-listing-canceled = Angebot abgesagt
page-log-offer-created = Preis angelegt
page-log-offer-changed = Preis geändert
page-log-offer-deleted = Preis endgültig aus dem Verkauf genommen
page-log-slots-created = Zeiten angeboten
page-log-promo-created = Aktionscode angelegt
page-log-promo-changed = Aktionscode geändert
page-log-presale-created = Vorverkaufscode angelegt
page-log-presale-changed = Vorverkaufscode geändert
page-log-refund-requested = Erstattung verlangt
page-log-review-accepted = Prüfung angenommen
page-log-review-refused = Prüfung abgelehnt
page-log-buyer-changed = Adresse des Käufers geändert
page-log-confirmation-resent = Bestätigung erneut gesandt
page-log-attendee-changed = Besucher geändert
page-log-ticket-handed-over = Karte weitergegeben
page-log-customer-erased = Kundendaten gelöscht
page-log-hours-taken = Stunden abgezogen

# New listings
page-new = Neues Angebot
page-new-kind = Was es verkauft
page-kind-show = Karten einer Veranstaltung
page-kind-product = Waren
page-kind-expert = Zeit eines Experten
page-kind-package = Stunden im Voraus
page-new-text-show = Zuerst die Veranstaltung als Entwurf, dann ihre Karten mit Preisen, dann der Verkauf.
page-new-text-product = Zuerst die Ware als Entwurf, dann ihre Arten mit Bestand, dann der Verkauf.
page-new-text-expert = Zuerst der Experte als Entwurf, dann die Zeiten, dann der Verkauf. Der Experte beantwortet jeden Termin.
page-new-text-package = Zuerst die Pakete gemeinsam als Entwurf, dann jedes mit seinen Stunden, dann der Verkauf.
page-new-expert = Wessen Zeit es ist: die Kennung, mit der sich der Experte anmeldet
page-new-delivery = Wie Käufer es bekommen
page-new-delivery-none = Nichts wird gesandt oder abgeholt
page-new-delivery-address = Es wird an eine Adresse gesandt
page-new-delivery-pickup = Es wird am Ort abgeholt
page-new-zone = Zeitzone dort, wenn nicht die Ihre
page-new-make = Entwurf anlegen
page-new-none = Keinen anlegen
page-done-draft = Der Entwurf ist angelegt. Vor dem Verkauf braucht er einen Preis.
page-edit-mail = Was diese Mail sagt
page-edit-share = Karten, die eine Person haben darf, über alle Bestellungen
page-edit-refund-until = Wer nicht kommen kann, darf alles Geld zurückverlangen bis
page-offer-hours = Stunden, die es gutschreibt
page-offer-hours-of = { $hours } Stunden
page-offer-least = Mindestens je Bestellung
page-offer-most = Höchstens je Bestellung
page-offer-opens = Verkauf ab
page-offer-closes = Verkauf bis
page-offer-attendees = Karten nennen, wer kommt
page-offer-attendees-none = nein
page-offer-attendees-optional = wenn der Käufer mag
page-offer-attendees-required = jede
page-offer-donation = Käufer dürfen mehr als den Preis geben
page-offer-vip = Als VIP gekennzeichnet
page-promo-from = Gültig ab
page-promo-until = Gültig bis
page-desk-promo-from = ab { $date }
page-slot-minutes = Minuten jeder Zeit
page-slot-weekly = Jede Woche gleich, am
page-slot-until = Bis zum Tag
page-slot-except = Aber nicht an diesen Tagen, wie 2027-12-24
page-done-slots = Die Zeiten sind im Angebot. Wo der Experte schon eine andere hat oder sie vorbei ist, gibt es keine.

# Exports
page-desk-exports = Tabellen
page-export-text = Tabellen für Tabellenprogramme. Eine kleine kommt sofort; eine lange wird als Datei geschrieben.
page-export-kind = Was eine Zeile ist
page-export-orders = Bestellungen
page-export-lines = Posten von Bestellungen
page-export-tickets = Karten
page-export-refunds = Erstattungen
page-export-payouts = Auszahlungen: was von jeder Zahlung Ihnen gehört
page-export-listing = Nur dieses Angebot, nach seiner Kennung
page-export-now = Herunterladen
page-export-file = Als Datei schreiben lassen
page-export-latest = Dateien der letzten Tage
page-export-none = Es gibt keine.
page-export-long = Diese Tabelle ist für eine Antwort zu lang. Lassen Sie sie als Datei schreiben.
page-export-begun = Begonnen
page-export-written = Bisher geschrieben
page-export-kilobytes = { $n } kB
page-export-running = wird geschrieben
page-export-done = fertig
page-export-failed = fehlgeschlagen
page-export-running-text = Sie wird im Hintergrund geschrieben, binnen Minuten. Sie können diese Seite verlassen: die Datei steht in der Liste.
page-export-again = Nachsehen, wie weit sie ist
page-export-download = Datei herunterladen
page-export-kept = Die Datei wird aufbewahrt bis { $date }.
page-export-gone = Die Datei wird nicht mehr aufbewahrt. Lassen Sie eine neue schreiben.
page-export-failed-text = Sie konnte nicht geschrieben werden. Nichts ist verloren: lassen Sie eine neue schreiben.
