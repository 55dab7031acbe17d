# Deutsch

weekday-1 = Montag
weekday-2 = Dienstag
weekday-3 = Mittwoch
weekday-4 = Donnerstag
weekday-5 = Freitag
weekday-6 = Samstag
weekday-7 = Sonntag
month-1 = Januar
month-2 = Februar
month-3 = März
month-4 = April
month-5 = Mai
month-6 = Juni
month-7 = Juli
month-8 = August
month-9 = September
month-10 = Oktober
month-11 = November
month-12 = Dezember
date = { $weekday }, { $day }. { $month } { $year }
moment = { $date }, { $clock } Uhr ({ $zone })
span = { $date }, { $clock } bis { $until } Uhr ({ $zone })

greeting = Guten Tag { $name },
greeting-expert = Guten Tag,
footer = Gesendet von { $seller } zu Bestellung { $order }.
footer-reply = Antworten auf diese Nachricht erreichen { $contact }.
view-order = Bestellung ansehen
order-number = Bestellnummer

when = Wann
doors = Einlass
where = Wo
slot = Termin
platform-fee = Plattformgebühr
processing-fee = Zahlungsgebühr
tax = Steuer
tax-included = Darin enthaltene Steuer
paid-accepted = Bezahlt und so angenommen
discount = Rabatt ({ $code })
total = Summe
tickets-heading = Ihre Tickets, ein Code für jede Person
hours-added = { $hours ->
    [one] Eine Stunde wurde Ihrem Guthaben hinzugefügt.
   *[other] { $amount } Stunden wurden Ihrem Guthaben hinzugefügt.
}
attached-tickets = Die Tickets hängen als PDF an; gedruckt oder auf dem Telefon werden sie am Einlass gescannt.
attached-calendar = Die angehängte Kalenderdatei trägt den Termin in Ihren Kalender ein.

confirmed-subject = Ihre Bestellung für { $title } ist bestätigt
confirmed-heading = Vielen Dank, alles ist bereit
confirmed-text = Sie haben gekauft:
booking-confirmed-subject = Ihre Buchung von { $title } ist bestätigt
booking-confirmed-heading = Ihr Termin ist gebucht
booking-confirmed-text = { $title } ist bestätigt. { $amount } wurden abgebucht.
booking-confirmed-free = { $title } ist bestätigt. Es wurde nichts abgebucht.

refund-subject = Erstattung für { $title }
refund-heading = Ihre Erstattung ist unterwegs
refund-text = Wir haben { $amount }{ $way } erstattet. Banken brauchen einige Tage, bis sie es anzeigen.
refund-goods = Ihre Bestellung für { $title } wurde zurückgenommen. Es war nichts dafür abgebucht worden.
refund-goods-heading = Ihre Bestellung wurde zurückgenommen
refund-failed-subject = Ihre Erstattung für { $title } kam zurück
refund-failed-heading = Ihre Erstattung kam zurück
refund-failed-text = Die Bank hat uns die { $amount } zurückgegeben, die wir{ $way } erstattet hatten. Das Geld gehört weiterhin Ihnen.
refund-failed-next = Wir kümmern uns darum. Wenn es auf einem anderen Weg kommen soll, antworten Sie bitte auf diese Nachricht.
way-card = {" "}auf Ihre { $brand }-Karte mit der Endung { $last4 }
way-card-unknown = {" "}auf die Karte, mit der Sie bezahlt haben,
way-bank = {" "}auf das Bankkonto, von dem Sie bezahlt haben,
way-bank-known = {" "}auf Ihr Bankkonto mit der Endung { $last4 }
way-other = {" "}auf dem Weg, auf dem Sie bezahlt haben,

canceled-subject = Abgesagt: { $title }
canceled-heading = { $title } ist abgesagt
canceled-text = { $title } findet nicht statt. Das tut uns leid.
canceled-text-when = { $title } am { $when } findet nicht statt. Das tut uns leid.
canceled-reason = Der Veranstalter schreibt: { $reason }
canceled-refund = Sie erhalten { $amount }{ $way } zurück. Banken brauchen einige Tage, bis sie es anzeigen.
canceled-free = Sie hatten nichts bezahlt, daher gibt es nichts zu erstatten. Ihre Tickets sind nicht mehr gültig.
canceled-product = { $title } wird nicht mehr verkauft, und Ihre Bestellung ist storniert. Das tut uns leid.

