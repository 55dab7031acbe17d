# Português

weekday-1 = segunda-feira
weekday-2 = terça-feira
weekday-3 = quarta-feira
weekday-4 = quinta-feira
weekday-5 = sexta-feira
weekday-6 = sábado
weekday-7 = domingo
month-1 = janeiro
month-2 = fevereiro
month-3 = março
month-4 = abril
month-5 = maio
month-6 = junho
month-7 = julho
month-8 = agosto
month-9 = setembro
month-10 = outubro
month-11 = novembro
month-12 = dezembro
date = { $weekday }, { $day } de { $month } de { $year }
moment = { $date }, { $clock } ({ $zone })
span = { $date }, das { $clock } às { $until } ({ $zone })

greeting = Olá, { $name },
greeting-expert = Olá,
footer = Enviado por { $seller } sobre o pedido { $order }.
footer-reply = As respostas a esta mensagem chegam a { $contact }.
view-order = Ver o seu pedido
order-number = Número do pedido

when = Quando
doors = Abertura das portas
where = Onde
slot = Horário
platform-fee = Taxa da plataforma
processing-fee = Taxa de pagamento
tax = Impostos
tax-included = Impostos incluídos
paid-accepted = Pago e aceite assim
discount = Desconto ({ $code })
total = Total
tickets-heading = Os seus bilhetes, um código por pessoa
hours-added = { $hours ->
    [one] Uma hora foi adicionada ao seu saldo.
   *[other] { $amount } horas foram adicionadas ao seu saldo.
}
attached-tickets = Os bilhetes vão em anexo em PDF; impressos ou no telefone, são lidos à entrada.
attached-calendar = O ficheiro em anexo adiciona a data ao seu calendário.

confirmed-subject = O seu pedido de { $title } está confirmado
confirmed-heading = Obrigado, está tudo pronto
confirmed-text = Comprou:
booking-confirmed-subject = A sua reserva de { $title } está confirmada
booking-confirmed-heading = O seu horário está reservado
booking-confirmed-text = { $title } está confirmado. Foram cobrados { $amount }.
booking-confirmed-free = { $title } está confirmado. Nada foi cobrado.

refund-subject = Reembolso de { $title }
refund-heading = O seu reembolso está a caminho
refund-text = Reembolsámos { $amount }{ $way }. Os bancos precisam de alguns dias para o mostrar.
refund-goods = O seu pedido de { $title } foi retirado. Nada tinha sido cobrado.
refund-goods-heading = O seu pedido foi retirado
refund-failed-subject = O seu reembolso de { $title } foi devolvido
refund-failed-heading = O seu reembolso foi devolvido
refund-failed-text = O banco devolveu-nos os { $amount } que tínhamos reembolsado{ $way }. O dinheiro continua a ser seu.
refund-failed-next = Estamos a tratar do assunto. Para o receber de outra forma, responda a esta mensagem.
way-card = {" "}no seu cartão { $brand } terminado em { $last4 }
way-card-unknown = {" "}no cartão com que pagou
way-bank = {" "}na conta bancária de onde pagou
way-bank-known = {" "}na sua conta bancária terminada em { $last4 }
way-other = {" "}pelo meio de pagamento que usou

canceled-subject = Cancelado: { $title }
canceled-heading = { $title } foi cancelado
canceled-text = { $title } não se vai realizar. Lamentamos.
canceled-text-when = { $title }, { $when }, não se vai realizar. Lamentamos.
canceled-reason = O organizador escreve: { $reason }
canceled-refund = Devolvemos-lhe { $amount }{ $way }. Os bancos precisam de alguns dias para o mostrar.
canceled-free = Não tinha pago nada, por isso não há nada a devolver. Os seus bilhetes já não são válidos.
canceled-product = { $title } já não está à venda e o seu pedido foi cancelado. Lamentamos.

