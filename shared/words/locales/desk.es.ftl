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
page-desk-search = Número, nombre, correo, entrada o identificador de Stripe
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
page-week = Horarios semana a semana
page-week-days = Días de la semana
page-week-times = Comienzo a las
page-week-minutes = Duración en minutos
page-week-from = Primer día
page-week-until = Último día
page-week-except = Días sin horarios
page-week-preview = Ver estos horarios
page-week-makes = El resultado
page-week-made = { $n ->
    [one] Un horario sale a la venta.
   *[other] { $n } horarios salen a la venta.
}
page-week-present = { $n ->
    [one] Uno ya está a la venta y queda como está.
   *[other] { $n } ya están a la venta y quedan como están.
}
page-week-overlapping = { $n ->
    [one] Uno no sale a la venta, porque a esa hora tiene otro horario o una reserva:
   *[other] { $n } no salen a la venta, porque a esas horas tiene otros horarios o reservas:
}
page-week-past = { $n ->
    [one] Uno ya ha empezado.
   *[other] { $n } ya han empezado.
}
page-week-deleted = { $n ->
    [one] Uno se retiró antes de la venta y no vuelve.
   *[other] { $n } se retiraron antes de la venta y no vuelven.
}
page-week-sell = { $n ->
    [one] Poner un horario a la venta
   *[other] Poner { $n } horarios a la venta
}
page-week-is-made = sale a la venta
page-week-is-present = a la venta
page-week-is-past = ha empezado
page-week-is-deleted = retirado de la venta
page-week-overlaps = coincide con otro
page-week-moved = Ese día el reloj se salta la hora habitual.
page-slot-free = libre
page-done-slots = Los horarios están a la venta.
page-done-slots-none = No había nada nuevo que poner a la venta.
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
page-desk-promo-new = Añadir un código
page-desk-promo-percent = Descuento en porcentaje
page-desk-promo-most = Usos como máximo
page-offer-presale-none = Ninguno
page-offer-presale-early = Se abre primero a quienes tienen un código
page-offer-presale-only = Solo para quienes tienen un código
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

# The organization's settings
page-desk-settings = Ajustes
page-settings-name = Nombre
page-settings-contact = Cómo le contactan los compradores
page-settings-phone = Teléfono
page-settings-address = Dirección postal
page-settings-tax-id = Número fiscal
page-settings-style = Imagen, idioma y reloj
page-settings-logo = Imagen, como dirección https
page-settings-color = Color de botones y enlaces, como #0b6455
page-settings-locale = Idioma, como es-MX
page-settings-zone = Zona horaria, como Europe/Madrid
page-settings-paying = Cómo pagan los compradores
page-settings-modes = Formas de pago, donde una oferta no nombra ninguna
page-settings-hosted = En la página de Stripe
page-settings-intent = En la página de la tienda
page-settings-fees = Cómo muestran los documentos los gastos
page-settings-fees-named = en líneas aparte
page-settings-fees-included = como parte de los precios
page-settings-most-amount = Lo máximo que puede costar un pedido
page-settings-most-donation = Lo máximo que un comprador puede dar por una entrada
page-settings-most-tickets = Máximo de entradas de un pedido, hasta { $most }
page-settings-tax-automatic = Stripe calcula el impuesto
page-settings-tax-behavior = Precios
page-settings-tax-exclusive = El impuesto se suma a los precios
page-settings-tax-inclusive = Los precios contienen el impuesto
page-settings-tax-liability = Quién debe el impuesto
page-settings-tax-platform = La plataforma, que lo retiene
page-settings-tax-seller = Usted
page-settings-doors = Entrada
page-settings-check-in = Cuántas horas antes de abrir se puede validar una entrada
page-settings-cancellation = Citas canceladas
page-settings-cancellation-text = Una cita que el comprador cancela tantas horas antes del comienzo, o antes, devuelve ese tanto por ciento. Más tarde no devuelve nada. Un pedido conserva lo que valía cuando se hizo.
page-settings-tier-hours = Horas antes del comienzo
page-settings-tier-percent = Por ciento que se devuelve
page-settings-mail = Correo
page-settings-remind = Recordar una vez a los compradores una página de pago que dejaron abierta
page-settings-summary = Cada mañana a su dirección
page-settings-summary-back = Un resumen volvió de esta dirección, así que no se envía ninguno.
page-settings-summary-again = Probar otra vez la misma dirección
page-settings-summary-sales = Lo que se vendió
page-settings-summary-refunds = Lo que se devolvió
page-settings-summary-disputes = Disputas con sus plazos
page-settings-summary-reviews = Pedidos en revisión
page-settings-origins = Páginas propias
page-settings-origins-text = Direcciones a las que se puede llevar a los compradores tras pagar, una por línea, como https://shop.example
page-settings-fixed = Lo que fija la plataforma
page-settings-fixed-text = Adónde va el dinero y qué se retiene de él. Solo la plataforma lo cambia.
page-settings-account = Cuenta de Stripe
page-settings-currency = Moneda
page-settings-per-ticket = Gasto por entrada
page-done-settings = Los ajustes están guardados.

