# Les pages.

# Autour de chaque page
page-brand = Boutique
page-skip = Aller au contenu
page-navigation = Pages
page-languages = Langues
page-calendar = Calendrier
page-as-list = Afficher en liste
page-nothing-this-month = Rien ce mois-ci
page-on-sale = En vente
page-cart = Panier
page-error = Erreur
page-optional = facultatif
page-to-overview = Voir ce qui est en vente
page-month = { $name } { $number }

# Refus
page-not-found = Il n’y a rien ici
page-not-found-text = L’adresse est peut-être mal saisie, ou la page n’existe plus. Si vous venez d’un lien reçu par e-mail, utilisez le lien entier.
page-not-yours = Vous n’avez pas accès à cette page
page-not-yours-text = Une commande s’ouvre avec le lien de son e-mail. Ouvrez ce lien une fois dans ce navigateur.
page-too-many = Trop de demandes
page-too-many-text = Attendez une minute, puis réessayez.
page-unavailable = Réessayez dans un instant
page-unavailable-text = La boutique est très sollicitée en ce moment. Rien n’est perdu : rechargez la page dans quelques secondes.
page-refused = Cela n’a pas fonctionné
page-refused-text = La demande n’a pas pu être lue. Revenez en arrière et réessayez.
refused-invalid-request = Certaines informations ne sont pas correctes. Vérifiez les champs signalés.
refused-insufficient-stock = Il n’en reste pas assez.
refused-listing-unavailable = Ce n’est pas en vente en ce moment.
refused-listing-ended = C’est terminé.
refused-promo-invalid = Ce code promo n’est pas valable.
refused-quantity-limit = C’est trop pour une seule commande.
refused-amount-limit = Le total de la commande est hors des limites permises.
refused-donation-too-low = Le montant est inférieur au minimum.
refused-donation-too-high = Le montant est supérieur au maximum.
refused-donation-not-allowed = Ici, le prix est fixe.
refused-payments-not-configured = Le vendeur ne peut pas recevoir de paiements en ce moment.
refused-payment-declined = La carte a été refusée.
refused-slot-taken = Quelqu’un vient de prendre ce créneau.
refused-slot-overlaps = L’expert a déjà une autre réservation à cette heure.
refused-out-of-stock = Il n’en reste pas assez.
refused-request-in-progress = Votre commande est en cours de traitement. Réessayez dans un instant.
refused-idempotency-mismatch = Cette commande a déjà été passée avec d’autres informations.
refused-illegal-state = Ce n’est plus possible. Consultez de nouveau la page.
refused-not-paid = La commande n’est pas payée.
refused-rate-limited = Il y a eu trop d’essais. Attendez un peu.
refused-forbidden = Ce formulaire n’est plus à jour. Revenez en arrière, rechargez la page et envoyez-le de nouveau.
refused-payment-unavailable = Le service de paiement ne répond pas. Rien n’a été débité ; réessayez.
refused-store-unavailable = La boutique est très sollicitée. Rien n’a été débité ; réessayez.

# Aperçu
page-overview-heading = En vente actuellement
page-nothing-on-sale = Rien n’est en vente en ce moment.
page-more = Plus
page-section-shows = Événements
page-section-products = Produits
page-section-experts = Sur rendez-vous
page-section-packages = Heures prépayées

# Une offre
page-until = Jusqu’au
page-canceling = Annulation
page-policy = Nous vous remboursons { $name }. Tout, si votre expert annule.
page-policy-tier = { $percent } % jusqu’à { $hours } h avant
page-policy-until-start = { $percent } % jusqu’au début
page-policy-none = Après la confirmation, rien n’est remboursé. Si votre expert annule, tout est remboursé.
page-choose-show = Billets
page-choose-product = Articles
page-choose-expert = Choisir un créneau
page-choose-package = Heures
page-standing-canceled = C’est annulé.
page-standing-over = C’est terminé.
page-standing-no-times = Aucun créneau n’est libre en ce moment.
page-standing-sold-out = Tout est vendu.
page-how-many = Quantité
page-from = à partir de { $price }
page-free = gratuit
page-price-with-fees = { $price } et { $amount } de frais
page-fees-included = frais compris
page-hours = { $hours } h chacun
page-names-needed = avec le nom de chaque personne
page-sold-out = épuisé
page-left = { $n ->
    [one] il en reste 1
   *[other] il en reste { $n }
}
page-you-give = Votre montant, par unité
page-most-tickets = { $n ->
    [one] Un billet par commande au maximum.
   *[other] { $n } billets par commande au maximum.
}
page-most-each = { $n ->
    [one] Un par personne, toutes commandes confondues.
   *[other] { $n } par personne au maximum, toutes commandes confondues.
}
page-to-cart = Continuer
page-update-cart = Modifier le panier
page-taken = pris
page-places = Places
page-places-note = plus d’une seulement en groupe
page-places-left = { $n ->
    [one] il reste une place
   *[other] il reste { $n } places
}
page-there = Heure de l’expert :
page-month-before = Le mois précédent
page-month-after = Le mois suivant
page-zone = Heures du fuseau horaire
page-show = Afficher

