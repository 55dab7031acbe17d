# Français

weekday-1 = lundi
weekday-2 = mardi
weekday-3 = mercredi
weekday-4 = jeudi
weekday-5 = vendredi
weekday-6 = samedi
weekday-7 = dimanche
month-1 = janvier
month-2 = février
month-3 = mars
month-4 = avril
month-5 = mai
month-6 = juin
month-7 = juillet
month-8 = août
month-9 = septembre
month-10 = octobre
month-11 = novembre
month-12 = décembre
date = { $weekday } { $day } { $month } { $year }
moment = { $date } à { $clock } ({ $zone })
span = { $date } de { $clock } à { $until } ({ $zone })

greeting = Bonjour { $name },
greeting-expert = Bonjour,
footer = Envoyé par { $seller } au sujet de la commande { $order }.
footer-reply = Les réponses à ce message parviennent à { $contact }.
view-order = Voir votre commande
order-number = Numéro de commande

when = Date
doors = Ouverture des portes
where = Lieu
slot = Créneau
platform-fee = Frais de plateforme
processing-fee = Frais de paiement
tax = Taxe
tax-included = Dont taxe
paid-accepted = Payé et accepté tel quel
discount = Remise ({ $code })
total = Total
tickets-heading = Vos billets, un code par personne
hours-added = { $hours ->
    [one] Une heure a été ajoutée à votre solde.
   *[other] { $amount } heures ont été ajoutées à votre solde.
}
attached-tickets = Les billets sont joints en PDF ; imprimés ou sur un téléphone, ils sont scannés à l’entrée.
attached-calendar = Le fichier joint ajoute la date à votre agenda.

confirmed-subject = Votre commande pour { $title } est confirmée
confirmed-heading = Merci, tout est prêt
confirmed-text = Vous avez acheté :
booking-confirmed-subject = Votre réservation de { $title } est confirmée
booking-confirmed-heading = Votre créneau est réservé
booking-confirmed-text = { $title } est confirmé. { $amount } ont été débités.
booking-confirmed-free = { $title } est confirmé. Rien n’a été débité.

refund-subject = Remboursement pour { $title }
refund-heading = Votre remboursement est en route
refund-text = Nous avons remboursé { $amount }{ $way }. Les banques ont besoin de quelques jours pour l’afficher.
refund-goods = Votre commande pour { $title } a été reprise. Rien n’avait été débité.
refund-goods-heading = Votre commande a été reprise
refund-failed-subject = Votre remboursement pour { $title } nous est revenu
refund-failed-heading = Votre remboursement nous est revenu
refund-failed-text = La banque nous a renvoyé les { $amount } que nous avions remboursés{ $way }. Cet argent vous revient toujours.
refund-failed-next = Nous nous en occupons. Pour le recevoir par un autre moyen, répondez à ce message.
way-card = {" "}sur votre carte { $brand } se terminant par { $last4 }
way-card-unknown = {" "}sur la carte avec laquelle vous avez payé
way-bank = {" "}sur le compte bancaire depuis lequel vous avez payé
way-bank-known = {" "}sur votre compte bancaire se terminant par { $last4 }
way-other = {" "}sur le moyen de paiement que vous avez utilisé

canceled-subject = Annulé : { $title }
canceled-heading = { $title } est annulé
canceled-text = { $title } n’aura pas lieu. Nous en sommes désolés.
canceled-text-when = { $title } du { $when } n’aura pas lieu. Nous en sommes désolés.
canceled-reason = L’organisateur écrit : { $reason }
canceled-refund = Nous vous remboursons { $amount }{ $way }. Les banques ont besoin de quelques jours pour l’afficher.
canceled-free = Vous n’aviez rien payé, il n’y a donc rien à rembourser. Vos billets ne sont plus valables.
canceled-product = { $title } n’est plus en vente et votre commande est annulée. Nous en sommes désolés.

