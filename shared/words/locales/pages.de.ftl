# Die Seiten.

# Um jede Seite
page-brand = Shop
page-skip = Zum Inhalt springen
page-navigation = Seiten
page-languages = Sprachen
page-calendar = Kalender
page-as-list = Als Liste zeigen
page-nothing-this-month = In diesem Monat gibt es nichts
page-on-sale = Angebote
page-cart = Warenkorb
page-error = Fehler
page-optional = freiwillig
page-to-overview = Alle Angebote ansehen
page-month = { $name } { $number }

# Ablehnungen
page-not-found = Hier ist nichts
page-not-found-text = Vielleicht ist die Adresse vertippt, oder was hier war, gibt es nicht mehr. Wenn Sie über einen Link in einer Mail kommen, benutzen Sie den ganzen Link.
page-not-yours = Diese Seite ist für Sie nicht offen
page-not-yours-text = Eine Bestellung öffnet der Link in ihrer Mail. Öffnen Sie ihn einmal in diesem Browser.
page-too-many = Zu viele Anfragen
page-too-many-text = Bitte warten Sie eine Minute und versuchen Sie es noch einmal.
page-unavailable = Bitte gleich noch einmal versuchen
page-unavailable-text = Der Shop ist gerade überlastet. Nichts ist verloren: Laden Sie die Seite in ein paar Sekunden neu.
page-refused = Das ging nicht
page-refused-text = Die Anfrage war nicht zu lesen. Gehen Sie zurück und versuchen Sie es noch einmal.
refused-invalid-request = Etwas ist nicht richtig ausgefüllt. Bitte sehen Sie die markierten Felder an.
refused-insufficient-stock = Davon ist nicht mehr genug da.
refused-listing-unavailable = Das ist zurzeit nicht im Verkauf.
refused-listing-ended = Das ist vorbei.
refused-promo-invalid = Dieser Gutscheincode gilt nicht.
refused-quantity-limit = Das ist mehr, als eine Bestellung haben darf.
refused-amount-limit = Die Summe der Bestellung liegt außerhalb des Erlaubten.
refused-donation-too-low = Der Betrag liegt unter dem kleinsten möglichen.
refused-donation-too-high = Der Betrag liegt über dem größten möglichen.
refused-donation-not-allowed = Hier ist der Preis fest.
refused-payments-not-configured = Der Verkäufer kann zurzeit keine Zahlungen annehmen.
refused-payment-declined = Die Karte wurde abgelehnt.
refused-slot-taken = Diese Zeit hat gerade jemand anderes genommen.
refused-slot-overlaps = Zu dieser Zeit gibt es schon einen anderen Termin.
refused-out-of-stock = Davon ist nicht mehr genug da.
refused-request-in-progress = Ihre Bestellung wird gerade bearbeitet. Bitte versuchen Sie es gleich noch einmal.
refused-idempotency-mismatch = Diese Bestellung wurde schon mit anderen Angaben aufgegeben.
refused-illegal-state = Das geht nicht mehr. Bitte sehen Sie die Seite noch einmal an.
refused-not-paid = Die Bestellung ist nicht bezahlt.
refused-rate-limited = Das war zu oft. Bitte warten Sie ein wenig.
refused-forbidden = Dieses Formular ist veraltet. Gehen Sie zurück, laden Sie die Seite neu und senden Sie es noch einmal.
refused-payment-unavailable = Der Zahlungsdienst antwortet nicht. Es wurde nichts abgebucht; bitte versuchen Sie es noch einmal.
refused-store-unavailable = Der Shop ist überlastet. Es wurde nichts abgebucht; bitte versuchen Sie es noch einmal.

# Übersicht
page-overview-heading = Was es gibt
page-nothing-on-sale = Zurzeit ist nichts im Verkauf.
page-more = Mehr
page-section-shows = Veranstaltungen
page-section-products = Waren
page-section-experts = Nach Vereinbarung
page-section-packages = Stunden im Voraus

