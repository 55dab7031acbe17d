# Português: a gestão e as páginas dos especialistas.
# The desk
page-desk = Gestão
page-desk-closed = Esta página é para outra função
page-desk-closed-text = O seu acesso não indica uma função que a possa ver. As funções são atribuídas onde inicia sessão.
page-desk-which = Organização
page-desk-orders = Encomendas
page-desk-all = todas
page-desk-in-review = em análise
page-desk-from = Feitas de
page-desk-to = Feitas até
page-desk-no-number = Não há aqui nenhuma encomenda { $number }.
page-desk-disputed = O banco contesta o pagamento.
page-desk-answer-until = Resposta até { $date }
page-desk-no-orders = Não há encomendas assim.
page-desk-newest = Encomendas mais recentes
page-desk-disputes = Disputas
page-desk-card-over-share = Este cartão pagou mais bilhetes de um espetáculo do que uma pessoa pode ter.
page-dispute-open = aberta: entretanto o dinheiro está no banco
page-dispute-inquiry = um pedido de informação: o dinheiro não se moveu
page-dispute-won = ganha
page-dispute-lost = perdida
page-dispute-prevented = evitada
page-dispute-where = Responde-se a uma disputa no painel da Stripe, com os documentos que provam a venda.
page-desk-lines = O que foi encomendado
page-desk-expert = Especialista
page-desk-payment = Pagamento
page-payment-unpaid = por pagar
page-payment-processing = a caminho
page-payment-authorized = autorizado
page-payment-captured = cobrado
page-payment-failed = falhado
page-payment-canceled = cancelado
page-payment-partially-refunded = reembolsado em parte
page-payment-refunded = reembolsado
page-desk-captured = { $amount } recebidos
page-desk-refunded = { $amount } devolvidos
page-desk-left = Ainda se podem reembolsar { $amount }
page-desk-unreachable = O correio para este endereço volta. Nada mais lhe é enviado; para outro endereço, de imediato.
page-desk-address = Mudar o endereço
page-desk-tickets = Bilhetes
page-desk-ticket-valid = válido
page-desk-trail = Quem fez o quê
page-review-accept = Aceitar
page-review-refuse = Recusar
page-review-waits = Decidido ou em disputa: o dinheiro está a caminho, ou o banco decide primeiro.
page-review-payment-accept = O comprador recebe a encomenda pelo que pagou.
page-review-payment-refuse = Tudo o que foi pago volta ao comprador.
page-review-authorization-accept = Pergunta-se ao especialista, pelo que foi autorizado.
page-review-authorization-refuse = O cartão é libertado.
page-review-refund-accept = Tomar nota de que o reembolso não se fez, por exemplo se o dinheiro foi devolvido de outra forma.
page-review-refund-refuse = Tenta-se de novo o reembolso.
page-review-returned-accept = O comprador fica com o que tem.
page-review-returned-refuse = Os bens são retomados e o resto do dinheiro devolvido.
page-refund = Reembolsar
page-refund-none = De momento nada desta encomenda pode ser reembolsado.
page-refund-what = O que é devolvido
page-refund-items = Unidades, com o que se pagou por elas
page-refund-amount = Um valor, por cortesia; nada é retomado
page-refund-rest = Tudo o que resta: { $amount }
page-refund-of = Podem voltar { $n } de { $most }
page-refund-preview = Ver quanto dá
page-refund-comes-to = Quanto dá
page-refund-goods-back = Estas voltam e, se possível, ficam de novo à venda. Os seus bilhetes deixam de valer.
page-refund-goods-stay = Nada é retomado: os bilhetes continuam válidos e nada volta à venda.
page-refund-goods = Pelos bens
page-refund-fees = Pelas taxas
page-refund-reason = Porquê, para registo; o comprador também lê
page-refund-now = Reembolsar { $amount }
page-done-address = O endereço está mudado.
page-done-accepted = A análise terminou: aceite.
page-done-refused = A análise terminou: recusado.
page-done-refunded = O reembolso está a caminho.

# Today
page-today = Hoje
page-today-disputes = Disputas que esperam resposta
page-today-reviews = Encomendas em análise
page-today-since = desde { $date }
page-today-more = Há mais.
page-today-figures = O que houve hoje até agora
page-today-partly = Há mais do que aqui se conta; o resumo diário tem tudo.
page-today-hours = Recebido hora a hora
page-today-hour = Hora

