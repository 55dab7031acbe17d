# Las páginas.

# En todas las páginas
page-brand = Tienda
page-skip = Ir al contenido
page-navigation = Páginas
page-languages = Idiomas
page-calendar = Calendario
page-as-list = Mostrar como lista
page-nothing-this-month = Nada este mes
page-on-sale = A la venta
page-cart = Carrito
page-error = Error
page-optional = opcional
page-to-overview = Ver lo que está a la venta
page-month = { $name } de { $number }

# Rechazos
page-not-found = Aquí no hay nada
page-not-found-text = Puede que la dirección esté mal escrita o que la página ya no exista. Si viene de un enlace de un correo, use el enlace completo.
page-not-yours = No tiene acceso a esta página
page-not-yours-text = Un pedido se abre con el enlace de su correo. Abra ese enlace una vez en este navegador.
page-too-many = Demasiadas solicitudes
page-too-many-text = Espere un minuto e inténtelo de nuevo.
page-unavailable = Inténtelo de nuevo en un momento
page-unavailable-text = La tienda está muy ocupada ahora mismo. No se ha perdido nada: vuelva a cargar la página en unos segundos.
page-refused = No ha funcionado
page-refused-text = No se ha podido leer la solicitud. Vuelva atrás e inténtelo de nuevo.
refused-invalid-request = Algún dato no es correcto. Revise los campos marcados.
refused-insufficient-stock = No quedan suficientes.
refused-listing-unavailable = Ahora mismo no está a la venta.
refused-listing-ended = Ya ha terminado.
refused-promo-invalid = Este código promocional no es válido.
refused-quantity-limit = Es demasiado para un solo pedido.
refused-amount-limit = El total del pedido está fuera de los límites permitidos.
refused-donation-too-low = El importe es inferior al mínimo.
refused-donation-too-high = El importe es superior al máximo.
refused-donation-not-allowed = Aquí el precio es fijo.
refused-payments-not-configured = El vendedor no puede aceptar pagos en este momento.
refused-payment-declined = La tarjeta ha sido rechazada.
refused-slot-taken = Otra persona acaba de reservar este horario.
refused-slot-overlaps = El experto tiene otra reserva a esta hora.
refused-out-of-stock = No quedan suficientes.
refused-request-in-progress = Estamos tramitando su pedido. Inténtelo de nuevo en un momento.
refused-idempotency-mismatch = Este pedido ya se hizo antes con otros datos.
refused-illegal-state = Esto ya no es posible. Consulte de nuevo la página.
refused-not-paid = El pedido no está pagado.
refused-rate-limited = Ha habido demasiados intentos. Espere un poco.
refused-forbidden = Este formulario ya no es actual. Vuelva atrás, cargue de nuevo la página y envíelo otra vez.
refused-payment-unavailable = El servicio de pago no responde. No se ha cobrado nada; inténtelo de nuevo.
refused-store-unavailable = La tienda está muy ocupada. No se ha cobrado nada; inténtelo de nuevo.

# Resumen
page-overview-heading = A la venta ahora
page-nothing-on-sale = Ahora mismo no hay nada a la venta.
page-more = Más
page-section-shows = Eventos
page-section-products = Productos
page-section-experts = Con cita previa
page-section-packages = Horas prepagadas

# Una oferta
page-until = Hasta
page-canceling = Cancelación
page-policy = Le devolvemos { $name }. Todo, si cancela el experto.
page-policy-tier = el { $percent } % hasta { $hours } h antes
page-policy-until-start = el { $percent } % hasta el comienzo
page-policy-none = Tras la confirmación no se devuelve nada. Si cancela el experto, se devuelve todo.
page-choose-show = Entradas
page-choose-product = Artículos
page-choose-expert = Elegir un horario
page-choose-package = Horas
page-standing-canceled = Se ha cancelado.
page-standing-over = Ya ha terminado.
page-standing-no-times = Ahora mismo no hay horarios libres.
page-standing-sold-out = Agotado.
page-how-many = Cantidad
page-from = desde { $price }
page-free = gratis
page-price-with-fees = { $price } y { $amount } de gastos
page-fees-included = gastos incluidos
page-hours = { $hours } h cada uno
page-names-needed = con el nombre de cada persona
page-sold-out = agotado
page-left = { $n ->
    [one] queda 1
   *[other] quedan { $n }
}
page-you-give = Su importe, por unidad
page-most-tickets = { $n ->
    [one] Una entrada por pedido como máximo.
   *[other] { $n } entradas por pedido como máximo.
}
page-most-each = { $n ->
    [one] Una por persona, entre todos los pedidos.
   *[other] { $n } por persona como máximo, entre todos los pedidos.
}
page-to-cart = Continuar
page-update-cart = Actualizar el carrito
page-taken = ocupado
page-places = Plazas
page-places-note = más de una solo en grupo
page-places-left = { $n ->
    [one] queda una plaza
   *[other] quedan { $n } plazas
}
page-there = Hora del experto:
page-month-before = El mes anterior
page-month-after = El mes siguiente
page-zone = Horas de la zona horaria
page-show = Mostrar

