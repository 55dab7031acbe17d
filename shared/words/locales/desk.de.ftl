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
page-desk-no-number = Eine Bestellung { $number } gibt es hier nicht.
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
page-desk-promo-new = Code anlegen oder ändern
page-desk-promo-percent = Nachlass in Prozent
page-desk-promo-most = Höchstens so oft
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