moved-subject = Alterado: { $title }
moved-heading = { $title } foi alterado
moved-text = O organizador alterou a data ou o local de { $title }.
moved-when-before = Data anterior
moved-when = Nova data
moved-where-before = Local anterior
moved-where = Novo local
moved-tickets = Os seus bilhetes continuam válidos. O ficheiro anexo atualiza o seu calendário.
moved-refund-until = Se não puder vir, pode pedir a devolução de todo o dinheiro até { $until }.
moved-refund = Se não puder vir, responda a esta mensagem.
reminder-subject = Em breve: { $title }
reminder-heading = { $title } começa em breve

late-subject = O seu pagamento de { $title } chegou tarde demais
late-heading = O seu pagamento chegou tarde demais
late-text = O seu pagamento de { $amount } chegou quando a sua reserva tinha expirado e nada restava para vender. Lamentamos. O valor total é devolvido{ $way }; os bancos precisam de alguns dias para o mostrar.

lost-subject = A sua encomenda de { $title } perdeu-se
lost-heading = A sua encomenda perdeu-se
lost-text = Perdemos a sua encomenda por uma falha nossa. Lamentamos. O valor total de { $amount } é devolvido{ $way }; os bancos precisam de alguns dias para o mostrar.
failed-subject = O seu pagamento de { $title } falhou
failed-heading = O seu pagamento não foi concluído
failed-text = O seu pagamento não foi concluído, por isso o seu pedido foi cancelado. Nada foi cobrado.

requested-subject = O seu pedido de horário: { $title }
requested-heading = O seu pedido foi enviado
requested-text = Pedimos o seu horário.
requested-until = A resposta chega até { $until }.
requested-money = O seu cartão ainda não foi cobrado: { $amount } estão reservados e ficam livres se a resposta for não ou não vier.
requested-free = Nada é cobrado.
declined-subject = A sua reserva de { $title } foi recusada
declined-heading = O seu pedido foi recusado
declined-text = O seu pedido para { $when } foi recusado.
timed-out-subject = A sua reserva de { $title } ficou sem resposta
timed-out-heading = O seu pedido ficou sem resposta
timed-out-text = O seu pedido para { $when } ficou sem resposta a tempo e terminou.
booking-canceled-subject = A sua reserva de { $title } está cancelada
booking-canceled-heading = A sua reserva está cancelada
booking-canceled-text = A sua reserva, { $when }, está cancelada.
booking-canceled-by-expert = A sua reserva, { $when }, foi cancelada pela outra parte. Lamentamos.
policy-none = Pelas condições de cancelamento nada é devolvido.
policy-part = Devolvemos { $percent } % do que pagou, { $amount }{ $way }. Os bancos precisam de alguns dias para o mostrar.
policy-all = Devolvemos tudo o que pagou, { $amount }{ $way }. Os bancos precisam de alguns dias para o mostrar.
policy-released = O seu cartão não foi cobrado, e o que estava reservado ficou livre.

ticket-subject = O seu bilhete para { $title }
ticket-heading = Aqui está o seu bilhete
ticket-text = { $buyer } comprou-lhe um bilhete para { $title }.
ticket-code = O seu código
attached-ticket = O bilhete segue em PDF; impresso ou no telefone, é lido à entrada.
booking-reminder-subject = Em breve: { $title }
booking-reminder-heading = A sua reserva começa em breve
booked-by = Reservado por
expert-requested-subject = Um pedido de { $title }
expert-requested-heading = Uma reserva espera a sua resposta
expert-requested-text = O seu tempo foi pedido.
expert-requested-until = Sem resposta até { $until } o pedido termina.
expert-confirm = Confirmar
expert-decline = Recusar
expert-canceled-subject = Cancelado: { $title }
expert-canceled-heading = Uma reserva foi cancelada
expert-canceled-text = Esta reserva foi cancelada. O horário está livre de novo.
expert-reminder-subject = Em breve: { $title }
expert-reminder-heading = Uma reserva sua começa em breve
