# Español

weekday-1 = lunes
weekday-2 = martes
weekday-3 = miércoles
weekday-4 = jueves
weekday-5 = viernes
weekday-6 = sábado
weekday-7 = domingo
month-1 = enero
month-2 = febrero
month-3 = marzo
month-4 = abril
month-5 = mayo
month-6 = junio
month-7 = julio
month-8 = agosto
month-9 = septiembre
month-10 = octubre
month-11 = noviembre
month-12 = diciembre
date = { $weekday }, { $day } de { $month } de { $year }
moment = { $date }, { $clock } ({ $zone })
span = { $date }, de { $clock } a { $until } ({ $zone })

greeting = Hola, { $name }:
greeting-expert = Hola:
footer = Enviado por { $seller } sobre el pedido { $order }.
footer-reply = Las respuestas a este mensaje llegan a { $contact }.
view-order = Ver tu pedido
order-number = Número de pedido

when = Cuándo
doors = Apertura de puertas
where = Dónde
slot = Horario
platform-fee = Gastos de plataforma
processing-fee = Gastos de pago
tax = Impuestos
tax-included = Impuestos incluidos
paid-accepted = Pagado y aceptado así
discount = Descuento ({ $code })
total = Total
tickets-heading = Tus entradas, un código por persona
hours-added = { $hours ->
    [one] Se ha añadido una hora a tu saldo.
   *[other] Se han añadido { $amount } horas a tu saldo.
}
attached-tickets = Las entradas van adjuntas en PDF; impresas o en el teléfono, se escanean en la puerta.
attached-calendar = El archivo adjunto añade la cita a tu calendario.

confirmed-subject = Tu pedido de { $title } está confirmado
confirmed-heading = Gracias, todo está listo
confirmed-text = Has comprado:
booking-confirmed-subject = Tu reserva de { $title } está confirmada
booking-confirmed-heading = Tu cita está reservada
booking-confirmed-text = { $title } está confirmado. Se han cobrado { $amount }.
booking-confirmed-free = { $title } está confirmado. No se ha cobrado nada.

refund-subject = Reembolso de { $title }
refund-heading = Tu reembolso está en camino
refund-text = Hemos reembolsado { $amount }{ $way }. Los bancos tardan unos días en mostrarlo.
refund-goods = Tu pedido de { $title } ha sido retirado. No se había cobrado nada.
refund-goods-heading = Tu pedido ha sido retirado
refund-failed-subject = Tu reembolso de { $title } fue devuelto
refund-failed-heading = Tu reembolso fue devuelto
refund-failed-text = El banco nos devolvió los { $amount } que habíamos reembolsado{ $way }. El dinero sigue siendo tuyo.
refund-failed-next = Lo estamos revisando. Para recibirlo por otra vía, responde a este mensaje.
way-card = {" "}en tu tarjeta { $brand } terminada en { $last4 }
way-card-unknown = {" "}en la tarjeta con la que pagaste
way-bank = {" "}en la cuenta bancaria desde la que pagaste
way-bank-known = {" "}en tu cuenta bancaria terminada en { $last4 }
way-other = {" "}por el medio de pago que usaste

canceled-subject = Cancelado: { $title }
canceled-heading = { $title } se ha cancelado
canceled-text = { $title } no tendrá lugar. Lo sentimos.
canceled-text-when = { $title }, { $when }, no tendrá lugar. Lo sentimos.
canceled-reason = El organizador escribe: { $reason }
canceled-refund = Te devolvemos { $amount }{ $way }. Los bancos tardan unos días en mostrarlo.
canceled-free = No habías pagado nada, así que no hay nada que devolver. Tus entradas ya no son válidas.
canceled-product = { $title } ya no se vende y tu pedido queda cancelado. Lo sentimos.