# El carrito
page-cart-empty = Su carrito está vacío.
page-cart-replaced = Ahora su carrito contiene solo esto: no se puede comprar junto con lo que había antes.
page-cart-changed = Ha cambiado la cesta. Este es su precio ahora. Todavía no se ha pedido nada.
page-nothing-ordered = No se ha pedido nada.
page-what = Su compra
page-each = { $amount } por unidad
page-remove = Quitar
page-who-comes = ¿Quién viene?
page-name-of = Nombre en la entrada { $n }
page-promo-code = Código promocional
page-presale-code = Código de preventa
page-presale-needed = Con un código de preventa
page-what-it-costs = Importe
page-tax-later = Los posibles impuestos se añaden en la página siguiente, antes de pagar.
page-who-buys = ¿Quién compra?
page-name = Nombre
page-email = Correo electrónico
page-company = Empresa
page-phone = Teléfono
page-order-free = Hacer el pedido
page-to-payment = Ir al pago
page-hold-show = Sus entradas quedan reservadas media hora mientras paga.
page-hold-product = Sus artículos quedan reservados media hora mientras paga.
page-hold-expert = El importe se reserva en su tarjeta. Se cobra en cuanto el experto acepta; si no, queda libre.
page-hold-package = Las horas están en su saldo en cuanto se pagan.

