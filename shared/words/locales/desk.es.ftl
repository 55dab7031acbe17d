# Español: la oficina y las páginas de los expertos.
# The desk
page-desk = Oficina
page-desk-closed = Esta página es para otra función
page-desk-closed-text = Su acceso no indica ninguna función que pueda verla. Las funciones se asignan donde inicia sesión.
page-desk-which = Organización
page-desk-orders = Pedidos
page-desk-all = todos
page-desk-in-review = en revisión
page-desk-from = Hechos desde
page-desk-to = Hechos hasta
page-desk-no-number = Aquí no hay ningún pedido { $number }.
page-desk-disputed = El banco impugna el pago.
page-desk-answer-until = Respuesta hasta { $date }
page-desk-no-orders = No hay pedidos así.
page-desk-newest = Pedidos más recientes
page-desk-disputes = Disputas
page-desk-card-over-share = Con esta tarjeta se han pagado más entradas de un espectáculo de las que puede tener una persona.
page-dispute-open = abierta: el banco retiene el dinero mientras tanto
page-dispute-inquiry = una consulta: el dinero no se ha movido
page-dispute-won = ganada
page-dispute-lost = perdida
page-dispute-prevented = evitada
page-dispute-where = Una disputa se responde en el panel de Stripe, con los documentos que prueban la venta.
page-desk-lines = Lo que se pidió
page-desk-expert = Experto
page-desk-payment = Pago
page-payment-unpaid = sin pagar
page-payment-processing = en camino
page-payment-authorized = autorizado
page-payment-captured = cobrado
page-payment-failed = fallido
page-payment-canceled = cancelado
page-payment-partially-refunded = reembolsado en parte
page-payment-refunded = reembolsado
page-desk-captured = { $amount } recibidos
page-desk-refunded = { $amount } devueltos
page-desk-left = Aún se pueden reembolsar { $amount }
page-desk-unreachable = El correo a esta dirección vuelve. No se le envía nada más; a otra dirección, enseguida.
page-desk-address = Cambiar la dirección
page-desk-tickets = Entradas
page-desk-ticket-valid = válida
page-desk-trail = Quién hizo qué
page-review-accept = Aceptar
page-review-refuse = Rechazar
page-review-waits = Decidido o en disputa: el dinero está en camino, o decide antes el banco.
page-review-payment-accept = El comprador recibe lo pedido por lo que pagó.
page-review-payment-refuse = Todo lo pagado vuelve al comprador.
page-review-authorization-accept = Se pregunta al experto, por lo autorizado.
page-review-authorization-refuse = La tarjeta se libera.
page-review-refund-accept = Tomar nota de que el reembolso no se hizo, por ejemplo si el dinero se devolvió de otro modo.
page-review-refund-refuse = Se intenta otra vez el reembolso.
page-review-returned-accept = El comprador se queda con lo que tiene.
page-review-returned-refuse = Se retira lo comprado y se devuelve el resto del dinero.
page-refund = Reembolsar
page-refund-none = Ahora no se puede reembolsar nada de este pedido.
page-refund-what = Qué se devuelve
page-refund-items = Unidades, con lo que se pagó por ellas
page-refund-amount = Un importe, como cortesía; no se retira nada
page-refund-rest = Todo lo que queda: { $amount }
page-refund-of = Pueden devolverse { $n } de { $most }
page-refund-preview = Ver a cuánto asciende
page-refund-comes-to = A cuánto asciende
page-refund-goods-back = Estas vuelven y, si se puede, se ponen otra vez a la venta. Sus entradas ya no valen.
page-refund-goods-stay = No se retira nada: las entradas siguen valiendo y nada vuelve a la venta.
page-refund-goods = Por los bienes
page-refund-fees = Por los gastos
page-refund-reason = Por qué, para que conste; el comprador también lo lee
page-refund-now = Reembolsar { $amount }
page-done-address = La dirección está cambiada.
page-done-accepted = La revisión ha terminado: aceptado.
page-done-refused = La revisión ha terminado: rechazado.
page-done-refunded = El reembolso está en camino.

# Today
page-today = Hoy
page-today-disputes = Disputas que esperan respuesta
page-today-reviews = Pedidos en revisión
page-today-since = desde { $date }
page-today-more = Hay más.
page-today-figures = Lo que ha habido hoy
page-today-partly = Hay más de lo que se cuenta aquí; el resumen diario lo tiene todo.
page-today-hours = Recibido hora a hora
page-today-hour = Hora