# Le panier
page-cart-empty = Votre panier est vide.
page-cart-replaced = Votre panier ne contient plus que cet achat : il ne peut pas être payé avec ce qui s’y trouvait avant.
page-cart-changed = Vous avez modifié le panier. Voici son nouveau total. Rien n’a encore été commandé.
page-nothing-ordered = Rien n’a été commandé.
page-what = Votre achat
page-each = { $amount } l’unité
page-remove = Retirer
page-who-comes = Qui vient ?
page-name-of = Nom sur le billet { $n }
page-promo-code = Code promo
page-presale-code = Code de prévente
page-presale-needed = Avec un code de prévente
page-what-it-costs = Montant
page-tax-later = Les taxes éventuelles s’ajoutent à la page suivante, avant le paiement.
page-who-buys = Qui achète ?
page-name = Nom
page-email = E-mail
page-company = Entreprise
page-phone = Téléphone
page-order-free = Commander
page-to-payment = Passer au paiement
page-hold-show = Vos billets vous sont réservés pendant une demi-heure, le temps de payer.
page-hold-product = Vos articles vous sont réservés pendant une demi-heure, le temps de payer.
page-hold-expert = La somme est réservée sur votre carte. Elle est débitée dès que l’expert accepte ; sinon, elle est libérée.
page-hold-package = Les heures sont sur votre solde dès qu’elles sont payées.