# Un pedido
page-order-pending = Esperamos su pago
page-order-pending-text = Su elección queda reservada hasta el { $date }.
page-order-try-again = El último intento ha fallado: { $name } Puede intentarlo de nuevo hasta el { $date }.
page-order-processing = Su pago está en camino
page-order-processing-text = Tarda unos días en llegar. Entonces recibirá un correo.
page-order-authorized = Esperamos la respuesta del experto
page-order-authorized-text = Hay { $amount } reservados en su tarjeta. Aún no se ha cobrado nada.
page-order-authorized-until = Hay { $amount } reservados en su tarjeta. Aún no se ha cobrado nada; si no hay respuesta hasta el { $date }, el importe queda libre.
page-order-paid-show = Ya tiene sus entradas
page-order-paid-product = Su pedido está confirmado
page-order-paid-expert = Su cita está reservada
page-order-paid-package = Sus horas están disponibles
page-order-paid-mixed = Todo está listo
page-order-paid-text = Hemos enviado un correo a { $email }.
page-order-refunded = Su reembolso está en camino
page-order-expired = La reserva ha caducado
page-order-expired-text = No se ha cobrado nada. Lo que eligió vuelve a estar a la venta.
page-order-failed = El pago ha fallado
page-order-failed-text = { $name } No se ha cobrado nada.
page-order-canceled = Este pedido se ha cancelado
page-order-released-text = No se ha cobrado nada. Lo reservado en su tarjeta queda libre.
page-order-declined = El experto no está disponible a esa hora
page-order-timed-out = El experto no respondió a tiempo
page-order-canceled-by-you = Usted ha cancelado la reserva
page-order-canceled-by-expert = El experto ha cancelado la reserva
page-order-listing-canceled = Se ha cancelado
page-order-listing-canceled-text = El vendedor lo ha cancelado. Se le devuelve lo que pagó.
page-order-review = Estamos revisando su pago
page-order-review-text = Una persona debe revisar algo del pago. Recibirá un correo; no tiene que hacer nada más.
page-pay-now = Pagar { $amount }
page-credited = Horas añadidas a su saldo: { $hours }.
page-booking = Reserva
page-booking-requested = solicitada
page-booking-confirmed = confirmada
page-booking-declined = rechazada
page-booking-canceled = cancelada
page-booking-timed-out = sin respuesta
page-moved = Ha habido un cambio; la fecha y el lugar que ve aquí son los nuevos.
page-refund-until = Puede pedir que le devuelvan todo el dinero hasta el { $date }.
page-tickets-pdf = Entradas (PDF)
page-receipt-pdf = Recibo (PDF)
page-add-to-calendar = Añadir al calendario
page-cancel-booking = Cancelar la reserva
page-cancel-free = Cancelar ahora no cuesta nada: lo reservado en su tarjeta queda libre.
page-cancel-nothing = Si cancela ahora, no se le devuelve nada.
page-cancel-quote = Si cancela ahora, le devolvemos { $amount } ({ $percent } %).
page-holds-until = Esto vale hasta el { $date }.
page-tickets = Sus entradas
page-frozen = Su banco disputa el pago. Hasta que se decida, estas entradas no dan acceso.
page-qr = Código QR { $code }
page-ticket-of = Entrada { $number } de { $most }
page-ticket-valid = mostrar en la puerta
page-ticket-used = usada el { $date }
page-ticket-refunding = reembolso en curso
page-ticket-void = no válida
page-hand-on = Cambiar el nombre
page-hand-on-email = opcional: la entrada se envía ahí
page-save = Guardar
page-hand-over = Ceder la entrada
page-hand-over-text = La entrada pasa a otra persona con un código nuevo que solo ella recibe. El código de aquí deja de ser válido; el pedido y sus reembolsos siguen siendo suyos.
page-hand-over-button = Ceder
page-ticket-handed-over = cedida a { $name }
page-given-back = { $n ->
    [one] se ha reembolsado 1
   *[other] se han reembolsado { $n }
}
page-refunds = Reembolsos
page-refund-pending = en curso
page-refund-succeeded = hecho
page-refund-failed = fallido
page-about-order = Sobre este pedido
page-status = Estado
page-status-pending = sin pagar
page-status-authorized = autorizado
page-status-paid = pagado
page-status-failed = fallido
page-status-expired = caducado
page-status-canceled = cancelado
page-status-refunded = reembolsado
page-buyer = Comprador
page-placed = Fecha del pedido
page-paid = Fecha del pago
page-receipt = Recibo
page-resend = Enviar el correo otra vez
page-done-canceled = La reserva está cancelada.
page-done-resent = El correo está en camino.
page-done-renamed = Se ha cambiado el nombre.
page-done-handed-over = La entrada está cedida; su código nuevo va en camino.
page-at-least = { $n ->
    [one] Al menos una por pedido
   *[other] Al menos { $n } por pedido
}
page-at-most = { $n ->
    [one] Como máximo una por pedido
   *[other] Como máximo { $n } por pedido
}
page-closes = A la venta hasta el { $date }
page-opens = A la venta desde el { $date }
page-fee-once = Gastos del pedido
page-sent-to = ¿Adónde lo enviamos?
page-delivery-name = Nombre en el paquete
page-delivery-line1 = Calle y número
page-delivery-line2 = Más de la dirección
page-delivery-postal-code = Código postal
page-delivery-city = Ciudad
page-delivery-state = Provincia o estado
page-delivery-country = País
page-delivered-to = Envío a
page-collect = Recogida en
page-pay-heading = Pago
page-pay-lead = Pague hasta el { $date }; hasta entonces todo está reservado para usted.
page-pay-needs-script = Active JavaScript para pagar aquí, o vuelva a pedir sin JavaScript para pagar en la página de Stripe.
page-pay-not-loaded = No se puede cargar el formulario de pago. Compruebe su conexión y vuelva a cargar esta página.
page-pay-by-stripe = Los datos de su tarjeta van a Stripe y nunca a nosotros.
page-to-order = Al pedido

