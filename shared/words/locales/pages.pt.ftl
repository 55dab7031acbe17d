# As páginas.

# Em todas as páginas
page-brand = Loja
page-skip = Ir para o conteúdo
page-navigation = Páginas
page-languages = Línguas
page-calendar = Calendário
page-as-list = Mostrar em lista
page-nothing-this-month = Nada neste mês
page-on-sale = À venda
page-cart = Carrinho
page-error = Erro
page-optional = opcional
page-to-overview = Ver o que está à venda
page-month = { $name } de { $number }

# Recusas
page-not-found = Não há nada aqui
page-not-found-text = O endereço pode estar mal escrito, ou a página já não existe. Se veio de uma ligação num e-mail, use a ligação completa.
page-not-yours = Não tem acesso a esta página
page-not-yours-text = Uma encomenda abre-se com a ligação do seu e-mail. Abra essa ligação uma vez neste navegador.
page-too-many = Demasiados pedidos
page-too-many-text = Espere um minuto e tente de novo.
page-unavailable = Tente de novo dentro de momentos
page-unavailable-text = A loja está muito ocupada neste momento. Nada se perdeu: volte a carregar a página dentro de alguns segundos.
page-refused = Não funcionou
page-refused-text = Não foi possível ler o pedido. Volte atrás e tente de novo.
refused-invalid-request = Há dados que não estão corretos. Verifique os campos assinalados.
refused-insufficient-stock = Não restam unidades suficientes.
refused-listing-unavailable = De momento não está à venda.
refused-listing-ended = Já terminou.
refused-promo-invalid = Este código promocional não é válido.
refused-quantity-limit = É demasiado para uma só encomenda.
refused-amount-limit = O total da encomenda está fora dos limites permitidos.
refused-donation-too-low = O valor é inferior ao mínimo.
refused-donation-too-high = O valor é superior ao máximo.
refused-donation-not-allowed = Aqui o preço é fixo.
refused-payments-not-configured = De momento o vendedor não pode receber pagamentos.
refused-payment-declined = O cartão foi recusado.
refused-slot-taken = Outra pessoa acabou de reservar este horário.
refused-slot-overlaps = O especialista tem outra reserva a esta hora.
refused-out-of-stock = Não restam unidades suficientes.
refused-request-in-progress = A sua encomenda está a ser tratada. Tente de novo dentro de momentos.
refused-idempotency-mismatch = Esta encomenda já foi feita com outros dados.
refused-illegal-state = Isto já não é possível. Consulte de novo a página.
refused-not-paid = A encomenda não está paga.
refused-rate-limited = Houve demasiadas tentativas. Espere um pouco.
refused-forbidden = Este formulário está desatualizado. Volte atrás, carregue de novo a página e envie-o outra vez.
refused-payment-unavailable = O serviço de pagamento não responde. Nada foi cobrado; tente de novo.
refused-store-unavailable = A loja está muito ocupada. Nada foi cobrado; tente de novo.

# Visão geral
page-overview-heading = À venda agora
page-nothing-on-sale = De momento não há nada à venda.
page-more = Mais
page-section-shows = Eventos
page-section-products = Produtos
page-section-experts = Com marcação
page-section-packages = Horas pré-pagas

# Uma oferta
page-until = Até
page-canceling = Cancelamento
page-policy = Devolvemos-lhe { $name }. Tudo, se o especialista cancelar.
page-policy-tier = { $percent } % até { $hours } h antes
page-policy-until-start = { $percent } % até ao início
page-policy-none = Depois da confirmação nada é devolvido. Se o especialista cancelar, tudo é devolvido.
page-choose-show = Bilhetes
page-choose-product = Artigos
page-choose-expert = Escolher um horário
page-choose-package = Horas
page-standing-canceled = Foi cancelado.
page-standing-over = Já terminou.
page-standing-no-times = De momento não há horários livres.
page-standing-sold-out = Esgotado.
page-how-many = Quantidade
page-from = a partir de { $price }
page-free = grátis
page-price-with-fees = { $price } e { $amount } de taxas
page-fees-included = taxas incluídas
page-hours = { $hours } h cada
page-names-needed = com o nome de cada pessoa
page-sold-out = esgotado
page-left = { $n ->
    [one] resta 1
   *[other] restam { $n }
}
page-you-give = O seu valor, por unidade
page-most-tickets = { $n ->
    [one] No máximo um bilhete por encomenda.
   *[other] No máximo { $n } bilhetes por encomenda.
}
page-most-each = { $n ->
    [one] Um por pessoa, em todas as encomendas.
   *[other] No máximo { $n } por pessoa, em todas as encomendas.
}
page-to-cart = Continuar
page-update-cart = Atualizar o carrinho
page-taken = ocupado
page-places = Lugares
page-places-note = mais de um só em grupo
page-places-left = { $n ->
    [one] resta um lugar
   *[other] restam { $n } lugares
}
page-there = Hora do especialista:
page-month-before = O mês anterior
page-month-after = O mês seguinte
page-zone = Horas do fuso horário
page-show = Mostrar

