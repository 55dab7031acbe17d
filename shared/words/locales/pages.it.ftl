# Le pagine.

# In ogni pagina
page-brand = Negozio
page-skip = Vai al contenuto
page-navigation = Pagine
page-languages = Lingue
page-calendar = Calendario
page-as-list = Mostra come elenco
page-nothing-this-month = Niente in questo mese
page-on-sale = In vendita
page-cart = Carrello
page-error = Errore
page-optional = facoltativo
page-to-overview = Vedi che cosa è in vendita
page-month = { $name } { $number }

# Rifiuti
page-not-found = Qui non c’è nulla
page-not-found-text = Forse l’indirizzo è scritto male, o la pagina non c’è più. Se arriva da un link in un’e-mail, usi il link intero.
page-not-yours = Non ha accesso a questa pagina
page-not-yours-text = Un ordine si apre con il link della sua e-mail. Apra quel link una volta in questo browser.
page-too-many = Troppe richieste
page-too-many-text = Attenda un minuto e riprovi.
page-unavailable = Riprovi tra un momento
page-unavailable-text = Il negozio è molto occupato in questo momento. Nulla è perso: ricarichi la pagina tra qualche secondo.
page-refused = Non ha funzionato
page-refused-text = Non è stato possibile leggere la richiesta. Torni indietro e riprovi.
refused-invalid-request = Qualche dato non è corretto. Controlli i campi segnati.
refused-insufficient-stock = Non ne restano abbastanza.
refused-listing-unavailable = Al momento non è in vendita.
refused-listing-ended = È terminato.
refused-promo-invalid = Questo codice promozionale non è valido.
refused-quantity-limit = È troppo per un solo ordine.
refused-amount-limit = Il totale dell’ordine è fuori dai limiti consentiti.
refused-donation-too-low = L’importo è inferiore al minimo.
refused-donation-too-high = L’importo è superiore al massimo.
refused-donation-not-allowed = Qui il prezzo è fisso.
refused-payments-not-configured = Al momento il venditore non può accettare pagamenti.
refused-payment-declined = La carta è stata rifiutata.
refused-slot-taken = Qualcun altro ha appena preso questo orario.
refused-slot-overlaps = L’esperto ha un’altra prenotazione a quest’ora.
refused-out-of-stock = Non ne restano abbastanza.
refused-request-in-progress = Il suo ordine è in lavorazione. Riprovi tra un momento.
refused-idempotency-mismatch = Questo ordine è già stato inviato con altri dati.
refused-illegal-state = Non è più possibile. Guardi di nuovo la pagina.
refused-not-paid = L’ordine non è pagato.
refused-rate-limited = Ci sono stati troppi tentativi. Attenda un po’.
refused-forbidden = Questo modulo non è più aggiornato. Torni indietro, ricarichi la pagina e lo invii di nuovo.
refused-payment-unavailable = Il servizio di pagamento non risponde. Non è stato addebitato nulla; riprovi.
refused-store-unavailable = Il negozio è molto occupato. Non è stato addebitato nulla; riprovi.

# Panoramica
page-overview-heading = In vendita ora
page-nothing-on-sale = Al momento non c’è nulla in vendita.
page-more = Altro
page-section-shows = Eventi
page-section-products = Prodotti
page-section-experts = Su appuntamento
page-section-packages = Ore prepagate

# Un’offerta
page-until = Fino a
page-canceling = Annullamento
page-policy = Rimborso: { $name }. Tutto, se annulla l’esperto.
page-policy-tier = { $percent } % fino a { $hours } h prima
page-policy-until-start = { $percent } % fino all’inizio
page-policy-none = Dopo la conferma non viene rimborsato nulla. Se annulla l’esperto, viene rimborsato tutto.
page-choose-show = Biglietti
page-choose-product = Articoli
page-choose-expert = Scelga un orario
page-choose-package = Ore
page-standing-canceled = È stato annullato.
page-standing-over = È terminato.
page-standing-no-times = Al momento non ci sono orari liberi.
page-standing-sold-out = Esaurito.
page-how-many = Quantità
page-from = da { $price }
page-free = gratis
page-price-with-fees = { $price } e { $amount } di commissioni
page-fees-included = commissioni incluse
page-hours = { $hours } h ciascuno
page-names-needed = con il nome di ogni persona
page-sold-out = esaurito
page-left = { $n ->
    [one] ne resta 1
   *[other] ne restano { $n }
}
page-you-give = Il suo importo, per unità
page-most-tickets = { $n ->
    [one] Al massimo un biglietto per ordine.
   *[other] Al massimo { $n } biglietti per ordine.
}
page-most-each = { $n ->
    [one] Uno a persona, in tutti gli ordini.
   *[other] Al massimo { $n } a persona, in tutti gli ordini.
}
page-to-cart = Continua
page-update-cart = Aggiorna il carrello
page-taken = occupato
page-places = Posti
page-places-note = più di uno solo in gruppo
page-places-left = { $n ->
    [one] resta un posto
   *[other] restano { $n } posti
}
page-there = Ora dell’esperto:
page-month-before = Il mese precedente
page-month-after = Il mese successivo
page-zone = Orari del fuso orario
page-show = Mostra