# Une commande
page-order-pending = Nous attendons votre paiement
page-order-pending-text = Votre choix vous est réservé jusqu’au { $date }.
page-order-try-again = Le dernier essai a échoué : { $name } Vous pouvez réessayer jusqu’au { $date }.
page-order-processing = Votre paiement est en route
page-order-processing-text = Il met quelques jours à arriver. Vous recevrez alors un e-mail.
page-order-authorized = Nous attendons la réponse de votre expert
page-order-authorized-text = { $amount } sont réservés sur votre carte. Rien n’a encore été débité.
page-order-authorized-until = { $amount } sont réservés sur votre carte. Rien n’a encore été débité ; sans réponse jusqu’au { $date }, la somme est libérée.
page-order-paid-show = Vos billets sont prêts
page-order-paid-product = Votre commande est confirmée
page-order-paid-expert = Votre créneau est réservé
page-order-paid-package = Vos heures sont disponibles
page-order-paid-mixed = Tout est prêt
page-order-paid-text = Nous avons envoyé un e-mail à { $email }.
page-order-refunded = Votre remboursement est en route
page-order-expired = La réservation a expiré
page-order-expired-text = Rien n’a été débité. Ce que vous aviez choisi est de nouveau en vente.
page-order-failed = Le paiement a échoué
page-order-failed-text = { $name } Rien n’a été débité.
page-order-canceled = Cette commande a été annulée
page-order-released-text = Rien n’a été débité. La somme réservée sur votre carte est libérée.
page-order-declined = Votre expert n’est pas disponible à ce moment-là
page-order-timed-out = Votre expert n’a pas répondu à temps
page-order-canceled-by-you = Vous avez annulé la réservation
page-order-canceled-by-expert = Votre expert a annulé la réservation
page-order-listing-canceled = C’est annulé
page-order-listing-canceled-text = Le vendeur a annulé. Ce que vous avez payé est remboursé.
page-order-review = Nous vérifions votre paiement
page-order-review-text = Une personne doit vérifier un point du paiement. Vous recevrez un e-mail ; vous n’avez rien d’autre à faire.
page-pay-now = Payer { $amount }
page-credited = Heures créditées : { $hours }.
page-booking = Réservation
page-booking-requested = demandée
page-booking-confirmed = confirmée
page-booking-declined = refusée
page-booking-canceled = annulée
page-booking-timed-out = sans réponse
page-moved = Il y a eu un changement ; la date et le lieu indiqués ici sont les nouveaux.
page-refund-until = Vous pouvez demander le remboursement intégral jusqu’au { $date }.
page-tickets-pdf = Billets (PDF)
page-receipt-pdf = Reçu (PDF)
page-add-to-calendar = Ajouter à l’agenda
page-cancel-booking = Annuler la réservation
page-cancel-free = Annuler maintenant ne coûte rien : la somme réservée sur votre carte est libérée.
page-cancel-nothing = Si vous annulez maintenant, rien n’est remboursé.
page-cancel-quote = Si vous annulez maintenant, nous vous remboursons { $amount } ({ $percent } %).
page-holds-until = Cela vaut jusqu’au { $date }.
page-tickets = Vos billets
page-frozen = Votre banque conteste le paiement. Jusqu’à la décision, ces billets ne donnent pas accès à l’événement.
page-qr = Code QR { $code }
page-ticket-of = Billet { $number } sur { $most }
page-ticket-valid = à présenter à l’entrée
page-ticket-used = utilisé le { $date }
page-ticket-refunding = remboursement en cours
page-ticket-void = non valable
page-hand-on = Changer le nom
page-hand-on-email = facultatif : le billet y est envoyé
page-save = Enregistrer
page-hand-over = Transmettre le billet
page-hand-over-text = Le billet passe à une autre personne sous un nouveau code, qu’elle seule reçoit. Le code affiché ici n’est alors plus valable ; la commande et ses remboursements restent les vôtres.
page-hand-over-button = Transmettre
page-ticket-handed-over = transmis à { $name }
page-given-back = { $n ->
    [one] 1 remboursé
   *[other] { $n } remboursés
}
page-refunds = Remboursements
page-refund-pending = en cours
page-refund-succeeded = effectué
page-refund-failed = échoué
page-about-order = À propos de cette commande
page-status = État
page-status-pending = non payée
page-status-authorized = autorisée
page-status-paid = payée
page-status-failed = échouée
page-status-expired = expirée
page-status-canceled = annulée
page-status-refunded = remboursée
page-buyer = Acheteur
page-placed = Date de commande
page-paid = Date de paiement
page-receipt = Reçu
page-resend = Renvoyer l’e-mail
page-done-canceled = La réservation est annulée.
page-done-resent = L’e-mail est en route.
page-done-renamed = Le nom est changé.
page-done-handed-over = Le billet est transmis ; son nouveau code est en route.
page-at-least = { $n ->
    [one] Au moins un par commande
   *[other] Au moins { $n } par commande
}
page-at-most = { $n ->
    [one] Au plus un par commande
   *[other] Au plus { $n } par commande
}
page-closes = En vente jusqu’au { $date }
page-opens = En vente à partir du { $date }
page-fee-once = Frais de commande
page-sent-to = Où l’envoyons-nous ?
page-delivery-name = Nom sur le colis
page-delivery-line1 = Rue et numéro
page-delivery-line2 = Complément d’adresse
page-delivery-postal-code = Code postal
page-delivery-city = Ville
page-delivery-state = Région ou canton
page-delivery-country = Pays
page-delivered-to = Livraison à
page-collect = À retirer à
page-pay-heading = Paiement
page-pay-lead = Payez avant le { $date } ; jusque-là, tout vous est réservé.
page-pay-needs-script = Activez JavaScript pour payer ici, ou commandez à nouveau sans JavaScript pour payer sur la page de Stripe.
page-pay-not-loaded = Le formulaire de paiement ne peut pas être chargé. Vérifiez votre connexion et rechargez cette page.
page-pay-by-stripe = Les données de votre carte vont à Stripe et jamais à nous.
page-to-order = Vers la commande