# Ein Angebot
page-until = Bis
page-canceling = Absagen
page-policy = Sie bekommen { $name } zurück. Alles, wenn der Experte absagt.
page-policy-tier = { $percent } % bis { $hours } Stunden vorher
page-policy-until-start = { $percent } % bis zum Beginn
page-policy-none = Nach der Bestätigung kommt nichts zurück. Alles, wenn der Experte absagt.
page-choose-show = Karten
page-choose-product = Waren
page-choose-expert = Eine Zeit wählen
page-choose-package = Stunden
page-standing-canceled = Das wurde abgesagt.
page-standing-over = Das ist vorbei.
page-standing-no-times = Zurzeit gibt es keine freie Zeit.
page-standing-sold-out = Ausverkauft.
page-how-many = Wie viele
page-from = ab { $price }
page-free = kostenlos
page-price-with-fees = { $price } und { $amount } Gebühren
page-fees-included = Gebühren enthalten
page-hours = je { $hours } Stunden
page-names-needed = mit dem Namen jeder Person
page-sold-out = ausverkauft
page-left = { $n ->
    [one] noch eine
   *[other] noch { $n }
}
page-you-give = Sie geben, je
page-most-tickets = { $n ->
    [one] Höchstens eine Karte je Bestellung.
   *[other] Höchstens { $n } Karten je Bestellung.
}
page-most-each = { $n ->
    [one] Eine je Person, über alle Bestellungen.
   *[other] Höchstens { $n } je Person, über alle Bestellungen.
}
page-to-cart = Weiter
page-update-cart = Warenkorb ändern
page-taken = vergeben
page-places = Plätze
page-places-note = mehr als einer nur in einer Gruppe
page-places-left = { $n ->
    [one] noch ein Platz
   *[other] noch { $n } Plätze
}
page-there = Beim Experten:
page-month-before = Der Monat davor
page-month-after = Der nächste Monat
page-zone = Zeiten nach der Uhr von
page-show = Zeigen

# Der Warenkorb
page-cart-empty = Ihr Warenkorb ist leer.
page-cart-replaced = In Ihrem Warenkorb ist jetzt nur dies: Zusammen mit dem, was darin war, ist es nicht zu kaufen.
page-cart-changed = Sie haben den Warenkorb geändert. So viel kostet er jetzt. Es wurde noch nichts bestellt.
page-nothing-ordered = Es wurde nichts bestellt.
page-what = Was Sie kaufen
page-each = je { $amount }
page-remove = Entfernen
page-who-comes = Wer kommt?
page-name-of = Name auf Karte { $n }
page-promo-code = Gutscheincode
page-presale-code = Vorverkaufscode
page-presale-needed = Mit einem Vorverkaufscode
page-what-it-costs = Was es kostet
page-tax-later = Eine Steuer kommt auf der nächsten Seite dazu, bevor Sie zahlen.
page-who-buys = Wer kauft?
page-name = Name
page-email = E-Mail
page-company = Firma
page-phone = Telefon
page-order-free = Bestellen
page-to-payment = Weiter zur Zahlung
page-hold-show = Ihre Karten sind eine halbe Stunde für Sie zurückgelegt, während Sie zahlen.
page-hold-product = Die Waren sind eine halbe Stunde für Sie zurückgelegt, während Sie zahlen.
page-hold-expert = Auf Ihrer Karte wird das Geld reserviert. Abgebucht wird es, sobald der Experte zusagt; sonst wird es freigegeben.
page-hold-package = Die Stunden sind auf Ihrem Konto, sobald sie bezahlt sind.