# Il carrello
page-cart-empty = Il suo carrello è vuoto.
page-cart-replaced = Ora il suo carrello contiene solo questo: non si può acquistare insieme a ciò che c’era prima.
page-cart-changed = Ha modificato il carrello. Ecco quanto costa ora. Non è stato ancora ordinato nulla.
page-nothing-ordered = Non è stato ordinato nulla.
page-what = Il suo acquisto
page-each = { $amount } l’uno
page-remove = Rimuovi
page-who-comes = Chi viene?
page-name-of = Nome sul biglietto { $n }
page-promo-code = Codice promozionale
page-presale-code = Codice di prevendita
page-presale-needed = Con un codice di prevendita
page-what-it-costs = Importo
page-tax-later = Le eventuali imposte si aggiungono nella pagina seguente, prima del pagamento.
page-who-buys = Chi acquista?
page-name = Nome
page-email = E-mail
page-company = Azienda
page-phone = Telefono
page-order-free = Ordina
page-to-payment = Vai al pagamento
page-hold-show = I suoi biglietti sono riservati per mezz’ora, il tempo di pagare.
page-hold-product = I suoi articoli sono riservati per mezz’ora, il tempo di pagare.
page-hold-expert = L’importo viene riservato sulla sua carta. Viene addebitato appena l’esperto accetta; altrimenti viene liberato.
page-hold-package = Le ore sono sul suo saldo appena vengono pagate.