# O carrinho
page-cart-empty = O seu carrinho está vazio.
page-cart-replaced = O seu carrinho contém agora só isto: não pode ser comprado com o que lá estava antes.
page-cart-changed = Alterou o carrinho. É este o preço agora. Ainda nada foi encomendado.
page-nothing-ordered = Nada foi encomendado.
page-what = A sua compra
page-each = { $amount } cada
page-remove = Remover
page-who-comes = Quem vem?
page-name-of = Nome no bilhete { $n }
page-promo-code = Código promocional
page-presale-code = Código de pré-venda
page-presale-needed = Com um código de pré-venda
page-what-it-costs = Valor
page-tax-later = Os impostos, se os houver, são somados na página seguinte, antes de pagar.
page-who-buys = Quem compra?
page-name = Nome
page-email = E-mail
page-company = Empresa
page-phone = Telefone
page-order-free = Encomendar
page-to-payment = Ir para o pagamento
page-hold-show = Os seus bilhetes ficam reservados durante meia hora enquanto paga.
page-hold-product = Os seus artigos ficam reservados durante meia hora enquanto paga.
page-hold-expert = O valor é reservado no seu cartão. É cobrado assim que o especialista aceitar; caso contrário, fica livre.
page-hold-package = As horas ficam no seu saldo assim que forem pagas.