# Eine Bestellung
page-order-pending = Wir warten auf Ihre Zahlung
page-order-pending-text = Bis { $date } ist alles für Sie zurückgelegt.
page-order-try-again = Der letzte Versuch ist fehlgeschlagen: { $name } Bis { $date } können Sie es noch einmal versuchen.
page-order-processing = Ihre Zahlung ist unterwegs
page-order-processing-text = Sie braucht einige Tage. Dann bekommen Sie eine Mail.
page-order-authorized = Wir warten auf die Antwort des Experten
page-order-authorized-text = Auf Ihrer Karte sind { $amount } reserviert. Abgebucht wurde noch nichts.
page-order-authorized-until = Auf Ihrer Karte sind { $amount } reserviert. Abgebucht wurde noch nichts; kommt bis { $date } keine Antwort, wird die Karte freigegeben.
page-order-paid-show = Sie sind dabei
page-order-paid-product = Es gehört Ihnen
page-order-paid-expert = Ihr Termin steht
page-order-paid-package = Ihre Stunden sind da
page-order-paid-mixed = Alles gehört Ihnen
page-order-paid-text = Wir haben eine Mail an { $email } gesandt.
page-order-refunded = Ihr Geld ist auf dem Weg zurück
page-order-expired = Die Zeit ist abgelaufen
page-order-expired-text = Es wurde nichts abgebucht. Was Sie gewählt hatten, ist wieder im Verkauf.
page-order-failed = Die Zahlung ist fehlgeschlagen
page-order-failed-text = { $name } Es wurde nichts abgebucht.
page-order-canceled = Diese Bestellung wurde storniert
page-order-released-text = Es wurde nichts abgebucht. Ihre Karte ist freigegeben.
page-order-declined = Der Experte hat dann keine Zeit
page-order-timed-out = Der Experte hat nicht rechtzeitig geantwortet
page-order-canceled-by-you = Sie haben den Termin abgesagt
page-order-canceled-by-expert = Der Experte hat den Termin abgesagt
page-order-listing-canceled = Das wurde abgesagt
page-order-listing-canceled-text = Der Verkäufer hat es abgesagt. Was Sie bezahlt haben, wird erstattet.
page-order-review = Wir prüfen Ihre Zahlung
page-order-review-text = An der Zahlung muss jemand etwas prüfen. Sie bekommen eine Mail; mehr brauchen Sie nicht zu tun.
page-pay-now = { $amount } zahlen
page-credited = { $hours } Stunden wurden gutgeschrieben.
page-booking = Termin
page-booking-requested = angefragt
page-booking-confirmed = bestätigt
page-booking-declined = abgelehnt
page-booking-canceled = abgesagt
page-booking-timed-out = nicht beantwortet
page-moved = Das wurde verlegt; Zeit und Ort hier sind die neuen.
page-refund-until = Bis { $date } können Sie Ihr ganzes Geld zurückverlangen.
page-tickets-pdf = Karten (PDF)
page-receipt-pdf = Beleg (PDF)
page-add-to-calendar = In den Kalender
page-cancel-booking = Termin absagen
page-cancel-free = Jetzt abzusagen kostet nichts: Ihre Karte wird freigegeben.
page-cancel-nothing = Wenn Sie jetzt absagen, bekommen Sie nichts zurück.
page-cancel-quote = Wenn Sie jetzt absagen, bekommen Sie { $amount } zurück ({ $percent } %).
page-holds-until = Das gilt bis { $date }.
page-tickets = Ihre Karten
page-frozen = Ihre Bank bestreitet die Zahlung. Bis das entschieden ist, öffnen diese Karten keine Tür.
page-qr = QR-Code { $code }
page-ticket-of = Karte { $number } von { $most }
page-ticket-valid = am Einlass vorzeigen
page-ticket-used = benutzt { $date }
page-ticket-refunding = wird erstattet
page-ticket-void = ungültig
page-hand-on = Namen ändern
page-hand-on-email = freiwillig: dorthin geht die Karte
page-save = Speichern
page-hand-over = Karte weitergeben
page-hand-over-text = Die Karte geht unter einem neuen Code an eine andere Person, die ihn allein erhält. Der Code hier wird ungültig; die Bestellung mit ihren Erstattungen bleibt Ihre.
page-hand-over-button = Weitergeben
page-ticket-handed-over = weitergegeben an { $name }
page-given-back = { $n ->
    [one] eine zurückgegeben
   *[other] { $n } zurückgegeben
}
page-refunds = Erstattungen
page-refund-pending = unterwegs
page-refund-succeeded = erfolgt
page-refund-failed = fehlgeschlagen
page-about-order = Zu dieser Bestellung
page-status = Stand
page-status-pending = unbezahlt
page-status-authorized = reserviert
page-status-paid = bezahlt
page-status-failed = fehlgeschlagen
page-status-expired = abgelaufen
page-status-canceled = storniert
page-status-refunded = erstattet
page-buyer = Käufer
page-placed = Bestellt
page-paid = Bezahlt
page-receipt = Beleg
page-resend = Mail noch einmal senden
page-done-canceled = Der Termin ist abgesagt.
page-done-resent = Die Mail ist unterwegs.
page-done-renamed = Der Name ist geändert.
page-done-handed-over = Die Karte ist weitergegeben; der neue Code ist unterwegs.
page-at-least = { $n ->
    [one] Mindestens eine je Bestellung
   *[other] Mindestens { $n } je Bestellung
}
page-at-most = { $n ->
    [one] Höchstens eine je Bestellung
   *[other] Höchstens { $n } je Bestellung
}
page-closes = Im Verkauf bis { $date }
page-opens = Im Verkauf ab { $date }
page-fee-once = Gebühr für die Bestellung
page-sent-to = Wohin senden wir es?
page-delivery-name = Name auf dem Paket
page-delivery-line1 = Straße und Hausnummer
page-delivery-line2 = Adresszusatz
page-delivery-postal-code = Postleitzahl
page-delivery-city = Ort
page-delivery-state = Bundesland oder Kanton
page-delivery-country = Land
page-delivered-to = Lieferung an
page-collect = Abzuholen in
page-pay-heading = Bezahlung
page-pay-lead = Bezahlen Sie bis { $date }; so lange bleibt alles für Sie reserviert.
page-pay-needs-script = Bitte schalten Sie JavaScript ein, um hier zu bezahlen, oder bestellen Sie ohne JavaScript noch einmal und bezahlen auf der Seite von Stripe.
page-pay-not-loaded = Das Zahlungsformular lässt sich nicht laden. Bitte prüfen Sie Ihre Verbindung und laden Sie diese Seite noch einmal.
page-pay-by-stripe = Die Daten Ihrer Karte gehen an Stripe und nie an uns.
page-to-order = Zur Bestellung