# Un ordine
page-order-pending = Attendiamo il suo pagamento
page-order-pending-text = La sua scelta è riservata fino a { $date }.
page-order-try-again = L’ultimo tentativo non è riuscito: { $name } Può riprovare fino a { $date }.
page-order-processing = Il suo pagamento è in arrivo
page-order-processing-text = Impiega qualche giorno ad arrivare. Allora riceverà un’e-mail.
page-order-authorized = Attendiamo la risposta dell’esperto
page-order-authorized-text = Sulla sua carta sono riservati { $amount }. Non è ancora stato addebitato nulla.
page-order-authorized-until = Sulla sua carta sono riservati { $amount }. Non è ancora stato addebitato nulla; senza risposta entro { $date }, l’importo viene liberato.
page-order-paid-show = I suoi biglietti sono pronti
page-order-paid-product = Il suo ordine è confermato
page-order-paid-expert = Il suo appuntamento è prenotato
page-order-paid-package = Le sue ore sono disponibili
page-order-paid-mixed = È tutto pronto
page-order-paid-text = Abbiamo inviato un’e-mail a { $email }.
page-order-refunded = Il suo rimborso è in arrivo
page-order-expired = La prenotazione è scaduta
page-order-expired-text = Non è stato addebitato nulla. Ciò che aveva scelto è di nuovo in vendita.
page-order-failed = Il pagamento non è riuscito
page-order-failed-text = { $name } Non è stato addebitato nulla.
page-order-canceled = Questo ordine è stato annullato
page-order-released-text = Non è stato addebitato nulla. Quanto riservato sulla sua carta è di nuovo libero.
page-order-declined = L’esperto non è disponibile a quell’ora
page-order-timed-out = L’esperto non ha risposto in tempo
page-order-canceled-by-you = Ha annullato la prenotazione
page-order-canceled-by-expert = L’esperto ha annullato la prenotazione
page-order-listing-canceled = È stato annullato
page-order-listing-canceled-text = Il venditore ha annullato. Quanto ha pagato viene rimborsato.
page-order-review = Stiamo verificando il suo pagamento
page-order-review-text = Una persona deve verificare qualcosa nel pagamento. Riceverà un’e-mail; non deve fare altro.
page-pay-now = Paga { $amount }
page-credited = Ore aggiunte al suo saldo: { $hours }.
page-booking = Prenotazione
page-booking-requested = richiesta
page-booking-confirmed = confermata
page-booking-declined = rifiutata
page-booking-canceled = annullata
page-booking-timed-out = senza risposta
page-moved = C’è stato un cambiamento; la data e il luogo indicati qui sono quelli nuovi.
page-refund-until = Può chiedere il rimborso completo entro { $date }.
page-tickets-pdf = Biglietti (PDF)
page-receipt-pdf = Ricevuta (PDF)
page-add-to-calendar = Aggiungi al calendario
page-cancel-booking = Annulla la prenotazione
page-cancel-free = Annullare ora non costa nulla: quanto riservato sulla sua carta viene liberato.
page-cancel-nothing = Se annulla ora, non viene rimborsato nulla.
page-cancel-quote = Se annulla ora, le rimborsiamo { $amount } ({ $percent } %).
page-holds-until = Questo vale fino a { $date }.
page-tickets = I suoi biglietti
page-frozen = La sua banca contesta il pagamento. Fino alla decisione, questi biglietti non valgono per l’ingresso.
page-qr = Codice QR { $code }
page-ticket-of = Biglietto { $number } di { $most }
page-ticket-valid = da mostrare all’ingresso
page-ticket-used = usato { $date }
page-ticket-refunding = rimborso in corso
page-ticket-void = non valido
page-hand-on = Cambia il nome
page-hand-on-email = facoltativo: il biglietto viene inviato lì
page-save = Salva
page-hand-over = Cedi il biglietto
page-hand-over-text = Il biglietto passa a un’altra persona con un nuovo codice, che riceve solo lei. Il codice qui non sarà più valido; l’ordine e i suoi rimborsi restano suoi.
page-hand-over-button = Cedi
page-ticket-handed-over = ceduto a { $name }
page-given-back = { $n ->
    [one] 1 rimborsato
   *[other] { $n } rimborsati
}
page-refunds = Rimborsi
page-refund-pending = in corso
page-refund-succeeded = eseguito
page-refund-failed = fallito
page-about-order = Su questo ordine
page-status = Stato
page-status-pending = non pagato
page-status-authorized = autorizzato
page-status-paid = pagato
page-status-failed = fallito
page-status-expired = scaduto
page-status-canceled = annullato
page-status-refunded = rimborsato
page-buyer = Acquirente
page-placed = Data dell’ordine
page-paid = Data del pagamento
page-receipt = Ricevuta
page-resend = Invia di nuovo l’e-mail
page-done-canceled = La prenotazione è annullata.
page-done-resent = L’e-mail è in arrivo.
page-done-renamed = Il nome è stato cambiato.
page-done-handed-over = Il biglietto è ceduto; il nuovo codice è in viaggio.
page-at-least = { $n ->
    [one] Almeno uno per ordine
   *[other] Almeno { $n } per ordine
}
page-at-most = { $n ->
    [one] Al massimo uno per ordine
   *[other] Al massimo { $n } per ordine
}
page-closes = In vendita fino a { $date }
page-opens = In vendita da { $date }
page-fee-once = Commissione per l’ordine
page-sent-to = Dove lo spediamo?
page-delivery-name = Nome sul pacco
page-delivery-line1 = Via e numero
page-delivery-line2 = Altro dell’indirizzo
page-delivery-postal-code = CAP
page-delivery-city = Città
page-delivery-state = Provincia o stato
page-delivery-country = Paese
page-delivered-to = Spedizione a
page-collect = Da ritirare a
page-pay-heading = Pagamento
page-pay-lead = Paghi entro il { $date }; fino ad allora tutto è riservato per lei.
page-pay-needs-script = Attivi JavaScript per pagare qui, oppure ordini di nuovo senza JavaScript per pagare sulla pagina di Stripe.
page-pay-not-loaded = Il modulo di pagamento non può essere caricato. Controlli la connessione e ricarichi questa pagina.
page-pay-by-stripe = I dati della carta vanno a Stripe e mai a noi.
page-to-order = All’ordine

