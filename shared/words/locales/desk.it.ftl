# Italiano: l’ufficio e le pagine degli esperti.
# The desk
page-desk = Ufficio
page-desk-closed = Questa pagina è per un altro ruolo
page-desk-closed-text = Il tuo accesso non indica un ruolo che possa vederla. I ruoli si assegnano dove si accede.
page-desk-which = Organizzazione
page-desk-orders = Ordini
page-desk-all = tutti
page-desk-in-review = in verifica
page-desk-from = Effettuati dal
page-desk-to = Effettuati fino al
page-desk-no-number = Qui non c’è alcun ordine { $number }.
page-desk-disputed = La banca contesta il pagamento.
page-desk-answer-until = Risposta entro { $date }
page-desk-no-orders = Non ci sono ordini così.
page-desk-newest = Ordini più recenti
page-desk-disputes = Contestazioni
page-desk-card-over-share = Con questa carta sono stati pagati più biglietti di uno spettacolo di quanti una persona può averne.
page-dispute-open = aperta: intanto i soldi sono alla banca
page-dispute-inquiry = una richiesta: i soldi non si sono mossi
page-dispute-won = vinta
page-dispute-lost = persa
page-dispute-prevented = evitata
page-dispute-where = A una contestazione si risponde nella dashboard di Stripe, con i documenti che provano la vendita.
page-desk-lines = Che cosa è stato ordinato
page-desk-expert = Esperto
page-desk-payment = Pagamento
page-payment-unpaid = non pagato
page-payment-processing = in corso
page-payment-authorized = autorizzato
page-payment-captured = incassato
page-payment-failed = non riuscito
page-payment-canceled = annullato
page-payment-partially-refunded = rimborsato in parte
page-payment-refunded = rimborsato
page-desk-captured = { $amount } arrivati
page-desk-refunded = { $amount } restituiti
page-desk-left = Si possono ancora rimborsare { $amount }
page-desk-unreachable = La posta a questo indirizzo torna indietro. Non vi si invia più nulla; a un altro indirizzo, subito.
page-desk-address = Cambia l’indirizzo
page-desk-tickets = Biglietti
page-desk-ticket-valid = valido
page-desk-trail = Chi ha fatto che cosa
page-review-accept = Accetta
page-review-refuse = Rifiuta
page-review-waits = Deciso o contestato: i soldi sono in viaggio, o prima decide la banca.
page-review-payment-accept = L’acquirente riceve l’ordine per quanto ha pagato.
page-review-payment-refuse = Tutto quanto pagato torna all’acquirente.
page-review-authorization-accept = Si chiede all’esperto, per quanto autorizzato.
page-review-authorization-refuse = La carta viene liberata.
page-review-refund-accept = Prendere atto che il rimborso non è riuscito, per esempio se i soldi sono tornati in altro modo.
page-review-refund-refuse = Si ritenta il rimborso.
page-review-returned-accept = L’acquirente tiene quello che ha.
page-review-returned-refuse = I beni tornano indietro, con quanto resta dei soldi.
page-refund = Rimborsa
page-refund-none = Al momento non si può rimborsare nulla di questo ordine.
page-refund-what = Che cosa torna indietro
page-refund-items = Singole unità, con quanto pagato per esse
page-refund-amount = Un importo, per cortesia; non torna alcun bene
page-refund-rest = Tutto quello che resta: { $amount }
page-refund-of = Possono tornare { $n } di { $most }
page-refund-preview = Mostra quanto fa
page-refund-comes-to = Quanto fa
page-refund-goods-back = Queste tornano e, se possibile, sono di nuovo in vendita. I loro biglietti non valgono più.
page-refund-goods-stay = Non torna alcun bene: i biglietti restano validi e nulla è di nuovo in vendita.
page-refund-goods = Per i beni
page-refund-fees = Per le commissioni
page-refund-reason = Perché, per il registro; lo legge anche l’acquirente
page-refund-now = Rimborsa { $amount }
page-done-address = L’indirizzo è cambiato.
page-done-accepted = La verifica è finita: accettato.
page-done-refused = La verifica è finita: rifiutato.
page-done-refunded = Il rimborso è in viaggio.

# Today
page-today = Oggi
page-today-disputes = Contestazioni che attendono risposta
page-today-reviews = Ordini in verifica
page-today-since = da { $date }
page-today-more = Ce ne sono altri.
page-today-figures = Che cosa c’è stato oggi finora
page-today-partly = C’è più di quanto è contato qui; il riepilogo quotidiano ha tutto.
page-today-hours = Ricevuto ora per ora
page-today-hour = Ora

