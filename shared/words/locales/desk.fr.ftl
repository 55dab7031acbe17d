# Français : le bureau et les pages des experts.
# The desk
page-desk = Bureau
page-desk-closed = Cette page est réservée à un autre rôle
page-desk-closed-text = Votre connexion ne donne aucun rôle qui permette de la voir. Les rôles sont attribués là où vous vous connectez.
page-desk-which = Organisation
page-desk-orders = Commandes
page-desk-all = toutes
page-desk-in-review = à vérifier
page-desk-from = Passée du
page-desk-to = Passée jusqu’au
page-desk-no-number = Il n’y a pas de commande { $number } ici.
page-desk-disputed = La banque conteste le paiement.
page-desk-answer-until = Réponse avant { $date }
page-desk-no-orders = Il n’y a pas de telles commandes.
page-desk-newest = Dernières commandes
page-desk-disputes = Litiges
page-desk-card-over-share = Cette carte a payé plus de billets d’un spectacle qu’une personne ne peut en avoir.
page-dispute-open = ouvert : la banque garde l’argent entre-temps
page-dispute-inquiry = une demande : l’argent n’a pas bougé
page-dispute-won = gagné
page-dispute-lost = perdu
page-dispute-prevented = évité
page-dispute-where = On répond à un litige dans le tableau de bord de Stripe, avec les preuves de la vente.
page-desk-lines = Ce qui a été commandé
page-desk-expert = Expert
page-desk-payment = Paiement
page-payment-unpaid = impayé
page-payment-processing = en cours
page-payment-authorized = autorisé
page-payment-captured = encaissé
page-payment-failed = échoué
page-payment-canceled = annulé
page-payment-partially-refunded = remboursé en partie
page-payment-refunded = remboursé
page-desk-captured = { $amount } reçus
page-desk-refunded = { $amount } rendus
page-desk-left = { $amount } peuvent encore être remboursés
page-desk-unreachable = Les messages à cette adresse reviennent. On n’y envoie plus rien ; à une autre adresse, tout de suite.
page-desk-address = Changer l’adresse
page-desk-tickets = Billets
page-desk-ticket-valid = valable
page-desk-trail = Qui a fait quoi
page-review-accept = Accepter
page-review-refuse = Refuser
page-review-waits = Décidé ou en litige : l’argent est en route, ou la banque décide d’abord.
page-review-payment-accept = L’acheteur reçoit sa commande pour ce qu’il a payé.
page-review-payment-refuse = Tout ce qui a été payé est rendu à l’acheteur.
page-review-authorization-accept = On demande à l’expert, pour ce qui est autorisé.
page-review-authorization-refuse = La carte est libérée.
page-review-refund-accept = Prendre acte que le remboursement n’a pas abouti, par exemple si l’argent a été rendu autrement.
page-review-refund-refuse = On retente le remboursement.
page-review-returned-accept = L’acheteur garde ce qu’il a.
page-review-returned-refuse = Les biens sont repris et le reste de l’argent rendu.
page-refund = Rembourser
page-refund-none = Rien de cette commande ne peut être remboursé pour le moment.
page-refund-what = Ce qui est rendu
page-refund-items = Des unités, avec ce qui a été payé pour elles
page-refund-amount = Un montant, à titre commercial ; rien n’est repris
page-refund-rest = Tout ce qui reste : { $amount }
page-refund-of = { $n } sur { $most } peuvent être rendus
page-refund-preview = Voir ce que cela donne
page-refund-comes-to = Ce que cela donne
page-refund-goods-back = Ces unités sont reprises et remises en vente si possible. Leurs billets ne valent plus rien.
page-refund-goods-stay = Rien n’est repris : les billets restent valables et rien n’est remis en vente.
page-refund-goods = Pour les biens
page-refund-fees = Pour les frais
page-refund-reason = Pourquoi, pour le dossier ; l’acheteur le lit aussi
page-refund-now = Rembourser { $amount }
page-done-address = L’adresse est changée.
page-done-accepted = La vérification est terminée : accepté.
page-done-refused = La vérification est terminée : refusé.
page-done-refunded = Le remboursement est en route.

# Today
page-today = Aujourd’hui
page-today-disputes = Litiges qui attendent une réponse
page-today-reviews = Commandes à vérifier
page-today-since = depuis { $date }
page-today-more = Il y en a d’autres.
page-today-figures = Ce qu’il y a eu aujourd’hui
page-today-partly = Il y a plus que ce qui est compté ici ; le résumé quotidien a tout.
page-today-hours = Reçu heure par heure
page-today-hour = Heure