# Uma encomenda
page-order-pending = Esperamos pelo seu pagamento
page-order-pending-text = A sua escolha fica reservada até { $date }.
page-order-try-again = A última tentativa falhou: { $name } Pode tentar de novo até { $date }.
page-order-processing = O seu pagamento está a caminho
page-order-processing-text = Demora alguns dias a chegar. Receberá então um e-mail.
page-order-authorized = Esperamos pela resposta do especialista
page-order-authorized-text = { $amount } estão reservados no seu cartão. Ainda nada foi cobrado.
page-order-authorized-until = { $amount } estão reservados no seu cartão. Ainda nada foi cobrado; sem resposta até { $date }, o valor fica livre.
page-order-paid-show = Já tem os seus bilhetes
page-order-paid-product = A sua encomenda está confirmada
page-order-paid-expert = O seu horário está reservado
page-order-paid-package = As suas horas estão disponíveis
page-order-paid-mixed = Está tudo pronto
page-order-paid-text = Enviámos um e-mail para { $email }.
page-order-refunded = O seu reembolso está a caminho
page-order-expired = A reserva expirou
page-order-expired-text = Nada foi cobrado. O que escolheu está de novo à venda.
page-order-failed = O pagamento falhou
page-order-failed-text = { $name } Nada foi cobrado.
page-order-canceled = Esta encomenda foi cancelada
page-order-released-text = Nada foi cobrado. O que estava reservado no seu cartão ficou livre.
page-order-declined = O especialista não está disponível a essa hora
page-order-timed-out = O especialista não respondeu a tempo
page-order-canceled-by-you = Cancelou a reserva
page-order-canceled-by-expert = O especialista cancelou a reserva
page-order-listing-canceled = Foi cancelado
page-order-listing-canceled-text = O vendedor cancelou. O que pagou é devolvido.
page-order-review = Estamos a verificar o seu pagamento
page-order-review-text = Uma pessoa tem de verificar algo no pagamento. Receberá um e-mail; não tem de fazer mais nada.
page-pay-now = Pagar { $amount }
page-credited = Horas adicionadas ao seu saldo: { $hours }.
page-booking = Reserva
page-booking-requested = pedida
page-booking-confirmed = confirmada
page-booking-declined = recusada
page-booking-canceled = cancelada
page-booking-timed-out = sem resposta
page-moved = Houve uma alteração; a data e o local indicados aqui são os novos.
page-refund-until = Pode pedir a devolução de todo o dinheiro até { $date }.
page-tickets-pdf = Bilhetes (PDF)
page-receipt-pdf = Recibo (PDF)
page-add-to-calendar = Adicionar ao calendário
page-cancel-booking = Cancelar a reserva
page-cancel-free = Cancelar agora não custa nada: o que está reservado no seu cartão fica livre.
page-cancel-nothing = Se cancelar agora, nada é devolvido.
page-cancel-quote = Se cancelar agora, devolvemos-lhe { $amount } ({ $percent } %).
page-holds-until = Isto vale até { $date }.
page-tickets = Os seus bilhetes
page-frozen = O seu banco contesta o pagamento. Até haver uma decisão, estes bilhetes não dão acesso à entrada.
page-qr = Código QR { $code }
page-ticket-of = Bilhete { $number } de { $most }
page-ticket-valid = mostrar à entrada
page-ticket-used = usado: { $date }
page-ticket-refunding = reembolso em curso
page-ticket-void = inválido
page-hand-on = Mudar o nome
page-hand-on-email = opcional: o bilhete é enviado para lá
page-save = Guardar
page-hand-over = Ceder o bilhete
page-hand-over-text = O bilhete passa para outra pessoa com um código novo, que só ela recebe. O código aqui deixa de ser válido; a encomenda e os seus reembolsos continuam a ser seus.
page-hand-over-button = Ceder
page-ticket-handed-over = cedido a { $name }
page-given-back = { $n ->
    [one] 1 reembolsado
   *[other] { $n } reembolsados
}
page-refunds = Reembolsos
page-refund-pending = em curso
page-refund-succeeded = feito
page-refund-failed = falhado
page-about-order = Sobre esta encomenda
page-status = Estado
page-status-pending = por pagar
page-status-authorized = autorizada
page-status-paid = paga
page-status-failed = falhada
page-status-expired = expirada
page-status-canceled = cancelada
page-status-refunded = reembolsada
page-buyer = Comprador
page-placed = Data da encomenda
page-paid = Data do pagamento
page-receipt = Recibo
page-resend = Enviar o e-mail outra vez
page-done-canceled = A reserva está cancelada.
page-done-resent = O e-mail está a caminho.
page-done-renamed = O nome foi mudado.
page-done-handed-over = O bilhete está cedido; o código novo vai a caminho.
page-at-least = { $n ->
    [one] Pelo menos um por encomenda
   *[other] Pelo menos { $n } por encomenda
}
page-at-most = { $n ->
    [one] No máximo um por encomenda
   *[other] No máximo { $n } por encomenda
}
page-closes = À venda até { $date }
page-opens = À venda a partir de { $date }
page-fee-once = Taxa da encomenda
page-sent-to = Para onde enviamos?
page-delivery-name = Nome na embalagem
page-delivery-line1 = Rua e número
page-delivery-line2 = Mais da morada
page-delivery-postal-code = Código postal
page-delivery-city = Localidade
page-delivery-state = Distrito ou estado
page-delivery-country = País
page-delivered-to = Envio para
page-collect = Para levantar em
page-pay-heading = Pagamento
page-pay-lead = Pague até { $date }; até lá tudo fica reservado para si.
page-pay-needs-script = Ative o JavaScript para pagar aqui, ou encomende de novo sem JavaScript para pagar na página da Stripe.
page-pay-not-loaded = Não é possível carregar o formulário de pagamento. Verifique a ligação e volte a carregar esta página.
page-pay-by-stripe = Os dados do cartão vão para a Stripe e nunca para nós.
page-to-order = Para a encomenda