moved-subject = Cambio: { $title }
moved-heading = { $title } ha cambiado
moved-text = El organizador ha cambiado la fecha o el lugar de { $title }.
moved-when-before = Fecha anterior
moved-when = Nueva fecha
moved-where-before = Lugar anterior
moved-where = Nuevo lugar
moved-tickets = Tus entradas siguen siendo válidas. El archivo adjunto actualiza tu calendario.
moved-refund-until = Si no puedes venir, puedes pedir que te devuelvan todo el dinero hasta el { $until }.
moved-refund = Si no puedes venir, responde a este mensaje.
reminder-subject = Pronto: { $title }
reminder-heading = { $title } empieza pronto

late-subject = Tu pago de { $title } llegó demasiado tarde
late-heading = Tu pago llegó demasiado tarde
late-text = Tu pago de { $amount } llegó cuando tu reserva había caducado y no quedaba nada por vender. Lo sentimos. Se devuelve todo el importe{ $way }; los bancos tardan unos días en mostrarlo.

lost-subject = Tu pedido de { $title } se ha perdido
lost-heading = Tu pedido se ha perdido
lost-text = Hemos perdido tu pedido por un fallo nuestro. Lo sentimos. Se devuelve todo el importe de { $amount }{ $way }; los bancos tardan unos días en mostrarlo.
failed-subject = Tu pago de { $title } ha fallado
failed-heading = Tu pago no se ha completado
failed-text = Tu pago no se ha completado, así que tu pedido se ha cancelado. No se ha cobrado nada.

requested-subject = Tu solicitud de { $title }
requested-heading = Tu solicitud se ha enviado
requested-text = Hemos pedido tu cita.
requested-until = La respuesta llega antes del { $until }.
requested-money = Aún no se ha cobrado nada en tu tarjeta: hay { $amount } reservados, que se liberan si la respuesta es no o no llega.
requested-free = No se cobra nada.
declined-subject = Tu reserva de { $title } ha sido rechazada
declined-heading = Tu solicitud ha sido rechazada
declined-text = Tu solicitud para { $when } ha sido rechazada.
timed-out-subject = Tu reserva de { $title } no tuvo respuesta
timed-out-heading = Tu solicitud no tuvo respuesta a tiempo
timed-out-text = Tu solicitud para { $when } no tuvo respuesta a tiempo y ha terminado.
booking-canceled-subject = Tu reserva de { $title } está cancelada
booking-canceled-heading = Tu reserva está cancelada
booking-canceled-text = Tu reserva, { $when }, está cancelada.
booking-canceled-by-expert = Tu reserva, { $when }, ha sido cancelada por la otra parte. Lo sentimos.
policy-none = Según las condiciones de cancelación no se devuelve nada.
policy-part = Devolvemos el { $percent } % de lo que pagaste, { $amount }{ $way }. Los bancos tardan unos días en mostrarlo.
policy-all = Devolvemos todo lo que pagaste, { $amount }{ $way }. Los bancos tardan unos días en mostrarlo.
policy-released = No se ha cobrado nada en tu tarjeta, y lo reservado queda libre.

ticket-subject = Tu entrada para { $title }
ticket-heading = Aquí está tu entrada
ticket-text = { $buyer } te ha comprado una entrada para { $title }.
ticket-code = Tu código
attached-ticket = La entrada va adjunta en PDF; impresa o en el teléfono, se escanea en la puerta.
booking-reminder-subject = Pronto: { $title }
booking-reminder-heading = Tu reserva empieza pronto
booked-by = Reservado por
expert-requested-subject = Una solicitud de { $title }
expert-requested-heading = Una reserva espera tu respuesta
expert-requested-text = Se ha pedido tu tiempo.
expert-requested-until = Sin respuesta antes de { $until } la solicitud termina.
expert-confirm = Confirmar
expert-decline = Rechazar
expert-canceled-subject = Cancelado: { $title }
expert-canceled-heading = Una reserva está cancelada
expert-canceled-text = Esta reserva está cancelada. El horario vuelve a estar libre.
expert-reminder-subject = Pronto: { $title }
expert-reminder-heading = Una reserva tuya empieza pronto
