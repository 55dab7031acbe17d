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
page-desk-search = Numéro, nom, adresse mail, billet ou identifiant Stripe
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
page-week = Créneaux semaine par semaine
page-week-days = Jours de la semaine
page-week-times = Début à
page-week-minutes = Durée en minutes
page-week-from = Premier jour
page-week-until = Dernier jour
page-week-except = Jours sans créneaux
page-week-preview = Voir ces créneaux
page-week-makes = Ce que cela donne
page-week-made = { $n ->
    [one] { $n } créneau est mis en vente.
   *[other] { $n } créneaux sont mis en vente.
}
page-week-present = { $n ->
    [one] { $n } est déjà en vente et reste tel quel.
   *[other] { $n } sont déjà en vente et restent tels quels.
}
page-week-overlapping = { $n ->
    [one] { $n } n’est pas mis en vente, car vous avez un autre créneau ou un rendez-vous à ce moment :
   *[other] { $n } ne sont pas mis en vente, car vous avez d’autres créneaux ou rendez-vous à ces moments :
}
page-week-past = { $n ->
    [one] { $n } a déjà commencé.
   *[other] { $n } ont déjà commencé.
}
page-week-deleted = { $n ->
    [one] { $n } a été retiré de la vente et le reste.
   *[other] { $n } ont été retirés de la vente et le restent.
}
page-week-sell = { $n ->
    [one] Mettre { $n } créneau en vente
   *[other] Mettre { $n } créneaux en vente
}
page-week-is-made = sera en vente
page-week-is-present = en vente
page-week-is-past = a commencé
page-week-is-deleted = retiré de la vente
page-week-overlaps = chevauche
page-week-moved = Ce jour-là, l’horloge saute l’heure habituelle.
page-slot-free = libre
page-done-slots = Les créneaux sont en vente.
page-done-slots-none = Il n’y avait rien de nouveau à mettre en vente.
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
page-desk-promo-new = Ajouter un code
page-desk-promo-percent = Remise en pour cent
page-desk-promo-most = Utilisations au plus
page-offer-presale-none = Aucun
page-offer-presale-early = Ouvre d’abord aux détenteurs d’un code
page-offer-presale-only = Réservée aux détenteurs d’un code
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

# The organization's settings
page-desk-settings = Réglages
page-settings-name = Nom
page-settings-contact = Comment les acheteurs vous joignent
page-settings-phone = Téléphone
page-settings-address = Adresse postale
page-settings-tax-id = Numéro fiscal
page-settings-style = Image, langue et horloge
page-settings-logo = Image, comme adresse https
page-settings-color = Couleur des boutons et des liens, comme #0b6455
page-settings-locale = Langue, comme fr-CH
page-settings-zone = Fuseau horaire, comme Europe/Paris
page-settings-paying = Comment les acheteurs paient
page-settings-modes = Moyens de payer, si une offre n’en nomme pas
page-settings-hosted = Sur la page de Stripe
page-settings-intent = Sur la page du magasin
page-settings-fees = Comment les documents montrent les frais
page-settings-fees-named = en lignes à part
page-settings-fees-included = comme partie des prix
page-settings-most-amount = Montant maximal d’une commande
page-settings-most-donation = Montant maximal qu’un acheteur peut donner pour un billet
page-settings-most-tickets = Nombre maximal de billets d’une commande, jusqu’à { $most }
page-settings-tax-automatic = Stripe calcule la taxe
page-settings-tax-behavior = Prix
page-settings-tax-exclusive = La taxe s’ajoute aux prix
page-settings-tax-inclusive = Les prix contiennent la taxe
page-settings-tax-liability = Qui doit la taxe
page-settings-tax-platform = La plateforme, qui la retient
page-settings-tax-seller = Vous
page-settings-doors = Entrée
page-settings-check-in = Combien d’heures avant l’ouverture un billet peut être validé
page-settings-cancellation = Rendez-vous annulés
page-settings-cancellation-text = Un rendez-vous que l’acheteur annule autant d’heures avant le début, ou plus tôt, rend autant de pour cent. Plus tard, il ne rend rien. Une commande garde ce qui valait quand elle fut passée.
page-settings-tier-hours = Heures avant le début
page-settings-tier-percent = Pour cent rendus
page-settings-mail = Courriels
page-settings-remind = Rappeler une fois aux acheteurs une page de paiement laissée ouverte
page-settings-summary = Chaque matin à votre adresse
page-settings-summary-back = Un résumé est revenu de cette adresse : plus aucun n’est envoyé.
page-settings-summary-again = Essayer encore une fois la même adresse
page-settings-summary-sales = Ce qui a été vendu
page-settings-summary-refunds = Ce qui a été rendu
page-settings-summary-disputes = Litiges avec leurs délais
page-settings-summary-reviews = Commandes en vérification
page-settings-origins = Vos propres pages
page-settings-origins-text = Adresses où les acheteurs peuvent être ramenés après le paiement, une par ligne, comme https://shop.example
page-settings-fixed = Ce que fixe la plateforme
page-settings-fixed-text = Où va l’argent, et ce qui en est retenu. Seule la plateforme le change.
page-settings-account = Compte chez Stripe
page-settings-currency = Monnaie
page-settings-per-ticket = Frais par billet
page-done-settings = Les réglages sont enregistrés.