# An expert's bookings
page-bookings = Marcações
page-bookings-requests = Pedidos
page-bookings-no-requests = Nenhum pedido espera a sua resposta.
page-bookings-none = Não há nenhuma marcação por vir.
page-booking-places = { $n } lugares
page-booking-confirm = Confirmar
page-booking-decline = Recusar
page-booking-cancel-free = Cancelar não custa nada: nada foi pago.
page-booking-cancel-quote = Se cancelar, o comprador recebe { $amount } de volta, a qualquer momento.
page-hours-to-answer = restam { $n } horas
page-minutes-to-answer = { $n ->
    [one] resta { $n } minuto
   *[other] restam { $n } minutos
}
page-slots = Horários
page-slots-no-listing = Ainda não há uma oferta do seu tempo. Um administrador do vendedor cria-a.
page-slot-add = Pôr um horário à venda
page-slot-listing = Oferta
page-slots-coming = Próximos horários
page-slots-none = Ainda não há nenhum.
page-done-slot = O horário está à venda.
page-done-confirmed = A marcação está confirmada.
page-done-declined = O pedido está recusado; o cartão é libertado.

# What the desk sells
page-desk-listings = Ofertas
page-desk-no-listings = Ainda não há nada.
page-desk-published = à venda
page-desk-draft = não está à venda
page-desk-canceled = cancelado
page-desk-publish = Pôr à venda
page-desk-withdraw = Retirar da venda
page-desk-shop-page = Como os compradores veem
page-desk-stock = Preços e stock
page-desk-offer = Preço
page-desk-available = Disponíveis
page-desk-held = Retidos
page-desk-sold = Vendidos
page-desk-unlimited = sem limite
page-desk-more-offers = Há mais preços do que os mostrados.
page-desk-offer-name = Nome
page-desk-price = Preço
page-desk-capacity = Quantos ao todo
page-desk-change-offer = Alterar
page-desk-edit = Editar ou mudar
page-desk-copy = Duplicar
page-desk-copy-text = A cópia é um rascunho com os mesmos preços. Os horários ficam onde estão.
page-desk-new-id = Identificador: minúsculas, algarismos e hífenes
page-desk-offer-new = Adicionar um preço
page-edit-title = Título
page-edit-description = Descrição
page-edit-clock = pela hora de { $name }
page-edit-starts = Começa
page-edit-ends = Termina
page-edit-doors = Abertura das portas
page-edit-moves = Se o dia ou o lugar mudarem, os compradores com bilhetes sabem-no por correio. Os bilhetes continuam válidos.
page-done-edited = Está alterado.
page-done-copied = Esta é a cópia: um rascunho.
page-done-offer-added = O preço está adicionado.
page-desk-promos = Códigos promocionais
page-desk-no-promos = Ainda não há códigos.
page-desk-promo-off = { $percent } % de desconto
page-desk-promo-used = { $n } usados
page-desk-promo-used-of = { $n } de { $most } usados
page-desk-promo-until = até { $date }
page-desk-promo-new = Adicionar ou alterar um código
page-desk-promo-percent = Desconto em percentagem
page-desk-promo-most = Usos no máximo
page-desk-presales = Códigos de pré-venda
page-desk-presale-offer = Oferta
page-desk-presale-add = Adicionar ou alterar um código de pré-venda
page-desk-cancel = Cancelar
page-desk-cancel-what = Cancelar { $name }
page-desk-cancel-means = A venda fecha de imediato e não volta a abrir. Os pagamentos abertos terminam e todos os compradores recebem de volta o que pagaram.
page-desk-cancel-orders = Encomendas a reembolsar
page-desk-cancel-open = Pagamentos a terminar
page-desk-cancel-money = Dinheiro que é devolvido
page-desk-cancel-time = Ao ritmo da Stripe
page-desk-cancel-minutes = { $n ->
    [one] cerca de { $n } minuto
   *[other] cerca de { $n } minutos
}
page-desk-cancel-more = Há mais encomendas do que as aqui somadas, por isso é pelo menos isto.
page-desk-cancel-reason = Porquê, como os compradores o leem
page-desk-cancel-sure = Escreva o identificador { $code } para confirmar
page-desk-keep = Manter
page-desk-cancel-running = { $n ->
    [one] A cancelar: { $n } encomenda tratada até agora.
   *[other] A cancelar: { $n } encomendas tratadas até agora.
}
page-desk-cancel-waiting = { $n ->
    [one] { $n } encomenda tem de esperar por um banco ou por um pagamento em curso, e seguem por si.
   *[other] { $n } encomendas têm de esperar por um banco ou por um pagamento em curso, e seguem por si.
}
page-desk-cancel-over = Foi cancelado, e todas as suas encomendas estão tratadas.
page-done-published = Está à venda.
page-done-withdrawn = Já não está à venda. As encomendas ficam como estão.
page-done-listing-canceled = Está cancelado. Os reembolsos seguem-se, e esta página diz em que ponto estão.
page-done-offer = O preço está alterado.
page-done-promo = O código está guardado.
