teacher_tasks-none = Всё сделано ✅ { $pupils ->
    [one] У { $pupils } ученика
   *[other] У { $pupils } учеников
 } нет ни одного долга. Спасибо вам!
teacher_tasks-stranger = Долги классов видит педагог, у которого есть классы в этом учебном году.
teacher_tasks-line = { $class }: не вошли – { $absent }, без телефона – { $unverified }, без согласия – { $consentless }.
teacher_tasks-pick = *Что ещё не сделано*

    { $lines }

    Нажмите на класс, чтобы посмотреть, кто именно, и напомнить.
    .o-back = Назад
teacher_tasks-ready = { $title }: здесь уже всё сделано ✅
teacher_tasks-gone = Этого класса среди ваших больше нет.
teacher_tasks-owed = *{ $title }*

    Учеников: { $pupils }
    Не вошли: { $absent }
    Не подтвердили телефон: { $unverified }
    Без согласия: { $consentless }

    Если у ребёнка нет своего телефона, подойдёт телефон родственника: бабушки, дедушки, тёти, дяди, родителя.
    .o-unverified = Телефон: кто
    .o-consentless = Согласие: кто
    .o-absent = Не вошли: кто
    .o-all = Все
    .o-another = Другой класс
    .o-back = Назад