# Anmeldung und Konto
page-account = Konto
page-sign-in = Anmelden
page-sign-out = Abmelden
page-not-signed-in = Sie sind nicht angemeldet
page-sign-in-none = Eine Anmeldung ist hier nicht eingerichtet. Sie können ohne sie kaufen; jede Bestellung öffnet sich über den Link in ihrer E-Mail.
page-sign-in-outdated = Diese Anmeldung ist veraltet oder wurde in einem anderen Browser begonnen.
page-sign-in-denied = Sie haben der Anmeldung nicht zugestimmt.
page-sign-in-refused = Die Anmeldung wurde abgelehnt. Bei Ihnen hat sich nichts geändert.
page-sign-in-unavailable = Die Anmeldung ist im Moment nicht möglich. Bitte versuchen Sie es später noch einmal.
page-signed-out = Sie sind abgemeldet
page-signed-out-text = Von Ihrem Besuch bleibt in diesem Browser nichts zurück.
page-signed-out-onwards = Von Ihrem Besuch bleibt in diesem Browser nichts zurück. Einen Moment: Sie werden auch dort abgemeldet, wo Sie sich angemeldet haben.
page-go-on = Weiter
page-try-again = Noch einmal versuchen
page-hours-need-sign-in = Stunden kommen auf Ihr Guthaben und brauchen deshalb einen Kunden. Melden Sie sich an; Ihr Warenkorb bleibt erhalten.
page-hours-no-sign-in = Stunden brauchen einen angemeldeten Kunden, und eine Anmeldung ist hier nicht eingerichtet. Bitte fragen Sie den Verkäufer.
page-bookings-to-come = Kommende Termine
page-hours-with = Stunden bei
page-hours-left = Noch { $hours } Stunden
page-hours-ledger = Zu- und Abgänge
page-hours-bought = Gekauft
page-hours-given-back = Zurückgegeben
page-hours-disputed = Angefochten
page-hours-taken = Genommen
page-own-orders = Ihre Bestellungen
page-no-orders = Sie haben noch keine Bestellungen.
page-newest-orders = Neueste Bestellungen

