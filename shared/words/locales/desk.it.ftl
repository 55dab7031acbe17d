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
page-desk-search = Numero, nome, indirizzo mail, biglietto o identificativo di Stripe
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
page-week = Orari settimana per settimana
page-week-days = Giorni della settimana
page-week-times = Inizio alle
page-week-minutes = Durata in minuti
page-week-from = Primo giorno
page-week-until = Ultimo giorno
page-week-except = Giorni senza orari
page-week-preview = Mostra questi orari
page-week-makes = Il risultato
page-week-made = { $n ->
    [one] Un orario va in vendita.
   *[other] { $n } orari vanno in vendita.
}
page-week-present = { $n ->
    [one] Uno è già in vendita e resta com’è.
   *[other] { $n } sono già in vendita e restano come sono.
}
page-week-overlapping = { $n ->
    [one] Uno non va in vendita, perché a quell’ora hai un altro orario o un appuntamento:
   *[other] { $n } non vanno in vendita, perché a quelle ore hai altri orari o appuntamenti:
}
page-week-past = { $n ->
    [one] Uno è già iniziato.
   *[other] { $n } sono già iniziati.
}
page-week-deleted = { $n ->
    [one] Uno era stato tolto dalla vendita e resta fuori.
   *[other] { $n } erano stati tolti dalla vendita e restano fuori.
}
page-week-sell = { $n ->
    [one] Metti in vendita un orario
   *[other] Metti in vendita { $n } orari
}
page-week-is-made = va in vendita
page-week-is-present = in vendita
page-week-is-past = è iniziato
page-week-is-deleted = tolto dalla vendita
page-week-overlaps = si sovrappone
page-week-moved = Quel giorno l’orologio salta l’ora abituale.
page-slot-free = libero
page-done-slots = Gli orari sono in vendita.
page-done-slots-none = Non c’era nulla di nuovo da mettere in vendita.
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
page-desk-promo-new = Aggiungi un codice
page-desk-promo-percent = Sconto in percentuale
page-desk-promo-most = Usi al massimo
page-offer-presale-none = Nessuno
page-offer-presale-early = Apre prima a chi ha un codice
page-offer-presale-only = Solo per chi ha un codice
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

# The organization's settings
page-desk-settings = Impostazioni
page-settings-name = Nome
page-settings-contact = Come vi raggiungono gli acquirenti
page-settings-phone = Telefono
page-settings-address = Indirizzo postale
page-settings-tax-id = Partita IVA o codice fiscale
page-settings-style = Immagine, lingua e orologio
page-settings-logo = Immagine, come indirizzo https
page-settings-color = Colore di pulsanti e link, come #0b6455
page-settings-locale = Lingua, come it-CH
page-settings-zone = Fuso orario, come Europe/Rome
page-settings-paying = Come pagano gli acquirenti
page-settings-modes = Modi di pagare, dove un’offerta non ne nomina
page-settings-hosted = Sulla pagina di Stripe
page-settings-intent = Sulla pagina del negozio
page-settings-fees = Come i documenti mostrano le commissioni
page-settings-fees-named = in righe proprie
page-settings-fees-included = come parte dei prezzi
page-settings-most-amount = Importo massimo di un ordine
page-settings-most-donation = Importo massimo che un acquirente può dare per un biglietto
page-settings-most-tickets = Numero massimo di biglietti di un ordine, fino a { $most }
page-settings-tax-automatic = Stripe calcola l’imposta
page-settings-tax-behavior = Prezzi
page-settings-tax-exclusive = L’imposta si aggiunge ai prezzi
page-settings-tax-inclusive = I prezzi contengono l’imposta
page-settings-tax-liability = Chi deve l’imposta
page-settings-tax-platform = La piattaforma, che la trattiene
page-settings-tax-seller = Voi
page-settings-doors = Ingresso
page-settings-check-in = Quante ore prima dell’apertura un biglietto può essere convalidato
page-settings-cancellation = Appuntamenti annullati
page-settings-cancellation-text = Un appuntamento che l’acquirente annulla tante ore prima dell’inizio, o prima ancora, rende tanto per cento. Più tardi non rende nulla. Per un ordine vale ciò che valeva quando fu fatto.
page-settings-tier-hours = Ore prima dell’inizio
page-settings-tier-percent = Per cento che torna
page-settings-mail = Posta
page-settings-remind = Ricordare una volta agli acquirenti una pagina di pagamento lasciata aperta
page-settings-summary = Ogni mattina al vostro indirizzo
page-settings-summary-back = Un riepilogo è tornato da questo indirizzo, quindi non se ne mandano.
page-settings-summary-again = Provare ancora lo stesso indirizzo
page-settings-summary-sales = Che cosa è stato venduto
page-settings-summary-refunds = Che cosa è stato reso
page-settings-summary-disputes = Contestazioni con le scadenze
page-settings-summary-reviews = Ordini in verifica
page-settings-origins = Pagine proprie
page-settings-origins-text = Indirizzi a cui gli acquirenti possono tornare dopo il pagamento, uno per riga, come https://shop.example
page-settings-fixed = Che cosa fissa la piattaforma
page-settings-fixed-text = Dove va il denaro e che cosa ne viene trattenuto. Solo la piattaforma lo cambia.
page-settings-account = Conto presso Stripe
page-settings-currency = Valuta
page-settings-per-ticket = Commissione per biglietto
page-done-settings = Le impostazioni sono salvate.

