pupil_names-nobody = Таких учеников нет.
pupil_names-part = { $first }–{ $last } из { $pupils }:

    { $lines }
    .o-more = Дальше
    .o-remind = Напомнить этим
    .o-page = Открыть страницу
    .o-back = Назад
pupil_names-list = { $first ->
    [1] Всего: { $pupils }
   *[other] { $first }–{ $last } из { $pupils }:
 }

    { $lines }
    .o-remind = Напомнить этим
    .o-page = Открыть страницу
    .o-back = Назад
pupil_names-hidden = Таких учеников: { $pupils }. Имена – на странице: в Telegram мы их не пишем.
    .o-page = Открыть страницу
    .o-remind = Напомнить этим
    .o-back = Назад
pupil_names-sure = Напомнить? Получат: { $reached } из { $pupils }, каждый – о своём, без имён других, днём.{ $absent ->
    [0] {""}
   *[other] {" "}Не вошли, им нужны карточки: { $absent }.
 }{ $closed ->
    [0] {""}
   *[other] {" "}Закрыли сообщения: { $closed }.
 }{ $settled ->
    [0] {""}
   *[other] {" "}Уже всё сделали: { $settled }.
 }
    .o-send = Напомнить
    .o-back = Не сейчас
pupil_names-sent = Напоминания ушли ✅ { $pupils ->
    [one] Получит { $pupils } ученик
    [few] Получат { $pupils } ученика
   *[many] Получат { $pupils } учеников
 }{ $night ->
    [yes] , утром: сейчас у них ночь
   *[no] {""}
 }.
pupil_names-already = Этим ученикам вы сегодня уже напоминали. В следующий раз – завтра.
pupil_names-unreached = Написать некому.{ $absent ->
    [0] {""}
   *[other] {" "}Не вошли: { $absent } – дайте им карточки для входа.
 }{ $closed ->
    [0] {""}
   *[other] {" "}Закрыли сообщения: { $closed } – скажите им лично.
 }{ $settled ->
    [0] {""}
   *[other] {" "}Уже всё сделали: { $settled }.
 }
pupil_names-late = Напоминать уже не о чем: все успели.
pupil_names-shown = Список с именами открывается на странице, один раз, в течение { $minutes ->
    [one] { $minutes } минуты
   *[many] { $minutes } минут
 }:

    { $page }
pupil_names-limited = За час открыто слишком много страниц. Следующую можно открыть: { $until }.
pupil_names-nowhere = Страницы пока не настроены. Скажите об этом тому, кто ведёт программу в вашем регионе.