# Connexion et compte
page-account = Compte
page-sign-in = Se connecter
page-sign-out = Se déconnecter
page-not-signed-in = Vous n’êtes pas connecté
page-sign-in-none = La connexion n’est pas proposée ici. Vous pouvez acheter sans elle, et chaque commande s’ouvre par le lien de son e-mail.
page-sign-in-outdated = Cette connexion est périmée ou a été commencée dans un autre navigateur.
page-sign-in-denied = Vous n’avez pas accepté de vous connecter.
page-sign-in-refused = La connexion a été refusée. Rien n’a changé pour vous.
page-sign-in-unavailable = La connexion est impossible pour le moment. Veuillez réessayer plus tard.
page-signed-out = Vous êtes déconnecté
page-signed-out-text = Rien de votre visite n’est conservé dans ce navigateur.
page-signed-out-onwards = Rien de votre visite n’est conservé dans ce navigateur. Un instant : vous êtes aussi déconnecté là où vous vous étiez connecté.
page-go-on = Continuer
page-try-again = Réessayer
page-hours-need-sign-in = Les heures sont portées sur votre solde et ont donc besoin d’un client. Connectez-vous ; votre panier vous attend.
page-hours-no-sign-in = Les heures demandent un client connecté, et la connexion n’est pas proposée ici. Adressez-vous au vendeur.
page-bookings-to-come = Réservations à venir
page-hours-with = Heures chez
page-hours-left = { $hours } heures restantes
page-hours-ledger = Mouvements
page-hours-bought = Achetées
page-hours-given-back = Rendues
page-hours-disputed = Contestées
page-hours-taken = Prises
page-own-orders = Vos commandes
page-no-orders = Vous n’avez pas encore de commande.
page-newest-orders = Commandes les plus récentes

# The doors of a show
page-doors-title = Entrées
page-doors-choose = Choisir le spectacle
page-doors-sign-in = Se connecter en tant que personnel
page-doors-show = Spectacle
page-doors-device = Nom de cet appareil, par exemple sa porte
page-doors-begin = Commencer
page-doors-revoked = Cet appareil ne peut plus valider d’entrées. Le personnel peut l’enregistrer à nouveau.
page-doors-again = Enregistrer à nouveau
page-doors-ready = Prêt
page-doors-undo = Annuler
page-doors-code = Code
page-doors-check = Vérifier
page-doors-camera = Image de la caméra
page-doors-camera-on = Activer la caméra
page-doors-camera-off = Arrêter la caméra
page-doors-no-camera = Il n’y a pas de caméra, ou elle ne peut pas être utilisée ici
page-doors-counts = Qui est arrivé
page-doors-search = Rechercher par nom
page-doors-name = Nom
page-doors-find = Rechercher
page-doors-problems = Corrigé depuis
page-doors-doubles = Billets scannés deux fois
page-doors-silent = Sans son
page-doors-leave = Un autre spectacle
page-doors-script = Cette page a besoin de JavaScript.
page-doors-checked-in = Entrez
page-doors-double = Déjà scanné
page-doors-refunded = Remboursé
page-doors-disputed = Paiement contesté
page-doors-handed-over = Cédé : demandez le nouveau code
page-doors-unknown = Code inconnu
page-doors-wrong-show = Un autre spectacle
page-doors-early = Trop tôt
page-doors-late = Trop tard
page-doors-outside = En dehors des heures d’entrée
page-doors-unchecked = Impossible à vérifier ici
page-doors-forged = Pas authentique
page-doors-undone = Annulé
page-doors-taken-back = Annulé
page-doors-nothing-to-undo = Rien à annuler
page-doors-clock = Heure incorrecte
page-doors-too-many = Scanné trop souvent
page-doors-since-by = À { $time }, { $name }
page-doors-since = À { $time }
page-doors-at = { $time }
page-doors-is-for = Le billet est pour { $name }
page-doors-early-at = Entrée à partir de { $time }
page-doors-late-at = Entrée terminée { $time }
page-doors-of = { $came } sur { $all }
page-doors-online = En ligne
page-doors-offline = Hors ligne
page-doors-waiting = { $number } à envoyer
page-doors-known = { $number } billets connus
page-doors-synced = à { $time }
page-doors-none-found = Personne trouvée
page-doors-needs-network = Le réseau est nécessaire
page-doors-no-doubles = Aucun billet n’a été scanné deux fois
page-doors-check-in = Valider
page-doors-no-shows = Aucun spectacle n’est en vente
page-doors-not-staff = Seul le personnel d’un vendeur peut valider les billets
page-doors-not-registered = L’appareil n’a pas été enregistré. Rechargez la page.
page-doors-leave-waiting = { $number } scans n’ont pas été envoyés et seraient perdus. Quitter ?