# Accesso e account
page-account = Account
page-sign-in = Accedi
page-sign-out = Esci
page-not-signed-in = Accesso non effettuato
page-sign-in-none = Qui l’accesso non è previsto. Può acquistare senza; ogni ordine si apre con il link nella sua e-mail.
page-sign-in-outdated = Questo accesso è scaduto o è iniziato in un altro browser.
page-sign-in-denied = Non ha acconsentito all’accesso.
page-sign-in-refused = L’accesso è stato rifiutato. Per Lei non è cambiato nulla.
page-sign-in-unavailable = Al momento non è possibile accedere. Riprovi più tardi.
page-signed-out = È uscito
page-signed-out-text = Della Sua visita non resta nulla in questo browser.
page-signed-out-onwards = Della Sua visita non resta nulla in questo browser. Un momento: esce anche da dove aveva effettuato l’accesso.
page-go-on = Continua
page-try-again = Riprova
page-hours-need-sign-in = Le ore vanno sul Suo saldo e quindi richiedono un cliente. Acceda; il carrello resta qui.
page-hours-no-sign-in = Le ore richiedono un cliente che ha effettuato l’accesso, e qui l’accesso non è previsto. Chieda al venditore.
page-bookings-to-come = Prossime prenotazioni
page-hours-with = Ore presso
page-hours-left = { $hours } ore rimaste
page-hours-ledger = Movimenti
page-hours-bought = Acquistate
page-hours-given-back = Restituite
page-hours-disputed = Contestate
page-hours-taken = Usate
page-own-orders = I Suoi ordini
page-no-orders = Non ha ancora ordini.
page-newest-orders = Ordini più recenti

# The doors of a show
page-doors-title = Ingressi
page-doors-choose = Scegli lo spettacolo
page-doors-sign-in = Accedi come personale
page-doors-show = Spettacolo
page-doors-device = Nome di questo dispositivo, come la sua porta
page-doors-begin = Inizia
page-doors-revoked = Questo dispositivo non può più convalidare ingressi. Il personale può registrarlo di nuovo.
page-doors-again = Registra di nuovo
page-doors-ready = Pronto
page-doors-undo = Annulla
page-doors-code = Codice
page-doors-check = Controlla
page-doors-camera = Immagine della fotocamera
page-doors-camera-on = Attiva la fotocamera
page-doors-camera-off = Spegni la fotocamera
page-doors-no-camera = Non c’è una fotocamera, o qui non si può usare
page-doors-counts = Chi è arrivato
page-doors-search = Cerca per nome
page-doors-name = Nome
page-doors-find = Cerca
page-doors-problems = Corretto in seguito
page-doors-doubles = Biglietti scansionati due volte
page-doors-silent = Senza suono
page-doors-leave = Un altro spettacolo
page-doors-script = Questa pagina ha bisogno di JavaScript.
page-doors-checked-in = Entra
page-doors-double = Già scansionato
page-doors-refunded = Rimborsato
page-doors-disputed = Pagamento contestato
page-doors-handed-over = Ceduto: chiedi il nuovo codice
page-doors-unknown = Codice sconosciuto
page-doors-wrong-show = Un altro spettacolo
page-doors-early = Troppo presto
page-doors-late = Troppo tardi
page-doors-outside = Fuori dall’orario di ingresso
page-doors-unchecked = Non verificabile qui
page-doors-forged = Non autentico
page-doors-undone = Annullato
page-doors-taken-back = Annullato
page-doors-nothing-to-undo = Niente da annullare
page-doors-clock = Orologio sbagliato
page-doors-too-many = Scansionato troppe volte
page-doors-since-by = Alle { $time }, { $name }
page-doors-since = Alle { $time }
page-doors-at = { $time }
page-doors-is-for = Il biglietto è per { $name }
page-doors-early-at = Ingresso dalle { $time }
page-doors-late-at = Ingresso terminato { $time }
page-doors-of = { $came } di { $all }
page-doors-online = Online
page-doors-offline = Offline
page-doors-waiting = { $number } da inviare
page-doors-known = { $number } biglietti noti
page-doors-synced = alle { $time }
page-doors-none-found = Nessuno trovato
page-doors-needs-network = Serve la rete
page-doors-no-doubles = Nessun biglietto scansionato due volte
page-doors-check-in = Convalida
page-doors-no-shows = Nessuno spettacolo è in vendita
page-doors-not-staff = Solo il personale di un venditore può convalidare i biglietti
page-doors-not-registered = Il dispositivo non è stato registrato. Ricarica la pagina.
page-doors-leave-waiting = { $number } scansioni non inviate andrebbero perse. Uscire?