# Início de sessão e conta
page-account = Conta
page-sign-in = Entrar
page-sign-out = Sair
page-not-signed-in = Não iniciou sessão
page-sign-in-none = Aqui não há início de sessão. Pode comprar sem ele; cada encomenda abre-se pela ligação no seu e-mail.
page-sign-in-outdated = Este início de sessão caducou ou começou noutro navegador.
page-sign-in-denied = Não aceitou iniciar sessão.
page-sign-in-refused = O início de sessão foi recusado. Nada seu mudou.
page-sign-in-unavailable = De momento não é possível iniciar sessão. Tente de novo mais tarde.
page-signed-out = Terminou a sessão
page-signed-out-text = Nada da sua visita fica neste navegador.
page-signed-out-onwards = Nada da sua visita fica neste navegador. Um momento: a sessão termina também onde a iniciou.
page-go-on = Continuar
page-try-again = Tentar de novo
page-hours-need-sign-in = As horas vão para o seu saldo, por isso precisam de um cliente. Inicie sessão; o seu carrinho continua aqui.
page-hours-no-sign-in = As horas precisam de um cliente com sessão iniciada, e aqui não há início de sessão. Pergunte ao vendedor.
page-bookings-to-come = Próximas marcações
page-hours-with = Horas com
page-hours-left = Restam { $hours } horas
page-hours-ledger = Movimentos
page-hours-bought = Compradas
page-hours-given-back = Devolvidas
page-hours-disputed = Contestadas
page-hours-taken = Usadas
page-own-orders = As suas encomendas
page-no-orders = Ainda não tem encomendas.
page-newest-orders = Encomendas mais recentes

# The doors of a show
page-doors-title = Entradas
page-doors-choose = Escolha o espetáculo
page-doors-sign-in = Entrar como equipe
page-doors-show = Espetáculo
page-doors-device = Nome deste aparelho, como a sua porta
page-doors-begin = Começar
page-doors-revoked = Este aparelho já não pode validar entradas. A equipe pode registrá-lo de novo.
page-doors-again = Registrar de novo
page-doors-ready = Pronto
page-doors-undo = Desfazer
page-doors-code = Código
page-doors-check = Verificar
page-doors-camera = Imagem da câmera
page-doors-camera-on = Ligar a câmera
page-doors-camera-off = Desligar a câmera
page-doors-no-camera = Não há câmera, ou não pode ser usada aqui
page-doors-counts = Quem chegou
page-doors-search = Buscar por nome
page-doors-name = Nome
page-doors-find = Buscar
page-doors-problems = Corrigido depois
page-doors-doubles = Ingressos lidos duas vezes
page-doors-silent = Sem som
page-doors-leave = Outro espetáculo
page-doors-script = Esta página precisa de JavaScript.
page-doors-checked-in = Pode entrar
page-doors-double = Já lido
page-doors-refunded = Reembolsado
page-doors-disputed = Pagamento contestado
page-doors-handed-over = Transferido: peça o novo código
page-doors-unknown = Código desconhecido
page-doors-wrong-show = Outro espetáculo
page-doors-early = Cedo demais
page-doors-late = Tarde demais
page-doors-outside = Fora do horário de entrada
page-doors-unchecked = Não pode ser verificado aqui
page-doors-forged = Não é autêntico
page-doors-undone = Desfeito
page-doors-taken-back = Desfeito
page-doors-nothing-to-undo = Nada a desfazer
page-doors-clock = Relógio errado
page-doors-too-many = Lido vezes demais
page-doors-since-by = Às { $time }, { $name }
page-doors-since = Às { $time }
page-doors-at = { $time }
page-doors-is-for = O ingresso é para { $name }
page-doors-early-at = Entrada a partir de { $time }
page-doors-late-at = A entrada terminou { $time }
page-doors-of = { $came } de { $all }
page-doors-online = Online
page-doors-offline = Offline
page-doors-waiting = { $number } a enviar
page-doors-known = { $number } ingressos conhecidos
page-doors-synced = às { $time }
page-doors-none-found = Ninguém encontrado
page-doors-needs-network = É preciso ter rede
page-doors-no-doubles = Nenhum ingresso foi lido duas vezes
page-doors-check-in = Validar
page-doors-no-shows = Não há espetáculo à venda
page-doors-not-staff = Só a equipe de um vendedor pode validar ingressos
page-doors-not-registered = O aparelho não foi registrado. Carregue a página de novo.
page-doors-leave-waiting = { $number } leituras não foram enviadas e seriam perdidas. Sair?