# An expert's bookings
page-bookings = Reservas
page-bookings-requests = Solicitudes
page-bookings-no-requests = Ninguna solicitud espera su respuesta.
page-bookings-none = No hay ninguna reserva próxima.
page-booking-places = { $n } plazas
page-booking-confirm = Confirmar
page-booking-decline = Rechazar
page-booking-cancel-free = Cancelar no cuesta nada: no se pagó nada.
page-booking-cancel-quote = Si cancela, el comprador recupera { $amount }, en cualquier momento.
page-hours-to-answer = quedan { $n } horas
page-minutes-to-answer = { $n ->
    [one] queda un minuto
   *[other] quedan { $n } minutos
}
page-slots = Horarios
page-slots-no-listing = Aún no hay ninguna oferta de su tiempo. La crea un administrador del vendedor.
page-slot-add = Poner un horario a la venta
page-slot-listing = Oferta
page-slots-coming = Próximos horarios
page-slots-none = Aún no hay ninguno.
page-done-slot = El horario está a la venta.
page-done-confirmed = La reserva está confirmada.
page-done-declined = La solicitud está rechazada; la tarjeta se libera.

# What the desk sells
page-desk-listings = Ofertas
page-desk-no-listings = Aún no hay nada.
page-desk-published = a la venta
page-desk-draft = no está a la venta
page-desk-canceled = cancelado
page-desk-publish = Poner a la venta
page-desk-withdraw = Retirar de la venta
page-desk-shop-page = Como lo ven los compradores
page-desk-stock = Precios y existencias
page-desk-offer = Precio
page-desk-available = Disponibles
page-desk-held = Retenidos
page-desk-sold = Vendidos
page-desk-unlimited = sin límite
page-desk-more-offers = Hay más precios de los que se muestran.
page-desk-offer-name = Nombre
page-desk-price = Precio
page-desk-capacity = Cuántos en total
page-desk-change-offer = Cambiar
page-desk-edit = Editar o trasladar
page-desk-copy = Duplicar
page-desk-copy-text = La copia es un borrador con los mismos precios. Los horarios se quedan donde están.
page-desk-new-id = Identificador: minúsculas, cifras y guiones
page-desk-offer-new = Añadir un precio
page-edit-title = Título
page-edit-description = Descripción
page-edit-clock = según la hora de { $name }
page-edit-starts = Empieza
page-edit-ends = Termina
page-edit-doors = Apertura de puertas
page-edit-moves = Si cambian el día o el lugar, los compradores con entradas lo saben por correo. Las entradas siguen valiendo.
page-done-edited = Está cambiado.
page-done-copied = Esta es la copia: un borrador.
page-done-offer-added = El precio está añadido.
page-desk-promos = Códigos promocionales
page-desk-no-promos = Aún no hay códigos.
page-desk-promo-off = { $percent } % de descuento
page-desk-promo-used = { $n } usados
page-desk-promo-used-of = { $n } de { $most } usados
page-desk-promo-until = hasta { $date }
page-desk-promo-new = Añadir o cambiar un código
page-desk-promo-percent = Descuento en porcentaje
page-desk-promo-most = Usos como máximo
page-desk-presales = Códigos de preventa
page-desk-presale-offer = Oferta
page-desk-presale-add = Añadir o cambiar un código de preventa
page-desk-cancel = Cancelar
page-desk-cancel-what = Cancelar { $name }
page-desk-cancel-means = La venta se cierra enseguida y no vuelve a abrirse. Los pagos abiertos terminan y todos los compradores recuperan lo que pagaron.
page-desk-cancel-orders = Pedidos por reembolsar
page-desk-cancel-open = Pagos por terminar
page-desk-cancel-money = Dinero que se devuelve
page-desk-cancel-time = Al ritmo de Stripe
page-desk-cancel-minutes = { $n ->
    [one] alrededor de un minuto
   *[other] unos { $n } minutos
}
page-desk-cancel-more = Hay más pedidos de los que se suman aquí, así que es al menos esto.
page-desk-cancel-reason = Por qué, como lo leen los compradores
page-desk-cancel-sure = Escriba su identificador, { $code }, para confirmar
page-desk-keep = Conservar
page-desk-cancel-running = { $n ->
    [one] Se está cancelando: un pedido tratado hasta ahora.
   *[other] Se está cancelando: { $n } pedidos tratados hasta ahora.
}
page-desk-cancel-waiting = { $n ->
    [one] Un pedido tiene que esperar a un banco o a un pago en curso, y seguirán por sí solos.
   *[other] { $n } pedidos tienen que esperar a un banco o a un pago en curso, y seguirán por sí solos.
}
page-desk-cancel-over = Se canceló, y todos sus pedidos están tratados.
page-done-published = Está a la venta.
page-done-withdrawn = Ya no está a la venta. Los pedidos quedan como están.
page-done-listing-canceled = Está cancelado. Los reembolsos siguen, y esta página dice por dónde van.
page-done-offer = El precio está cambiado.
page-done-promo = El código está guardado.