# Inicio de sesión y cuenta
page-account = Cuenta
page-sign-in = Iniciar sesión
page-sign-out = Cerrar sesión
page-not-signed-in = No ha iniciado sesión
page-sign-in-none = Aquí no se ofrece inicio de sesión. Puede comprar sin él; cada pedido se abre con el enlace de su correo.
page-sign-in-outdated = Este inicio de sesión ha caducado o empezó en otro navegador.
page-sign-in-denied = No ha aceptado iniciar sesión.
page-sign-in-refused = El inicio de sesión fue rechazado. Nada suyo ha cambiado.
page-sign-in-unavailable = En este momento no es posible iniciar sesión. Inténtelo de nuevo más tarde.
page-signed-out = Ha cerrado la sesión
page-signed-out-text = Nada de su visita queda en este navegador.
page-signed-out-onwards = Nada de su visita queda en este navegador. Un momento: también se cierra la sesión donde la inició.
page-go-on = Continuar
page-try-again = Intentar de nuevo
page-hours-need-sign-in = Las horas se abonan en su saldo, por lo que necesitan un cliente. Inicie sesión; su carrito sigue aquí.
page-hours-no-sign-in = Las horas necesitan un cliente con sesión iniciada, y aquí no se ofrece inicio de sesión. Pregunte al vendedor.
page-bookings-to-come = Próximas reservas
page-hours-with = Horas con
page-hours-left = Quedan { $hours } horas
page-hours-ledger = Movimientos
page-hours-bought = Compradas
page-hours-given-back = Devueltas
page-hours-disputed = Disputadas
page-hours-taken = Usadas
page-own-orders = Sus pedidos
page-no-orders = Todavía no tiene pedidos.
page-newest-orders = Pedidos más recientes

# The doors of a show
page-doors-title = Entradas
page-doors-choose = Elegir la función
page-doors-sign-in = Iniciar sesión como personal
page-doors-show = Función
page-doors-device = Nombre de este dispositivo, como su puerta
page-doors-begin = Empezar
page-doors-revoked = Este dispositivo ya no puede validar entradas. El personal puede registrarlo de nuevo.
page-doors-again = Registrar de nuevo
page-doors-ready = Listo
page-doors-undo = Deshacer
page-doors-code = Código
page-doors-check = Comprobar
page-doors-camera = Imagen de la cámara
page-doors-camera-on = Activar la cámara
page-doors-camera-off = Apagar la cámara
page-doors-no-camera = No hay cámara, o no se puede usar aquí
page-doors-counts = Quién ha llegado
page-doors-search = Buscar por nombre
page-doors-name = Nombre
page-doors-find = Buscar
page-doors-problems = Corregido después
page-doors-doubles = Entradas escaneadas dos veces
page-doors-silent = Sin sonido
page-doors-leave = Otra función
page-doors-script = Esta página necesita JavaScript.
page-doors-checked-in = Adelante
page-doors-double = Ya escaneada
page-doors-refunded = Reembolsada
page-doors-disputed = Pago disputado
page-doors-handed-over = Traspasada: pida el código nuevo
page-doors-unknown = Código desconocido
page-doors-wrong-show = Otra función
page-doors-early = Demasiado pronto
page-doors-late = Demasiado tarde
page-doors-outside = Fuera del horario de entrada
page-doors-unchecked = No se puede comprobar aquí
page-doors-forged = No es auténtica
page-doors-undone = Deshecho
page-doors-taken-back = Deshecho
page-doors-nothing-to-undo = Nada que deshacer
page-doors-clock = Hora incorrecta
page-doors-too-many = Escaneada demasiadas veces
page-doors-since-by = A las { $time }, { $name }
page-doors-since = A las { $time }
page-doors-at = { $time }
page-doors-is-for = La entrada es para { $name }
page-doors-early-at = Entrada a partir de { $time }
page-doors-late-at = La entrada terminó { $time }
page-doors-of = { $came } de { $all }
page-doors-online = En línea
page-doors-offline = Sin conexión
page-doors-waiting = { $number } por enviar
page-doors-known = { $number } entradas conocidas
page-doors-synced = a las { $time }
page-doors-none-found = No se encontró a nadie
page-doors-needs-network = Hace falta la red
page-doors-no-doubles = Ninguna entrada se escaneó dos veces
page-doors-check-in = Validar
page-doors-no-shows = No hay ninguna función a la venta
page-doors-not-staff = Solo el personal de un vendedor puede validar entradas
page-doors-not-registered = El dispositivo no se registró. Vuelva a cargar la página.
page-doors-leave-waiting = { $number } escaneos no se enviaron y se perderían. ¿Salir?
