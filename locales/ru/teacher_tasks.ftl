teacher_tasks-none = Всё сделано ✅ { $pupils ->
    [one] У { $pupils } ученика
   *[other] У { $pupils } учеников
 } нет ни одного долга. Спасибо вам!
teacher_tasks-stranger = Долги классов видит педагог, у которого есть классы в этом учебном году.
teacher_tasks-pick = *Что ещё не сделано*

    { $lines }

    Нажмите на класс, чтобы посмотреть и напомнить.
    .o-back = Назад
teacher_tasks-ready = { $title }: здесь уже всё сделано ✅
teacher_tasks-gone = Этого класса среди ваших больше нет.
teacher_tasks-owed = *{ $title }*

    { $lines }

    { $reached ->
        [0] Написать пока некому: никто из них не вошёл.
       *[other] Напомню каждому о своём и без имён других. Получат: { $reached } из { $pupils }.
     }
    .o-remind = Напомнить
    .o-another = Другой класс
    .o-back = Назад
teacher_tasks-sent = Напоминания ушли ✅ { $pupils ->
    [one] Получит { $pupils } ученик
    [few] Получат { $pupils } ученика
   *[many] Получат { $pupils } учеников
 }{ $night ->
    [yes] , утром: сейчас у них ночь
   *[no] {""}
 }.
teacher_tasks-already = Этому классу сегодня уже напоминали. Следующий раз: { $until }.
teacher_tasks-nobody = Напоминать пока некому: эти ученики ещё не вошли. Им нужны карточки с кодом.