# The doors of a show
page-doors-title = Einlass
page-doors-choose = Vorstellung wählen
page-doors-sign-in = Als Personal anmelden
page-doors-show = Vorstellung
page-doors-device = Name dieses Geräts, etwa seine Tür
page-doors-begin = Beginnen
page-doors-revoked = Dieses Gerät darf nicht mehr einlassen. Das Personal kann es neu anmelden.
page-doors-again = Neu anmelden
page-doors-ready = Bereit
page-doors-undo = Rückgängig
page-doors-code = Code
page-doors-check = Prüfen
page-doors-camera = Bild der Kamera
page-doors-camera-on = Kamera an
page-doors-camera-off = Kamera aus
page-doors-no-camera = Es gibt keine Kamera, oder sie darf hier nicht benutzt werden
page-doors-counts = Wer da ist
page-doors-search = Nach Namen suchen
page-doors-name = Name
page-doors-find = Suchen
page-doors-problems = Seitdem besser bekannt
page-doors-doubles = Doppelt gescannte Tickets
page-doors-silent = Ohne Ton
page-doors-leave = Andere Vorstellung
page-doors-script = Diese Seite braucht JavaScript.
page-doors-checked-in = Eintreten
page-doors-double = Schon gescannt
page-doors-refunded = Erstattet
page-doors-disputed = Zahlung bestritten
page-doors-handed-over = Übertragen: nach dem neuen Code fragen
page-doors-unknown = Unbekannter Code
page-doors-wrong-show = Andere Vorstellung
page-doors-early = Zu früh
page-doors-late = Zu spät
page-doors-outside = Außerhalb der Einlasszeit
page-doors-unchecked = Hier nicht zu prüfen
page-doors-forged = Nicht echt
page-doors-undone = Zurückgenommen
page-doors-taken-back = Zurückgenommen
page-doors-nothing-to-undo = Nichts zurückzunehmen
page-doors-clock = Falsche Uhrzeit
page-doors-too-many = Zu oft gescannt
page-doors-since-by = Um { $time }, { $name }
page-doors-since = Um { $time }
page-doors-at = { $time }
page-doors-is-for = Das Ticket ist für { $name }
page-doors-early-at = Einlass ab { $time }
page-doors-late-at = Einlass endete { $time }
page-doors-of = { $came } von { $all }
page-doors-online = Online
page-doors-offline = Offline
page-doors-waiting = { $number } zu senden
page-doors-known = { $number } Tickets bekannt
page-doors-synced = Stand { $time }
page-doors-none-found = Niemand gefunden
page-doors-needs-network = Das braucht das Netz
page-doors-no-doubles = Kein Ticket wurde doppelt gescannt
page-doors-check-in = Einlassen
page-doors-no-shows = Es ist keine Vorstellung im Verkauf
page-doors-not-staff = Nur Personal eines Verkäufers kann Tickets prüfen
page-doors-not-registered = Das Gerät wurde nicht angemeldet. Bitte die Seite neu laden.
page-doors-leave-waiting = { $number } Scans wurden nicht gesendet und gingen verloren. Verlassen?