# People and what they did
page-desk-team = Équipe
page-role-platform = Plateforme
page-role-admin = Administrateur
page-role-staff = Personnel
page-role-expert = Expert
page-role-admin-may = Tout ce que peut le personnel ; aussi ce qui est vendu et à quel prix, l’annulation, ces réglages et le journal.
page-role-staff-may = Commandes, remboursements, vérifications, entrée, heures des clients, chiffres et tableaux.
page-role-expert-may = Leurs propres créneaux et rendez-vous, et les heures qu’ils retirent à des clients.
page-team-roles = Rôles
page-team-issuer = Qui a quel rôle est dit là où vos gens se connectent, et y est changé. Un changement vaut dès la connexion suivante.
page-team-log = Qui a fait quoi
page-team-log-text = Ce que personnel, experts et plateforme ont changé ces 400 derniers jours. Les entrées et les réponses aux rendez-vous sont dans leurs commandes.
page-team-log-none = Il n’y a encore rien.
page-team-newest = Le plus récent
page-log-organization-created = Organisation créée
page-log-organization-changed = Réglages changés
page-log-listing-created = Offre créée
page-log-listing-changed = Offre changée
page-log-listing-published = Offre mise en vente
page-log-listing-unpublished = Offre retirée de la vente
page-log-listing-canceled = Offre annulée
page-log-offer-created = Tarif créé
page-log-offer-changed = Tarif changé
page-log-offer-deleted = Tarif retiré de la vente pour de bon
page-log-slots-created = Créneaux mis en vente
page-log-promo-created = Code promo créé
page-log-promo-changed = Code promo changé
page-log-presale-created = Code de prévente créé
page-log-presale-changed = Code de prévente modifié
page-log-refund-requested = Remboursement demandé
page-log-review-accepted = Vérification acceptée
page-log-review-refused = Vérification refusée
page-log-buyer-changed = Adresse de l’acheteur changée
page-log-confirmation-resent = Confirmation renvoyée
page-log-attendee-changed = Visiteur changé
page-log-ticket-handed-over = Billet transmis
page-log-customer-erased = Client effacé
page-log-hours-taken = Heures retirées

# New listings
page-new = Nouvelle offre
page-new-kind = Ce qu’elle vend
page-kind-show = Billets d’un spectacle
page-kind-product = Produits
page-kind-expert = Temps d’un expert
page-kind-package = Heures prépayées
page-new-text-show = D’abord le spectacle comme brouillon, puis ses tarifs, puis la vente.
page-new-text-product = D’abord le produit comme brouillon, puis ses sortes avec leur stock, puis la vente.
page-new-text-expert = D’abord l’expert comme brouillon, puis les créneaux, puis la vente. L’expert répond à chaque rendez-vous.
page-new-text-package = D’abord la famille de forfaits comme brouillon, puis les forfaits avec leurs heures, puis la vente.
page-new-expert = De qui c’est le temps : l’identifiant avec lequel l’expert se connecte
page-new-delivery = Comment les acheteurs le reçoivent
page-new-delivery-none = Rien n’est envoyé ni retiré
page-new-delivery-address = C’est envoyé à une adresse
page-new-delivery-pickup = C’est retiré sur place
page-new-zone = Fuseau horaire là-bas, si ce n’est pas le vôtre
page-new-make = Créer le brouillon
page-new-none = N’en créer aucun
page-done-draft = Le brouillon est créé. Il lui faut un tarif avant la vente.
page-edit-mail = Ce que dit ce courriel
page-edit-share = Billets par acheteur, toutes commandes confondues
page-edit-refund-until = Qui ne peut pas venir peut demander tout son argent jusqu’au
page-offer-hours = Heures créditées
page-offer-hours-of = { $hours } heures
page-offer-least = Minimum par commande
page-offer-most = Maximum par commande
page-offer-opens = En vente dès
page-offer-closes = En vente jusqu’à
page-offer-attendees = Les billets nomment qui vient
page-offer-attendees-none = non
page-offer-attendees-optional = si l’acheteur le veut
page-offer-attendees-required = chacun
page-offer-donation = Les acheteurs peuvent donner plus que le prix
page-offer-vip = Marqué VIP
page-promo-from = Valable dès
page-promo-until = Valable jusqu’à
page-desk-promo-from = dès { $date }
page-slot-minutes = Minutes de chaque créneau
page-slot-weekly = De même chaque semaine, le
page-slot-until = Jusqu’au jour
page-slot-except = Mais pas ces jours, comme 2027-12-24
page-done-slots = Les créneaux sont en vente. Là où l’expert en a déjà un autre, ou s’il est passé, il n’y en a pas.

# Exports
page-desk-exports = Tableaux
page-export-text = Tableaux pour tableurs. Un petit vient tout de suite ; un long est écrit comme fichier.
page-export-kind = Ce qu’est une ligne
page-export-orders = Commandes
page-export-lines = Lignes de commandes
page-export-tickets = Billets
page-export-refunds = Remboursements
page-export-payouts = Versements : ce qui est à vous de chaque paiement
page-export-listing = Seulement cette offre, par son identifiant
page-export-now = Télécharger
page-export-file = Faire écrire un fichier
page-export-latest = Fichiers des derniers jours
page-export-none = Il n’y en a pas.
page-export-long = Ce tableau est trop long pour une réponse. Faites écrire un fichier.
page-export-begun = Commencé
page-export-written = Écrit jusqu’ici
page-export-kilobytes = { $n } ko
page-export-running = en cours
page-export-done = fini
page-export-failed = échoué
page-export-running-text = Il est écrit en arrière-plan, en quelques minutes. Vous pouvez quitter cette page : le fichier est dans la liste.
page-export-again = Voir où il en est
page-export-download = Télécharger le fichier
page-export-kept = Le fichier est gardé jusqu’à { $date }.
page-export-gone = Le fichier n’est plus gardé. Faites-en écrire un autre.
page-export-failed-text = Il n’a pas pu être écrit. Rien n’est perdu : faites-en écrire un autre.