# People and what they did
page-desk-team = Equipo
page-role-platform = Plataforma
page-role-admin = Administrador
page-role-staff = Personal
page-role-expert = Experto
page-role-admin-may = Todo lo que puede el personal; además qué se vende y a qué precio, cancelarlo, estos ajustes y el registro.
page-role-staff-may = Pedidos, reembolsos, revisiones, la entrada, horas de clientes, cifras y tablas.
page-role-expert-may = Sus propios horarios y citas, y las horas que descuentan a clientes.
page-team-roles = Funciones
page-team-issuer = Quién tiene qué función se dice donde su gente inicia sesión, y se cambia allí. Un cambio vale desde la siguiente sesión.
page-team-log = Quién hizo qué
page-team-log-text = Lo que personal, expertos y plataforma cambiaron en los últimos 400 días. Las entradas validadas y las respuestas a citas están en sus pedidos.
page-team-log-none = Todavía no hay nada.
page-team-newest = Lo más reciente
page-log-organization-created = Organización creada
page-log-organization-changed = Ajustes cambiados
page-log-listing-created = Oferta creada
page-log-listing-changed = Oferta cambiada
page-log-listing-published = Oferta puesta a la venta
page-log-listing-unpublished = Oferta retirada de la venta
page-log-listing-canceled = Oferta cancelada
page-log-offer-created = Precio creado
page-log-offer-changed = Precio cambiado
page-log-offer-deleted = Precio retirado de la venta para siempre
page-log-slots-created = Horarios puestos a la venta
page-log-promo-created = Código creado
page-log-promo-changed = Código cambiado
page-log-presale-created = Código de preventa creado
page-log-presale-changed = Código de preventa cambiado
page-log-refund-requested = Reembolso pedido
page-log-review-accepted = Revisión aceptada
page-log-review-refused = Revisión rechazada
page-log-buyer-changed = Dirección del comprador cambiada
page-log-confirmation-resent = Confirmación enviada otra vez
page-log-attendee-changed = Asistente cambiado
page-log-ticket-handed-over = Entrada traspasada
page-log-customer-erased = Cliente borrado
page-log-hours-taken = Horas descontadas

# New listings
page-new = Nueva oferta
page-new-kind = Qué vende
page-kind-show = Entradas de un espectáculo
page-kind-product = Productos
page-kind-expert = Tiempo de un experto
page-kind-package = Horas prepagadas
page-new-text-show = Primero el espectáculo como borrador, luego sus entradas con precio, luego la venta.
page-new-text-product = Primero el producto como borrador, luego sus clases con existencias, luego la venta.
page-new-text-expert = Primero el experto como borrador, luego los horarios, luego la venta. El experto responde a cada cita.
page-new-text-package = Primero la familia de paquetes como borrador, luego los paquetes con sus horas, luego la venta.
page-new-expert = De quién es el tiempo: el identificador con el que el experto inicia sesión
page-new-delivery = Cómo lo reciben los compradores
page-new-delivery-none = Nada se envía ni se recoge
page-new-delivery-address = Se envía a una dirección
page-new-delivery-pickup = Se recoge en el lugar
page-new-zone = Zona horaria de allí, si no es la suya
page-new-make = Crear el borrador
page-new-none = No crear ninguno
page-done-draft = El borrador está creado. Necesita un precio antes de la venta.
page-edit-mail = Qué dice ese correo
page-edit-share = Entradas por comprador, en todos sus pedidos
page-edit-refund-until = Quien no pueda venir puede pedir todo su dinero hasta
page-offer-hours = Horas que abona
page-offer-hours-of = { $hours } horas
page-offer-least = Mínimo por pedido
page-offer-most = Máximo por pedido
page-offer-opens = A la venta desde
page-offer-closes = A la venta hasta
page-offer-attendees = Las entradas nombran a quien viene
page-offer-attendees-none = no
page-offer-attendees-optional = si el comprador quiere
page-offer-attendees-required = cada una
page-offer-donation = Los compradores pueden dar más que el precio
page-offer-vip = Marcado como VIP
page-promo-from = Válido desde
page-promo-until = Válido hasta
page-desk-promo-from = desde { $date }
page-slot-minutes = Minutos de cada horario
page-slot-weekly = Igual cada semana, el
page-slot-until = Hasta el día
page-slot-except = Pero no en estos días, como 2027-12-24
page-done-slots = Los horarios están a la venta. Donde el experto ya tiene otro, o si ya pasó, no hay ninguno.

# Exports
page-desk-exports = Tablas
page-export-text = Tablas para hojas de cálculo. Una pequeña llega enseguida; una larga se escribe como archivo.
page-export-kind = Qué es una fila
page-export-orders = Pedidos
page-export-lines = Líneas de pedidos
page-export-tickets = Entradas
page-export-refunds = Reembolsos
page-export-payouts = Pagos a usted: lo que es suyo de cada cobro
page-export-listing = Solo esta oferta, por su identificador
page-export-now = Descargar
page-export-file = Hacer escribir un archivo
page-export-latest = Archivos de los últimos días
page-export-none = No hay ninguno.
page-export-long = Esta tabla es demasiado larga para una respuesta. Haga escribir un archivo.
page-export-begun = Empezado
page-export-written = Escrito hasta ahora
page-export-kilobytes = { $n } kB
page-export-running = se está escribiendo
page-export-done = terminado
page-export-failed = fallido
page-export-running-text = Se escribe en segundo plano, en unos minutos. Puede dejar esta página: el archivo está en la lista.
page-export-again = Ver cómo va
page-export-download = Descargar el archivo
page-export-kept = El archivo se guarda hasta { $date }.
page-export-gone = El archivo ya no se guarda. Haga escribir otro.
page-export-failed-text = No se pudo escribir. No se ha perdido nada: haga escribir otro.