moved-subject = Geändert: { $title }
moved-heading = { $title } wurde verlegt
moved-text = Der Veranstalter hat Termin oder Ort von { $title } geändert.
moved-when-before = Bisheriger Termin
moved-when = Neuer Termin
moved-where-before = Bisheriger Ort
moved-where = Neuer Ort
moved-tickets = Ihre Tickets bleiben gültig. Die angehängte Kalenderdatei ändert den Eintrag in Ihrem Kalender.
moved-refund-until = Wenn Sie nicht kommen können, erhalten Sie auf Wunsch bis { $until } Ihr ganzes Geld zurück.
moved-refund = Wenn Sie nicht kommen können, antworten Sie bitte auf diese Nachricht.
reminder-subject = Demnächst: { $title }
reminder-heading = { $title } beginnt bald

late-subject = Ihre Zahlung für { $title } kam zu spät
late-heading = Ihre Zahlung kam zu spät
late-text = Ihre Zahlung von { $amount } kam an, als Ihre Reservierung abgelaufen und nichts mehr zu verkaufen war. Das tut uns leid. Der ganze Betrag geht{ $way } zurück; Banken brauchen einige Tage, bis sie es anzeigen.

lost-subject = Ihre Bestellung für { $title } ging verloren
lost-heading = Ihre Bestellung ging verloren
lost-text = Durch einen Fehler auf unserer Seite haben wir Ihre Bestellung verloren. Das tut uns leid. Der ganze Betrag von { $amount } geht{ $way } zurück; Banken brauchen einige Tage, bis sie es anzeigen.
failed-subject = Ihre Zahlung für { $title } ist fehlgeschlagen
failed-heading = Ihre Zahlung ist fehlgeschlagen
failed-text = Ihre Zahlung ist fehlgeschlagen, daher wurde Ihre Bestellung storniert. Es wurde nichts abgebucht.

requested-subject = Ihre Anfrage für { $title }
requested-heading = Ihre Anfrage ist gesendet
requested-text = Wir haben Ihren Termin angefragt.
requested-until = Die Antwort kommt bis { $until }.
requested-money = Ihre Karte ist noch nicht belastet: { $amount } sind darauf reserviert und werden frei, wenn die Antwort nein ist oder keine kommt.
requested-free = Es wird nichts dafür abgebucht.
declined-subject = Ihre Buchung von { $title } wurde abgelehnt
declined-heading = Ihre Anfrage wurde abgelehnt
declined-text = Ihre Anfrage für { $when } wurde abgelehnt.
timed-out-subject = Ihre Buchung von { $title } wurde nicht beantwortet
timed-out-heading = Ihre Anfrage wurde nicht rechtzeitig beantwortet
timed-out-text = Ihre Anfrage für { $when } wurde nicht rechtzeitig beantwortet und ist damit beendet.
booking-canceled-subject = Ihre Buchung von { $title } ist storniert
booking-canceled-heading = Ihre Buchung ist storniert
booking-canceled-text = Ihre Buchung am { $when } ist storniert.
booking-canceled-by-expert = Ihre Buchung am { $when } wurde von der Gegenseite abgesagt. Das tut uns leid.
policy-none = Nach den Stornobedingungen wird nichts erstattet.
policy-part = Wir erstatten { $percent } % des Bezahlten, { $amount }{ $way }. Banken brauchen einige Tage, bis sie es anzeigen.
policy-all = Wir erstatten alles, was Sie bezahlt haben, { $amount }{ $way }. Banken brauchen einige Tage, bis sie es anzeigen.
policy-released = Ihre Karte wurde nicht belastet, und was darauf reserviert war, ist wieder frei.

ticket-subject = Ihr Ticket für { $title }
ticket-heading = Hier ist Ihr Ticket
ticket-text = { $buyer } hat ein Ticket für { $title } für Sie gekauft.
ticket-code = Ihr Code
attached-ticket = Das Ticket hängt als PDF an; gedruckt oder auf dem Telefon wird es am Einlass gescannt.
booking-reminder-subject = Demnächst: { $title }
booking-reminder-heading = Ihr Termin beginnt bald
booked-by = Gebucht von
expert-requested-subject = Eine Anfrage für { $title }
expert-requested-heading = Eine Buchung wartet auf Ihre Antwort
expert-requested-text = Ihre Zeit ist gefragt.
expert-requested-until = Ohne Antwort bis { $until } endet die Anfrage.
expert-confirm = Annehmen
expert-decline = Ablehnen
expert-canceled-subject = Storniert: { $title }
expert-canceled-heading = Eine Buchung ist storniert
expert-canceled-text = Diese Buchung ist storniert. Die Zeit ist wieder frei.
expert-reminder-subject = Demnächst: { $title }
expert-reminder-heading = Eine Ihrer Buchungen beginnt bald