# An expert's bookings
page-bookings = Rendez-vous
page-bookings-requests = Demandes
page-bookings-no-requests = Aucune demande n’attend votre réponse.
page-bookings-none = Aucun rendez-vous à venir.
page-booking-places = { $n } places
page-booking-confirm = Confirmer
page-booking-decline = Refuser
page-booking-cancel-free = L’annulation ne coûte rien : rien n’a été payé.
page-booking-cancel-quote = Si vous annulez, l’acheteur récupère { $amount }, à tout moment.
page-hours-to-answer = encore { $n } heures
page-minutes-to-answer = { $n ->
    [one] encore { $n } minute
   *[other] encore { $n } minutes
}
page-slots = Créneaux
page-slots-no-listing = Il n’y a pas encore d’offre de votre temps. Un administrateur du vendeur en crée une.
page-slot-add = Mettre un créneau en vente
page-slot-listing = Offre
page-slots-coming = Créneaux à venir
page-slots-none = Il n’y en a pas encore.
page-done-slot = Le créneau est en vente.
page-done-confirmed = Le rendez-vous est confirmé.
page-done-declined = La demande est refusée ; la carte est libérée.

# What the desk sells
page-desk-listings = Offres
page-desk-no-listings = Il n’y a encore rien.
page-desk-published = en vente
page-desk-draft = pas en vente
page-desk-canceled = annulé
page-desk-publish = Mettre en vente
page-desk-withdraw = Retirer de la vente
page-desk-shop-page = Comme le voient les acheteurs
page-desk-stock = Tarifs et stock
page-desk-offer = Tarif
page-desk-available = Libres
page-desk-held = Retenus
page-desk-sold = Vendus
page-desk-unlimited = sans limite
page-desk-more-offers = Il y a plus de tarifs que ceux affichés.
page-desk-offer-name = Nom
page-desk-price = Prix
page-desk-capacity = Combien en tout
page-desk-change-offer = Modifier
page-desk-edit = Modifier ou déplacer
page-desk-copy = Dupliquer
page-desk-copy-text = La copie est un brouillon avec les mêmes tarifs. Les créneaux restent où ils sont.
page-desk-new-id = Identifiant : minuscules, chiffres et traits d’union
page-desk-offer-new = Ajouter un tarif
page-edit-title = Titre
page-edit-description = Description
page-edit-clock = à l’heure de { $name }
page-edit-starts = Début
page-edit-ends = Fin
page-edit-doors = Ouverture des portes
page-edit-moves = Si la date ou le lieu changent, les acheteurs munis de billets l’apprennent par message. Les billets restent valables.
page-done-edited = C’est modifié.
page-done-copied = Voici la copie : un brouillon.
page-done-offer-added = Le tarif est ajouté.
page-desk-promos = Codes promo
page-desk-no-promos = Il n’y a encore aucun code.
page-desk-promo-off = { $percent } % de remise
page-desk-promo-used = { $n } utilisés
page-desk-promo-used-of = { $n } sur { $most } utilisés
page-desk-promo-until = jusqu’au { $date }
page-desk-promo-new = Ajouter ou modifier un code
page-desk-promo-percent = Remise en pour cent
page-desk-promo-most = Utilisations au plus
page-desk-presales = Codes de prévente
page-desk-presale-offer = Offre
page-desk-presale-add = Ajouter ou modifier un code de prévente
page-desk-cancel = Annuler
page-desk-cancel-what = Annuler { $name }
page-desk-cancel-means = La vente se ferme tout de suite et ne rouvre pas. Les paiements en cours sont arrêtés, et tous les acheteurs récupèrent ce qu’ils ont payé.
page-desk-cancel-orders = Commandes à rembourser
page-desk-cancel-open = Paiements à arrêter
page-desk-cancel-money = Argent rendu
page-desk-cancel-time = Au rythme de Stripe
page-desk-cancel-minutes = { $n ->
    [one] environ { $n } minute
   *[other] environ { $n } minutes
}
page-desk-cancel-more = Il y a plus de commandes que celles additionnées ici : c’est donc au moins cela.
page-desk-cancel-reason = Pourquoi, tel que les acheteurs le lisent
page-desk-cancel-sure = Saisissez l’identifiant { $code } pour confirmer
page-desk-keep = Garder
page-desk-cancel-running = { $n ->
    [one] Annulation en cours : { $n } commande traitée jusqu’ici.
   *[other] Annulation en cours : { $n } commandes traitées jusqu’ici.
}
page-desk-cancel-waiting = { $n ->
    [one] { $n } commande doit attendre une banque ou un paiement en cours, et suivront d’elles-mêmes.
   *[other] { $n } commandes doivent attendre une banque ou un paiement en cours, et suivront d’elles-mêmes.
}
page-desk-cancel-over = Annulé, et toutes ses commandes sont traitées.
page-done-published = C’est en vente.
page-done-withdrawn = Ce n’est plus en vente. Les commandes restent telles quelles.
page-done-listing-canceled = C’est annulé. Les remboursements suivent, et cette page dit où ils en sont.
page-done-offer = Le tarif est modifié.
page-done-promo = Le code est enregistré.
