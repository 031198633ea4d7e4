# Что говорит `flows check` по-русски. Ключ – код ошибки; `.help` – как исправить.

error = ошибка
warning = предупреждение
help = как исправить
counted = { $errors ->
    [one] { $errors } ошибка
    [few] { $errors } ошибки
   *[many] { $errors } ошибок
 }, { $warnings ->
    [one] { $warnings } предупреждение
    [few] { $warnings } предупреждения
   *[many] { $warnings } предупреждений
 }
help-rename = возможно, имелось в виду `{ $to }`
help-text = locales/ru/{ $flow }.ftl: { $line }

## Файлы

unreadable = не читается: { $why }
encoding = здесь знак не в кодировке UTF-8
    .help = сохраните файл в UTF-8: в «Блокноте» – «Сохранить как», «Кодировка»
file-large = файл слишком большой: { $kilobytes } КБ, а можно не больше { $most } КБ
    .help = разделите его на несколько; может быть, это не тот файл
tabs = здесь табуляция, а отступы делают пробелами
    .help = замените её пробелами: два пробела на каждый уровень
repetitive = в файле слишком много вложенного или повторённого ссылками `*имя`
    .help = напишите без `&имя` и `*имя`, короче и проще
syntax = это не YAML: { $why }
    .help = посмотрите на эту строку и на ту, что выше: отступы, двоеточия, кавычки, скобки
unknown-key = здесь нет ключа `{ $key }`
    .help = бывают ключи { $known }
duplicate-key = `{ $key }` написано дважды
missing-key = не хватает `{ $key }`
wrong-shape = { $wanted ->
    [map] здесь нужны пары «ключ: значение»
    [word-or-map] здесь нужно слово или пары «ключ: значение»
    [list] здесь нужен список: [один, два]
    [expression] здесь нужно условие или значение
    [number] здесь нужно целое число
    [flag] здесь нужно `true` или `false`
    [word] здесь нужно слово
   *[other] здесь нужно другое: { $wanted }
 }
file-name = диалог называется как его файл: `{ $stem }`, а не `{ $name }`
no-global = нет этого файла: в нём хотя бы `start: home`
format-unknown = формат { $format } неизвестен; программа читает формат 1
version-changed = теперь у этой логики другой отпечаток: { $hash }

## Имена и переходы

bad-name = `{ $name }`: имя – маленькая латинская буква, дальше такие же буквы, цифры и `_`, всего не больше 32 знаков
duplicate-name = `{ $name }` уже есть
    .help = у шагов, вопросов, вариантов и кнопок должны быть разные имена
unknown-step = нет шага `{ $step }`
unknown-option = нет варианта или кнопки `{ $option }`
unknown-outcome = нет исхода `{ $outcome }`
undeclared-outcome = исхода `{ $outcome }` нет в списке `outcomes` этого диалога
unknown-action = нет действия `{ $action }`
unknown-flow = нет диалога `{ $flow }`
unknown-command = нет команды `{ $command }`
unknown-argument = нет аргумента `{ $argument }`
unknown-type = нет типа `{ $kind }`; бывают { $known }
unhandled-outcome = в `next` не сказано, куда идти при исходе { $names }
unhandled-option = в `next` не сказано, куда идти при ответе { $names }
extra-argument = аргумент `{ $argument }` здесь лишний
missing-argument = не хватает аргумента `{ $argument }`: with: {"{"} { $argument }: … {"}"}
command-argument = диалогу `{ $flow }` нужен `{ $argument }`, а команда даёт только `said: text` и `open: flag`
recursion = `{ $flow }` запускает сам себя: диалоги не могут вызывать друг друга по кругу
subflows-deep = `{ $flow }` сам запускает диалоги, которые запускают другие: всего один в другом может быть { $most }
    .help = разделите цепочку: пусть часть диалогов идёт друг за другом, а не один внутри другого
unused-outcome = ни один шаг не заканчивается исходом `{ $outcome }`
idle-flow = диалог `{ $flow }` ничто не начинает и не запускает
    .help = назовите его в flows/_global.yaml, запустите из другого диалога или дайте ему `entry`
draft-begun = `{ $flow }` – черновик: ничто действующее его не начинает и не запускает
    .help = когда диалог готов, уберите из него `draft: true`
action-to-come = действие `{ $action }` объявлено, но программа его ещё не умеет
    .help = его может вызвать только диалог с `draft: true`

## Начатые разговоры

bad-update = `on_update` – это `migrate` или `pin`
renamed-unmoved = `renamed` имеет смысл только вместе с `on_update: migrate`
renamed-unknown = нет шага или вопроса `{ $name }`
renamed-there = `{ $name }` ещё есть, а переименованное называется теперь иначе

