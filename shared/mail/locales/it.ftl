# Italiano

weekday-1 = lunedì
weekday-2 = martedì
weekday-3 = mercoledì
weekday-4 = giovedì
weekday-5 = venerdì
weekday-6 = sabato
weekday-7 = domenica
month-1 = gennaio
month-2 = febbraio
month-3 = marzo
month-4 = aprile
month-5 = maggio
month-6 = giugno
month-7 = luglio
month-8 = agosto
month-9 = settembre
month-10 = ottobre
month-11 = novembre
month-12 = dicembre
date = { $weekday } { $day } { $month } { $year }
moment = { $date }, ore { $clock } ({ $zone })
span = { $date }, ore { $clock }–{ $until } ({ $zone })

greeting = Ciao { $name },
greeting-expert = Buongiorno,
footer = Inviato da { $seller } per l’ordine { $order }.
footer-reply = Le risposte a questo messaggio arrivano a { $contact }.
view-order = Vedi il tuo ordine
order-number = Numero d’ordine

when = Quando
doors = Apertura porte
where = Dove
slot = Orario
platform-fee = Commissione della piattaforma
processing-fee = Commissione di pagamento
tax = Imposte
tax-included = Imposte incluse
paid-accepted = Pagato e accettato così
discount = Sconto ({ $code })
total = Totale
tickets-heading = I tuoi biglietti, un codice per persona
hours-added = { $hours ->
    [one] È stata aggiunta un’ora al tuo saldo.
   *[other] Sono state aggiunte { $amount } ore al tuo saldo.
}
attached-tickets = I biglietti sono allegati in PDF; stampati o sul telefono, vengono scansionati all’ingresso.
attached-calendar = Il file allegato aggiunge l’appuntamento al tuo calendario.

confirmed-subject = Il tuo ordine per { $title } è confermato
confirmed-heading = Grazie, è tutto pronto
confirmed-text = Hai acquistato:
booking-confirmed-subject = La tua prenotazione di { $title } è confermata
booking-confirmed-heading = Il tuo appuntamento è prenotato
booking-confirmed-text = { $title } è confermato. Sono stati addebitati { $amount }.
booking-confirmed-free = { $title } è confermato. Non è stato addebitato nulla.

refund-subject = Rimborso per { $title }
refund-heading = Il tuo rimborso è in arrivo
refund-text = Abbiamo rimborsato { $amount }{ $way }. Le banche impiegano qualche giorno per mostrarlo.
refund-goods = Il tuo ordine per { $title } è stato ritirato. Non era stato addebitato nulla.
refund-goods-heading = Il tuo ordine è stato ritirato
refund-failed-subject = Il rimborso per { $title } ci è tornato indietro
refund-failed-heading = Il rimborso ci è tornato indietro
refund-failed-text = La banca ci ha restituito i { $amount } che avevamo rimborsato{ $way }. Il denaro resta tuo.
refund-failed-next = Ce ne stiamo occupando. Per riceverlo in un altro modo, rispondi a questo messaggio.
way-card = {" "}sulla tua carta { $brand } che termina con { $last4 }
way-card-unknown = {" "}sulla carta con cui hai pagato
way-bank = {" "}sul conto bancario da cui hai pagato
way-bank-known = {" "}sul tuo conto bancario che termina con { $last4 }
way-other = {" "}sul metodo di pagamento che hai usato

canceled-subject = Annullato: { $title }
canceled-heading = { $title } è annullato
canceled-text = { $title } non avrà luogo. Ci dispiace.
canceled-text-when = { $title }, { $when }, non avrà luogo. Ci dispiace.
canceled-reason = L’organizzatore scrive: { $reason }
canceled-refund = Ti rimborsiamo { $amount }{ $way }. Le banche impiegano qualche giorno per mostrarlo.
canceled-free = Non avevi pagato nulla, quindi non c’è nulla da rimborsare. I tuoi biglietti non sono più validi.
canceled-product = { $title } non è più in vendita e il tuo ordine è annullato. Ci dispiace.