moved-subject = Modifié : { $title }
moved-heading = { $title } a été déplacé
moved-text = L’organisateur a changé la date ou le lieu de { $title }.
moved-when-before = Date initiale
moved-when = Nouvelle date
moved-where-before = Lieu initial
moved-where = Nouveau lieu
moved-tickets = Vos billets restent valables. Le fichier joint met à jour votre agenda.
moved-refund-until = Si vous ne pouvez pas venir, vous pouvez demander le remboursement intégral jusqu’au { $until }.
moved-refund = Si vous ne pouvez pas venir, répondez à ce message.
reminder-subject = Bientôt : { $title }
reminder-heading = { $title } commence bientôt

late-subject = Votre paiement pour { $title } est arrivé trop tard
late-heading = Votre paiement est arrivé trop tard
late-text = Votre paiement de { $amount } est arrivé alors que votre réservation avait expiré et qu’il ne restait rien à vendre. Nous en sommes désolés. La totalité est remboursée{ $way } ; les banques ont besoin de quelques jours pour l’afficher.

lost-subject = Votre commande pour { $title } a été perdue
lost-heading = Votre commande a été perdue
lost-text = Nous avons perdu votre commande à la suite d’une défaillance de notre part. Nous en sommes désolés. La totalité, soit { $amount }, est remboursée{ $way } ; les banques ont besoin de quelques jours pour l’afficher.
failed-subject = Votre paiement pour { $title } a échoué
failed-heading = Votre paiement n’a pas abouti
failed-text = Votre paiement n’a pas abouti, votre commande a donc été annulée. Rien n’a été débité.

requested-subject = Votre demande pour { $title }
requested-heading = Votre demande est envoyée
requested-text = Nous avons demandé votre créneau.
requested-until = La réponse arrive avant { $until }.
requested-money = Votre carte n’est pas encore débitée : { $amount } y sont réservés et seront libérés si la réponse est non ou s’il n’y en a pas.
requested-free = Rien n’est débité.
declined-subject = Votre réservation de { $title } a été refusée
declined-heading = Votre demande a été refusée
declined-text = Votre demande pour { $when } a été refusée.
timed-out-subject = Votre réservation de { $title } est restée sans réponse
timed-out-heading = Votre demande est restée sans réponse
timed-out-text = Votre demande pour { $when } est restée sans réponse et a donc pris fin.
booking-canceled-subject = Votre réservation de { $title } est annulée
booking-canceled-heading = Votre réservation est annulée
booking-canceled-text = Votre réservation du { $when } est annulée.
booking-canceled-by-expert = Votre réservation du { $when } a été annulée par votre interlocuteur. Nous en sommes désolés.
policy-none = Selon les conditions d’annulation, rien n’est remboursé.
policy-part = Nous remboursons { $percent } % de ce que vous avez payé, { $amount }{ $way }. Les banques ont besoin de quelques jours pour l’afficher.
policy-all = Nous remboursons tout ce que vous avez payé, { $amount }{ $way }. Les banques ont besoin de quelques jours pour l’afficher.
policy-released = Votre carte n’a pas été débitée, et la somme réservée est libérée.

ticket-subject = Votre billet pour { $title }
ticket-heading = Voici votre billet
ticket-text = { $buyer } vous a acheté un billet pour { $title }.
ticket-code = Votre code
attached-ticket = Le billet est joint en PDF ; imprimé ou sur un téléphone, il est scanné à l’entrée.
booking-reminder-subject = Bientôt : { $title }
booking-reminder-heading = Votre créneau commence bientôt
booked-by = Réservé par
expert-requested-subject = Une demande pour { $title }
expert-requested-heading = Une réservation attend votre réponse
expert-requested-text = Votre temps est demandé.
expert-requested-until = Sans réponse avant { $until }, la demande prend fin.
expert-confirm = Confirmer
expert-decline = Refuser
expert-canceled-subject = Annulé : { $title }
expert-canceled-heading = Une réservation est annulée
expert-canceled-text = Cette réservation est annulée. Le créneau est de nouveau libre.
expert-reminder-subject = Bientôt : { $title }
expert-reminder-heading = Une de vos réservations commence bientôt