## Шаги

no-steps = в диалоге должен быть хотя бы один шаг
flow-long = в диалоге { $count } шагов, а можно не больше { $most }
    .help = вынесите часть шагов в другой диалог и запустите его через `run`
no-kind = непонятно, что делает этот шаг: нужно say, ask, form, call, branch, wait, run, set или end
several-kinds = шаг делает что-то одно, а здесь сразу { $kinds }
foreign-key = ключ `{ $key }` в шаге `{ $kind }` ничего не значит
one-way = у этого шага один выход: `next: шаг`
last-step = последний шаг никуда не ведёт: добавьте `next` или `end`
unreachable-step = к шагу `{ $step }` ничто не ведёт
no-way-to-end = от шага `{ $step }` нет пути к завершению
endless-circle = шаг `{ $step }` возвращается к себе, никого не дожидаясь
no-open-arm = последняя ветка пишется без `if`: иначе может не подойти ни одна
open-arm-not-last = ветка без `if` должна быть последней: до следующих за ней дело не дойдёт
endless-wait = сигнала `{ $signal }` может и не быть: тогда шаг ждёт вечно
    .help = скажите, сколько ждать: for: 3d, или дайте сценарию `expires`
personal-signal = то, что приносит сигнал, можно прочитать вслух: тип `{ $kind }` здесь не годится
    .help = имя или телефон – это тип `shown`
bad-duration = `{ $text }` – не срок; пишите 90s, 10m, 2h, 3d

## Начало по кнопке

entry-arguments = на кнопке есть место только для одного аргумента
entry-not-text = кнопка несёт текст: `{ $argument }: text`
entry-unfilled = кнопка не может заполнить аргумент `{ $argument }`
callback-too-long = у диалога, который начинается по кнопке, имя не длиннее { $max } букв
    .help = Telegram даёт кнопке 64 байта, из них 32 занимает аргумент

## Вопросы

unknown-answer-type = нет такого вида ответа: `{ $kind }`; бывают choice, choices, text, number, digits, date, phone, contact, scale, attachment
foreign-answer-key = ключ `{ $key }` при ответе `{ $kind }` ничего не значит
bad-interrupt = `interrupt` – это `off`, иначе он не пишется
trap = при `interrupt: off` команды не действуют, и из этого вопроса нет выхода
    .help = добавьте `attempts: {"{"} max: 3, to: … {"}"}` или `timeout: {"{"} after: 1d, to: … {"}"}`
bad-whose = `whose` – это `own` (свой) или `other` (чужой), или его нет
late-reminder = напоминание позже, чем `timeout`: его никогда не отправят
app-at-phone = у вопроса о телефоне нет места для кнопки, которая открывает приложение
button-without-edge = у каждой кнопки свой переход: next: {"{"} answer: …, кнопка: … {"}"}
choice-empty = у выбора должно быть `of: [один, два]` или `options: имя`
choices-few = выбирать несколько можно не меньше чем из двух: `of: [один, два]`
choices-range = вариантов всего { $all }: выбрать можно хотя бы один и не больше, чем есть
digits-length = для `digits` нужна `length` от 1 до 32
empty-range = не бывает числа не меньше { $min } и не больше { $max }
scale-range = на шкале не больше одиннадцати отметок, и ни одна не меньше 0
phone-not-private = шаг `{ $step }` спрашивает телефон: добавьте `pii: true`
text-without-max = шаг `{ $step }` принимает текст любой длины
    .help = ограничьте его: max: 300
unused-answer = ответ на `{ $step }` нигде не используется
many-buttons = кнопки шага `{ $step }` не поместятся под сообщением ВКонтакте (не больше { $most } в 6 рядах): там они встанут на место клавиатуры
too-many-buttons = кнопки шага `{ $step }` не поместятся на клавиатуру ВКонтакте (не больше { $most } в 10 рядах): там будет список с номерами

## Анкеты

form-empty = в анкете должны быть вопросы: `questions: [{"{"} id: score, type: scale {"}"}]`
form-long = в анкете `{ $step }` вопросов: { $count }; после { $most } большинство уходит
question-id = у вопроса должен быть `id`: по нему узнают ответ
question-type = у вопроса `{ $question }` нет `type`: choice, scale, text …
stop-when = `stop` должен сказать когда: `stop: {"{"} if: score == 1, to: sorry {"}"}`
confirm-personal = ответ на `{ $question }` личный, он не показывается: с `confirm` подтверждать было бы нечего
later-question = здесь нужен ответ на `{ $question }`, а он будет в анкете позже
    .help = поставьте тот вопрос выше этого