moved-subject = Modificato: { $title }
moved-heading = { $title } è stato spostato
moved-text = L’organizzatore ha cambiato la data o il luogo di { $title }.
moved-when-before = Data precedente
moved-when = Nuova data
moved-where-before = Luogo precedente
moved-where = Nuovo luogo
moved-tickets = I tuoi biglietti restano validi. Il file allegato aggiorna il tuo calendario.
moved-refund-until = Se non puoi venire, puoi chiedere il rimborso completo entro { $until }.
moved-refund = Se non puoi venire, rispondi a questo messaggio.
reminder-subject = A breve: { $title }
reminder-heading = { $title } comincia presto

late-subject = Il tuo pagamento per { $title } è arrivato troppo tardi
late-heading = Il tuo pagamento è arrivato troppo tardi
late-text = Il tuo pagamento di { $amount } è arrivato quando la prenotazione era scaduta e non restava nulla da vendere. Ci dispiace. L’intero importo viene rimborsato{ $way }; le banche impiegano qualche giorno per mostrarlo.

lost-subject = Il tuo ordine di { $title } è andato perso
lost-heading = Il tuo ordine è andato perso
lost-text = Abbiamo perso il tuo ordine per un nostro guasto. Ci dispiace. L’intero importo di { $amount } viene rimborsato{ $way }; le banche impiegano qualche giorno per mostrarlo.
failed-subject = Il tuo pagamento per { $title } non è riuscito
failed-heading = Il tuo pagamento non è riuscito
failed-text = Il tuo pagamento non è riuscito, quindi il tuo ordine è stato annullato. Non è stato addebitato nulla.

requested-subject = La tua richiesta per { $title }
requested-heading = La tua richiesta è stata inviata
requested-text = Abbiamo chiesto il tuo appuntamento.
requested-until = La risposta arriva entro { $until }.
requested-money = La tua carta non è ancora addebitata: { $amount } sono riservati e vengono liberati se la risposta è no o non arriva.
requested-free = Non viene addebitato nulla.
declined-subject = La tua prenotazione di { $title } è stata rifiutata
declined-heading = La tua richiesta è stata rifiutata
declined-text = La tua richiesta per { $when } è stata rifiutata.
timed-out-subject = La tua prenotazione di { $title } non ha avuto risposta
timed-out-heading = La tua richiesta non ha avuto risposta in tempo
timed-out-text = La tua richiesta per { $when } non ha avuto risposta in tempo ed è terminata.
booking-canceled-subject = La tua prenotazione di { $title } è annullata
booking-canceled-heading = La tua prenotazione è annullata
booking-canceled-text = La tua prenotazione, { $when }, è annullata.
booking-canceled-by-expert = La tua prenotazione, { $when }, è stata annullata dall’altra parte. Ci dispiace.
policy-none = Secondo le condizioni di cancellazione non viene rimborsato nulla.
policy-part = Rimborsiamo il { $percent } % di quanto hai pagato, { $amount }{ $way }. Le banche impiegano qualche giorno per mostrarlo.
policy-all = Rimborsiamo tutto quello che hai pagato, { $amount }{ $way }. Le banche impiegano qualche giorno per mostrarlo.
policy-released = La tua carta non è stata addebitata, e quanto riservato è di nuovo libero.

ticket-subject = Il tuo biglietto per { $title }
ticket-heading = Ecco il tuo biglietto
ticket-text = { $buyer } ti ha comprato un biglietto per { $title }.
ticket-code = Il tuo codice
attached-ticket = Il biglietto è allegato in PDF; stampato o sul telefono, viene scansionato all’ingresso.
booking-reminder-subject = A breve: { $title }
booking-reminder-heading = La tua prenotazione comincia presto
booked-by = Prenotato da
expert-requested-subject = Una richiesta per { $title }
expert-requested-heading = Una prenotazione attende la tua risposta
expert-requested-text = È stato chiesto il tuo tempo.
expert-requested-until = Senza risposta entro { $until } la richiesta termina.
expert-confirm = Conferma
expert-decline = Rifiuta
expert-canceled-subject = Annullato: { $title }
expert-canceled-heading = Una prenotazione è annullata
expert-canceled-text = Questa prenotazione è annullata. L’orario è di nuovo libero.
expert-reminder-subject = A breve: { $title }
expert-reminder-heading = Una tua prenotazione comincia presto