# An expert's bookings
page-bookings = Appuntamenti
page-bookings-requests = Richieste
page-bookings-no-requests = Nessuna richiesta attende la tua risposta.
page-bookings-none = Non c’è alcun appuntamento in arrivo.
page-booking-places = { $n } posti
page-booking-confirm = Conferma
page-booking-decline = Rifiuta
page-booking-cancel-free = Annullare non costa nulla: non è stato pagato nulla.
page-booking-cancel-quote = Se annulli, l’acquirente riceve { $amount }, in qualsiasi momento.
page-hours-to-answer = ancora { $n } ore
page-minutes-to-answer = { $n ->
    [one] ancora un minuto
   *[other] ancora { $n } minuti
}
page-slots = Orari
page-slots-no-listing = Non c’è ancora un’offerta del tuo tempo. La crea un amministratore del venditore.
page-slot-add = Metti in vendita un orario
page-slot-listing = Offerta
page-slots-coming = Prossimi orari
page-slots-none = Non ce ne sono ancora.
page-done-slot = L’orario è in vendita.
page-done-confirmed = L’appuntamento è confermato.
page-done-declined = La richiesta è rifiutata; la carta viene liberata.

# What the desk sells
page-desk-listings = Offerte
page-desk-no-listings = Non c’è ancora nulla.
page-desk-published = in vendita
page-desk-draft = non in vendita
page-desk-canceled = annullato
page-desk-publish = Metti in vendita
page-desk-withdraw = Togli dalla vendita
page-desk-shop-page = Come lo vedono gli acquirenti
page-desk-stock = Prezzi e disponibilità
page-desk-offer = Prezzo
page-desk-available = Disponibili
page-desk-held = Trattenuti
page-desk-sold = Venduti
page-desk-unlimited = senza limite
page-desk-more-offers = Ci sono più prezzi di quelli mostrati.
page-desk-offer-name = Nome
page-desk-price = Prezzo
page-desk-capacity = Quanti in tutto
page-desk-change-offer = Modifica
page-desk-edit = Modifica o sposta
page-desk-copy = Duplica
page-desk-copy-text = La copia è una bozza con gli stessi prezzi. Gli orari restano dove sono.
page-desk-new-id = Identificativo: minuscole, cifre e trattini
page-desk-offer-new = Aggiungi un prezzo
page-edit-title = Titolo
page-edit-description = Descrizione
page-edit-clock = secondo l’ora di { $name }
page-edit-starts = Inizio
page-edit-ends = Fine
page-edit-doors = Apertura porte
page-edit-moves = Se cambiano il giorno o il luogo, gli acquirenti con biglietti lo sanno per posta. I biglietti restano validi.
page-done-edited = È modificato.
page-done-copied = Questa è la copia: una bozza.
page-done-offer-added = Il prezzo è aggiunto.
page-desk-promos = Codici promozionali
page-desk-no-promos = Non ci sono ancora codici.
page-desk-promo-off = { $percent } % di sconto
page-desk-promo-used = { $n } usati
page-desk-promo-used-of = { $n } di { $most } usati
page-desk-promo-until = fino a { $date }
page-desk-promo-new = Aggiungi o modifica un codice
page-desk-promo-percent = Sconto in percentuale
page-desk-promo-most = Usi al massimo
page-desk-presales = Codici di prevendita
page-desk-presale-offer = Offerta
page-desk-presale-add = Aggiungi o modifica un codice di prevendita
page-desk-cancel = Annulla
page-desk-cancel-what = Annulla { $name }
page-desk-cancel-means = La vendita si chiude subito e non riapre. I pagamenti aperti vengono chiusi e tutti gli acquirenti riavranno quanto pagato.
page-desk-cancel-orders = Ordini da rimborsare
page-desk-cancel-open = Pagamenti da chiudere
page-desk-cancel-money = Soldi che tornano indietro
page-desk-cancel-time = Al ritmo di Stripe
page-desk-cancel-minutes = { $n ->
    [one] circa un minuto
   *[other] circa { $n } minuti
}
page-desk-cancel-more = Ci sono più ordini di quelli sommati qui: è dunque almeno questo.
page-desk-cancel-reason = Perché, come lo leggono gli acquirenti
page-desk-cancel-sure = Scrivi l’identificativo { $code } per confermare
page-desk-keep = Tieni
page-desk-cancel-running = { $n ->
    [one] Annullamento in corso: un ordine trattato finora.
   *[other] Annullamento in corso: { $n } ordini trattati finora.
}
page-desk-cancel-waiting = { $n ->
    [one] Un ordine deve attendere una banca o un pagamento in corso, e seguiranno da soli.
   *[other] { $n } ordini devono attendere una banca o un pagamento in corso, e seguiranno da soli.
}
page-desk-cancel-over = È stato annullato e tutti i suoi ordini sono trattati.
page-done-published = È in vendita.
page-done-withdrawn = Non è più in vendita. Gli ordini restano come sono.
page-done-listing-canceled = È annullato. I rimborsi seguono, e questa pagina dice a che punto sono.
page-done-offer = Il prezzo è modificato.
page-done-promo = Il codice è salvato.