## Условия

expression-end = здесь условие должно было закончиться
open-quote = кавычка не закрыта
bad-number = это не целое число
bad-sign = знак `{ $sign }` здесь ничего не значит; вычислений не бывает
too-deep = слишком много скобок одна в другой
operand-missing = здесь не хватает имени, числа или текста в кавычках
has-name = в has() пишется имя
before-word = перед этим словом чего-то не хватает
list-members = в списке бывают только числа и тексты в кавычках
sign-missing = здесь не хватает `{ $sign }`
never-set = `{ $name }` нигде не получает значения
    .help = если это просто текст, возьмите его в кавычки: "'{ $name }'"
may-be-unset = у `{ $name }` здесь может не быть значения
    .help = сначала проверьте: has({ $name }) and …
not-a-list = после `in` нужен список: `in ['a', 'b']` – или ответ, где выбрано несколько
not-a-condition = здесь нужно условие, а это { $found }
never-comparable = { $left } и { $right } нельзя сравнить
no-order = { $found }: тут нет «больше» и «меньше»
field-missing = `{ $name }` – не { $shape }: в нём нет { $fields }
wrong-type = `{ $name }` – { $wanted }, а здесь { $found }
two-types = `{ $name }` здесь { $here }, а в другом месте { $elsewhere }
personal-argument = это личные данные: запускаемый диалог должен объявить `{ $argument }: secret`
unknown-choice = у `{ $name }` нет варианта `{ $option }`
no-possible-member = `{ $name }` не бывает ничем из этого списка
never-true = это условие никогда не выполняется
always-true = это условие выполняется всегда
arm-never-reached = когда выполняется это условие, выполняется и одно из условий выше: до этой ветки дело не доходит

## Тексты

bad-language = языка `{ $lang }` нет
fluent-syntax = в тексте ошибка: { $why }
    .help = посмотрите на эту строку и на ту, что выше: знак =, отступ, фигурные скобки
duplicate-text = `{ $key }` написан дважды (`{ $lang }`)
untranslated = текста `{ $key }` нет на языке `{ $lang }`
argument-dropped = в `{ $key }` на языке `{ $lang }` нет `${ $argument }`, а на другом языке есть
plain-argument = `${ $argument }` есть только в одном из двух: в `{ $key }` (`{ $lang }`) или в обычном тексте
    .help = простыми словами говорят то же самое
missing-text = у шага `{ $step }` нет текста `{ $key }`
missing-own-text = не хватает текста `{ $key }`
own-argument = тексту `{ $key }` не дают `${ $argument }`
    .help = { $given ->
        [none] ему не дают ничего
       *[other] ему дают { $given }
     }
argument-unknown = в тексте `{ $key }` шага `{ $step }` есть `${ $argument }`, а его здесь ничто не даёт
argument-unset = в тексте `{ $key }` шага `{ $step }` есть `${ $argument }`, а значения здесь может не быть
argument-personal = в тексте `{ $key }` шага `{ $step }` есть `${ $argument }` – это личные данные, в тексты они не попадают
unknown-text = в `{ $key }` на языке `{ $lang }` стоит `{ $text }`, а такого текста на этом языке нет
    .help = напишите его в locales/{ $lang } или уберите ссылку: читатель увидел бы фигурные скобки
unknown-function = в `{ $key }` на языке `{ $lang }` стоит функция `{ $function }`, а функций в текстах нет
    .help = напишите без неё: числа и даты и так показываются по-человечески
text-circle = текст `{ $key }` на языке `{ $lang }` состоит из самого себя, прямо или через другие тексты
    .help = разорвите круг: одна из ссылок лишняя
unused-text = текст `{ $key }` нигде не используется
unfinished-text = текст `{ $key }` ещё не написан (`{ $lang }`)
text-too-long = в тексте `{ $key }` может быть { $length } знаков (`{ $lang }`), а Telegram принимает { $max }
caption-too-long = в `{ $key }` (`{ $lang }`) может быть { $length } знаков, а под картинкой есть место для { $max }
    .help = Telegram берёт на { $room } больше: они оставлены для строки с именем – о ком сообщение
label-too-long = в надписи `{ $key }` может быть { $length } знаков (`{ $lang }`), а ВКонтакте принимает { $max }
label-wide = в надписи `{ $key }` может быть { $length } знаков (`{ $lang }`), а на экране телефона видно около { $max }
same-label = на языке `{ $lang }` надписи `{ $one }` и `{ $other }` читаются одинаково: если ответить словом, не поймём ни ту ни другую
same-word = «{ $word }» подходит и к `{ $one }`, и к `{ $other }`: если так ответить, не поймём ни то ни другое
shadowed-word = если написать «{ $word }», сработает команда `{ $command }`, а не этот ответ