# People and what they did
page-desk-team = Squadra
page-role-platform = Piattaforma
page-role-admin = Amministratore
page-role-staff = Personale
page-role-expert = Esperto
page-role-admin-may = Tutto ciò che può il personale; inoltre che cosa si vende e a quale prezzo, annullarlo, queste impostazioni e il registro.
page-role-staff-may = Ordini, rimborsi, verifiche, ingresso, ore dei clienti, cifre e tabelle.
page-role-expert-may = I propri orari e appuntamenti, e le ore che tolgono ai clienti.
page-team-roles = Ruoli
page-team-issuer = Chi ha quale ruolo è detto dove la vostra gente accede, e lì si cambia. Un cambiamento vale dal prossimo accesso.
page-team-log = Chi ha fatto che cosa
page-team-log-text = Che cosa personale, esperti e piattaforma hanno cambiato negli ultimi 400 giorni. Ingressi e risposte agli appuntamenti stanno nei loro ordini.
page-team-log-none = Non c’è ancora nulla.
page-team-newest = I più recenti
page-log-organization-created = Organizzazione creata
page-log-organization-changed = Impostazioni cambiate
page-log-listing-created = Offerta creata
page-log-listing-changed = Offerta cambiata
page-log-listing-published = Offerta messa in vendita
page-log-listing-unpublished = Offerta tolta dalla vendita
page-log-listing-canceled = Offerta annullata
page-log-offer-created = Prezzo creato
page-log-offer-changed = Prezzo cambiato
page-log-offer-deleted = Prezzo tolto dalla vendita per sempre
page-log-slots-created = Orari messi in vendita
page-log-promo-created = Codice creato
page-log-promo-changed = Codice cambiato
page-log-presale-created = Codice di prevendita creato
page-log-presale-changed = Codice di prevendita modificato
page-log-refund-requested = Rimborso richiesto
page-log-review-accepted = Verifica accettata
page-log-review-refused = Verifica rifiutata
page-log-buyer-changed = Indirizzo dell’acquirente cambiato
page-log-confirmation-resent = Conferma inviata di nuovo
page-log-attendee-changed = Visitatore cambiato
page-log-ticket-handed-over = Biglietto ceduto
page-log-customer-erased = Cliente cancellato
page-log-hours-taken = Ore tolte

# New listings
page-new = Nuova offerta
page-new-kind = Che cosa vende
page-kind-show = Biglietti di uno spettacolo
page-kind-product = Prodotti
page-kind-expert = Tempo di un esperto
page-kind-package = Ore prepagate
page-new-text-show = Prima lo spettacolo come bozza, poi i biglietti con i prezzi, poi la vendita.
page-new-text-product = Prima il prodotto come bozza, poi i suoi tipi con la scorta, poi la vendita.
page-new-text-expert = Prima l’esperto come bozza, poi gli orari, poi la vendita. L’esperto risponde a ogni appuntamento.
page-new-text-package = Prima la famiglia di pacchetti come bozza, poi i pacchetti con le ore, poi la vendita.
page-new-expert = Di chi è il tempo: l’identificativo con cui l’esperto accede
page-new-delivery = Come lo ricevono gli acquirenti
page-new-delivery-none = Nulla si spedisce o si ritira
page-new-delivery-address = Si spedisce a un indirizzo
page-new-delivery-pickup = Si ritira sul posto
page-new-zone = Fuso orario di là, se non è il vostro
page-new-make = Crea la bozza
page-new-none = Non crearne
page-done-draft = La bozza è creata. Prima della vendita le serve un prezzo.
page-edit-mail = Che cosa dice quella mail
page-edit-share = Biglietti per acquirente, in tutti i suoi ordini
page-edit-refund-until = Chi non può venire può chiedere tutto il denaro fino a
page-offer-hours = Ore che accredita
page-offer-hours-of = { $hours } ore
page-offer-least = Minimo per ordine
page-offer-most = Massimo per ordine
page-offer-opens = In vendita da
page-offer-closes = In vendita fino a
page-offer-attendees = I biglietti nominano chi viene
page-offer-attendees-none = no
page-offer-attendees-optional = se l’acquirente vuole
page-offer-attendees-required = ognuno
page-offer-donation = Gli acquirenti possono dare più del prezzo
page-offer-vip = Segnato come VIP
page-promo-from = Valido da
page-promo-until = Valido fino a
page-desk-promo-from = da { $date }
page-slot-minutes = Minuti di ogni orario
page-slot-weekly = Uguale ogni settimana, di
page-slot-until = Fino al giorno
page-slot-except = Ma non in questi giorni, come 2027-12-24
page-done-slots = Gli orari sono in vendita. Dove l’esperto ne ha già un altro, o se è passato, non c’è.

# Exports
page-desk-exports = Tabelle
page-export-text = Tabelle per fogli di calcolo. Una piccola arriva subito; una lunga viene scritta come file.
page-export-kind = Che cosa è una riga
page-export-orders = Ordini
page-export-lines = Righe degli ordini
page-export-tickets = Biglietti
page-export-refunds = Rimborsi
page-export-payouts = Versamenti: che cosa è vostro di ogni pagamento
page-export-listing = Solo questa offerta, per il suo identificativo
page-export-now = Scarica
page-export-file = Fai scrivere un file
page-export-latest = File degli ultimi giorni
page-export-none = Non ce ne sono.
page-export-long = Questa tabella è troppo lunga per una risposta. Fate scrivere un file.
page-export-begun = Iniziato
page-export-written = Scritto finora
page-export-kilobytes = { $n } kB
page-export-running = in scrittura
page-export-done = finito
page-export-failed = fallito
page-export-running-text = Viene scritto in sottofondo, entro minuti. Potete lasciare questa pagina: il file è nell’elenco.
page-export-again = Vedi a che punto è
page-export-download = Scarica il file
page-export-kept = Il file si conserva fino a { $date }.
page-export-gone = Il file non si conserva più. Fatene scrivere un altro.
page-export-failed-text = Non si è potuto scrivere. Nulla è perso: fatene scrivere un altro.
