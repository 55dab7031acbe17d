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
page-desk-search = Número, nome, endereço de correio, bilhete ou identificador da Stripe
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
page-week = Horários semana a semana
page-week-days = Dias da semana
page-week-times = Início às
page-week-minutes = Duração em minutos
page-week-from = Primeiro dia
page-week-until = Último dia
page-week-except = Dias sem horários
page-week-preview = Mostrar estes horários
page-week-makes = O resultado
page-week-made = { $n ->
    [one] { $n } horário vai para venda.
   *[other] { $n } horários vão para venda.
}
page-week-present = { $n ->
    [one] { $n } já está à venda e fica como está.
   *[other] { $n } já estão à venda e ficam como estão.
}
page-week-overlapping = { $n ->
    [one] { $n } não vai para venda, porque a essa hora tem outro horário ou uma marcação:
   *[other] { $n } não vão para venda, porque a essas horas tem outros horários ou marcações:
}
page-week-past = { $n ->
    [one] { $n } já começou.
   *[other] { $n } já começaram.
}
page-week-deleted = { $n ->
    [one] { $n } foi retirado da venda e não volta.
   *[other] { $n } foram retirados da venda e não voltam.
}
page-week-sell = { $n ->
    [one] Pôr { $n } horário à venda
   *[other] Pôr { $n } horários à venda
}
page-week-is-made = vai para venda
page-week-is-present = à venda
page-week-is-past = já começou
page-week-is-deleted = retirado da venda
page-week-overlaps = sobrepõe-se
page-week-moved = Nesse dia o relógio salta a hora habitual.
page-slot-free = livre
page-done-slots = Os horários estão à venda.
page-done-slots-none = Não havia nada de novo para pôr à venda.
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
page-desk-promo-new = Adicionar um código
page-desk-promo-percent = Desconto em percentagem
page-desk-promo-most = Usos no máximo
page-offer-presale-none = Nenhum
page-offer-presale-early = Abre primeiro para quem tem um código
page-offer-presale-only = Só para quem tem um código
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

# The organization's settings
page-desk-settings = Definições
page-settings-name = Nome
page-settings-contact = Como os compradores o contactam
page-settings-phone = Telefone
page-settings-address = Endereço postal
page-settings-tax-id = Número de contribuinte
page-settings-style = Imagem, língua e relógio
page-settings-logo = Imagem, como endereço https
page-settings-color = Cor de botões e ligações, como #0b6455
page-settings-locale = Língua, como pt-BR
page-settings-zone = Fuso horário, como Europe/Lisbon
page-settings-paying = Como pagam os compradores
page-settings-modes = Formas de pagar, onde uma oferta não nomeia nenhuma
page-settings-hosted = Na página da Stripe
page-settings-intent = Na página da loja
page-settings-fees = Como os documentos mostram as taxas
page-settings-fees-named = em linhas próprias
page-settings-fees-included = como parte dos preços
page-settings-most-amount = O máximo que uma encomenda pode custar
page-settings-most-donation = O máximo que um comprador pode dar por um bilhete
page-settings-most-tickets = Máximo de bilhetes de uma encomenda, até { $most }
page-settings-tax-automatic = A Stripe calcula o imposto
page-settings-tax-behavior = Preços
page-settings-tax-exclusive = O imposto acresce aos preços
page-settings-tax-inclusive = Os preços contêm o imposto
page-settings-tax-liability = Quem deve o imposto
page-settings-tax-platform = A plataforma, que o retém
page-settings-tax-seller = O senhor
page-settings-doors = Entrada
page-settings-check-in = Quantas horas antes da abertura um bilhete pode ser validado
page-settings-cancellation = Marcações canceladas
page-settings-cancellation-text = Uma marcação que o comprador cancela tantas horas antes do início, ou mais cedo, devolve tanto por cento. Mais tarde não devolve nada. Uma encomenda mantém o que valia quando foi feita.
page-settings-tier-hours = Horas antes do início
page-settings-tier-percent = Por cento que volta
page-settings-mail = Correio
page-settings-remind = Lembrar uma vez os compradores de uma página de pagamento que deixaram aberta
page-settings-summary = Cada manhã para o seu endereço
page-settings-summary-back = Um resumo voltou deste endereço, por isso nenhum é enviado.
page-settings-summary-again = Tentar mais uma vez o mesmo endereço
page-settings-summary-sales = O que foi vendido
page-settings-summary-refunds = O que foi devolvido
page-settings-summary-disputes = Disputas com os seus prazos
page-settings-summary-reviews = Encomendas em revisão
page-settings-origins = Páginas próprias
page-settings-origins-text = Endereços a que os compradores podem ser levados depois de pagar, um por linha, como https://shop.example
page-settings-fixed = O que a plataforma fixa
page-settings-fixed-text = Para onde vai o dinheiro e o que dele é retido. Só a plataforma o altera.
page-settings-account = Conta na Stripe
page-settings-currency = Moeda
page-settings-per-ticket = Taxa por bilhete
page-done-settings = As definições estão guardadas.