## Картинки

alt-argument = в `{ $key }` (`{ $lang }`) есть `${ $argument }`, а на картинке все видят одно и то же
    .help = скажите это в тексте под картинкой
picture-unknown = нет картинки `{ $picture }`
    .help = положите её в flows/pictures: { $picture }.png или .jpg
picture-unusable = такую картинку не возьмёт ни один мессенджер
    .help = нужен PNG или JPEG не больше 10 МБ, ширина и высота вместе не больше 10 000, одна не длиннее другой в 20 раз
picture-twice = картинок `{ $picture }` две
picture-unused = картинку `{ $picture }` никто не показывает

## Записи разговоров

flow-without-chat = диалог `{ $flow }` не проверяет ни один разговор
    .help = напишите flows/{ $flow }.chat
step-not-played = ни один разговор не доходит до шага `{ $step }`
option-not-played = ни в одном разговоре на шаге `{ $step }` не выбирают { $options }

## Сезоны

map-belongs = здесь нужны пары «ключ: значение»
    .help = { $form }
word-belongs = здесь нужно одно слово
    .help = { $form }
list-belongs = здесь нужен список
    .help = { $form }
unusable = `{ $value }` здесь не подходит
    .help = { $form }
season-file-name = сезон называется как его файл: `{ $stem }`, а не `{ $name }`
season-backwards = сезон закончился бы раньше, чем начался
seasons-overlap = у этого сезона общие дни с сезоном из { $other }
stage-name = `{ $stage }` не годится в названия этапа
    .help = маленькие латинские буквы и `_`, не больше 20
stage-twice = этап `{ $stage }` написан дважды
stage-order = этот этап закрывается раньше, чем тот, что выше
consents-order = этот день раньше предыдущего: сначала сканы, потом удаление, потом оригиналы
stage-outside = этого дня нет в сезоне: он с { $begins } по { $ends }
stage-begin = кнопка не может начать `{ $flow }`
    .help = диалогу нужно `entry: []`
stage-feedback = кнопка события не может начать `{ $flow }`
    .help = диалогу нужен `entry` с одним аргументом, например `entry: [event]`
stage-text = у этапа нет текста `{ $key }`
stage-argument = тексту `{ $key }` не дают `${ $argument }`
stage-unused = ни в одном сезоне нет `{ $key }`
reminder-hour = в этот час никому не пишут
    .help = с "9:00" до "20:59"
reminder-early = это напоминание пришло бы до начала сезона
reminder-twice = напоминание { $reminder } написано дважды

## Правила подтверждения телефона

rule-unknown = среди правил нет `{ $rule }`
    .help = бывают ключи { $known }
rule-list = здесь список, а нужно одно значение
    .help = { $form }
rule-list-length = здесь нужен список, в нём значений: { $count }
    .help = { $form }
window-order = окна стоят не по порядку
    .help = от короткого к длинному, и длинное пропускает не меньше короткого
pause-order = пауза короче предыдущей
    .help = от короткой к длинной
percent-order = проценты не растут
    .help = { $form }
call-hours = звонки закончились бы раньше, чем начались
    .help = `calls_from` должно быть раньше `calls_to`
ring-long = звонок может длиться { $ring }, а следующий может начаться через { $pause }
    .help = ни одна пауза не должна быть короче `ring`
kept-short = звонки хранятся { $kept }, а окно длится { $window }
    .help = `kept` должно быть не короче самого длинного окна

## Части предложений

type-text = текст
type-number = число
type-flag = да или нет
type-moment = время
type-shown = то, что только показывают
type-options = варианты выбора
type-list = список
type-record = ответы анкеты
type-shape = { $name }
form-day = день, например 2026-12-01
form-year = учебный год, например 2026-2027
form-stages = этапы по их именам
form-consents = дни scans, delete, originals
form-stage = `by`, а ещё, если нужно, `begin`, `feedback` и `remind`
form-flow = имя диалога
form-reminders = список, например [{"{"} before: 3d, at: "10:00" {"}"}]
form-days-before = дни от 0d до { $most }d
form-hour = время в кавычках, например "{ $example }"
form-number = число от { $from } до { $to }
form-span = срок от { $from } до { $to }, например 90s, 15m, 2h, 1d
form-window = например `3 in 1h`: число от 1 до { $most } за срок от { $from } до { $to }
form-prefixes = начала мобильных номеров в кавычках, например ["+79", "+77"]
form-percentages = проценты от 1 до 100 по возрастанию, например [50, 80, 100]