# People and what they did
page-desk-team = Equipa
page-role-platform = Plataforma
page-role-admin = Administrador
page-role-staff = Pessoal
page-role-expert = Especialista
page-role-admin-may = Tudo o que pode o pessoal; também o que se vende e a que preço, cancelá-lo, estas definições e o registo.
page-role-staff-may = Encomendas, reembolsos, revisões, a entrada, horas de clientes, números e tabelas.
page-role-expert-may = Os seus próprios horários e marcações, e as horas que descontam a clientes.
page-team-roles = Funções
page-team-issuer = Quem tem que função está dito onde a sua gente inicia sessão, e muda-se lá. Uma mudança vale a partir da sessão seguinte.
page-team-log = Quem fez o quê
page-team-log-text = O que pessoal, especialistas e plataforma alteraram nos últimos 400 dias. Entradas e respostas a marcações estão nas suas encomendas.
page-team-log-none = Ainda não há nada.
page-team-newest = O mais recente
page-log-organization-created = Organização criada
page-log-organization-changed = Definições alteradas
page-log-listing-created = Oferta criada
page-log-listing-changed = Oferta alterada
page-log-listing-published = Oferta posta à venda
page-log-listing-unpublished = Oferta retirada da venda
page-log-listing-canceled = Oferta cancelada
page-log-offer-created = Preço criado
page-log-offer-changed = Preço alterado
page-log-offer-deleted = Preço retirado da venda de vez
page-log-slots-created = Horários postos à venda
page-log-promo-created = Código criado
page-log-promo-changed = Código alterado
page-log-presale-created = Código de pré-venda criado
page-log-presale-changed = Código de pré-venda alterado
page-log-refund-requested = Reembolso pedido
page-log-review-accepted = Revisão aceite
page-log-review-refused = Revisão recusada
page-log-buyer-changed = Endereço do comprador alterado
page-log-confirmation-resent = Confirmação enviada de novo
page-log-attendee-changed = Participante alterado
page-log-ticket-handed-over = Bilhete passado
page-log-customer-erased = Cliente apagado
page-log-hours-taken = Horas descontadas

# New listings
page-new = Nova oferta
page-new-kind = O que vende
page-kind-show = Bilhetes de um espetáculo
page-kind-product = Produtos
page-kind-expert = Tempo de um especialista
page-kind-package = Horas pré-pagas
page-new-text-show = Primeiro o espetáculo como rascunho, depois os bilhetes com preços, depois a venda.
page-new-text-product = Primeiro o produto como rascunho, depois os seus tipos com stock, depois a venda.
page-new-text-expert = Primeiro o especialista como rascunho, depois os horários, depois a venda. O especialista responde a cada marcação.
page-new-text-package = Primeiro a família de pacotes como rascunho, depois os pacotes com as suas horas, depois a venda.
page-new-expert = De quem é o tempo: o identificador com que o especialista inicia sessão
page-new-delivery = Como os compradores o recebem
page-new-delivery-none = Nada é enviado nem levantado
page-new-delivery-address = É enviado para um endereço
page-new-delivery-pickup = É levantado no local
page-new-zone = Fuso horário de lá, se não for o seu
page-new-make = Criar o rascunho
page-new-none = Não criar nenhum
page-done-draft = O rascunho está criado. Precisa de um preço antes da venda.
page-edit-mail = O que diz esse correio
page-edit-share = Bilhetes por comprador, em todas as encomendas
page-edit-refund-until = Quem não puder vir pode pedir todo o dinheiro até
page-offer-hours = Horas que credita
page-offer-hours-of = { $hours } horas
page-offer-least = Mínimo por encomenda
page-offer-most = Máximo por encomenda
page-offer-opens = À venda desde
page-offer-closes = À venda até
page-offer-attendees = Os bilhetes nomeiam quem vem
page-offer-attendees-none = não
page-offer-attendees-optional = se o comprador quiser
page-offer-attendees-required = cada um
page-offer-donation = Os compradores podem dar mais do que o preço
page-offer-vip = Marcado como VIP
page-promo-from = Válido desde
page-promo-until = Válido até
page-desk-promo-from = desde { $date }
page-slot-minutes = Minutos de cada horário
page-slot-weekly = Igual todas as semanas, à
page-slot-until = Até ao dia
page-slot-except = Mas não nestes dias, como 2027-12-24
page-done-slots = Os horários estão à venda. Onde o especialista já tem outro, ou se já passou, não há nenhum.

# Exports
page-desk-exports = Tabelas
page-export-text = Tabelas para folhas de cálculo. Uma pequena vem logo; uma longa é escrita como ficheiro.
page-export-kind = O que é uma linha
page-export-orders = Encomendas
page-export-lines = Linhas de encomendas
page-export-tickets = Bilhetes
page-export-refunds = Reembolsos
page-export-payouts = Pagamentos a si: o que é seu de cada cobrança
page-export-listing = Só esta oferta, pelo seu identificador
page-export-now = Descarregar
page-export-file = Mandar escrever um ficheiro
page-export-latest = Ficheiros dos últimos dias
page-export-none = Não há nenhum.
page-export-long = Esta tabela é longa demais para uma resposta. Mande escrever um ficheiro.
page-export-begun = Começado
page-export-written = Escrito até agora
page-export-kilobytes = { $n } kB
page-export-running = a ser escrito
page-export-done = pronto
page-export-failed = falhado
page-export-running-text = É escrito em segundo plano, em minutos. Pode deixar esta página: o ficheiro está na lista.
page-export-again = Ver como vai
page-export-download = Descarregar o ficheiro
page-export-kept = O ficheiro é guardado até { $date }.
page-export-gone = O ficheiro já não é guardado. Mande escrever outro.
page-export-failed-text = Não foi possível escrevê-lo. Nada se perdeu: mande escrever outro.
