# What `flows check` says, in English. A key is a fault's code; `.help` is what would mend it.

error = error
warning = warning
help = help
counted = { $errors ->
    [one] { $errors } error
   *[other] { $errors } errors
 }, { $warnings ->
    [one] { $warnings } warning
   *[other] { $warnings } warnings
 }
help-rename = did you mean `{ $to }`?
help-text = locales/ru/{ $flow }.ftl: { $line }

## Files

unreadable = this can't be read: { $why }
encoding = a character here is not UTF-8
    .help = save the file as UTF-8
file-large = the file is too large: { $kilobytes } KB, and at most { $most } KB are read
    .help = split it; perhaps it is another file than you meant
tabs = a tab stands here, and what is indented is indented by spaces
    .help = replace it: two spaces for each level
repetitive = too much is nested in the file, or repeated by references `*name`
    .help = write it without `&name` and `*name`, shorter and simpler
syntax = { $why }
    .help = look at this line and the one above: indentation, colons, quotes, brackets
unknown-key = there is no key `{ $key }` here
    .help = the keys are { $known }
duplicate-key = `{ $key }` stands twice
missing-key = `{ $key }` is missing
wrong-shape = { $wanted ->
    [map] a map belongs here: key: value
    [word-or-map] a word or a map belongs here
    [list] a list belongs here: [one, two]
    [expression] an expression belongs here
    [number] a whole number belongs here
    [flag] `true` or `false` belongs here
    [word] a word belongs here
   *[other] this has another shape than { $wanted }
 }
file-name = a flow is named like its file: `{ $stem }`, not `{ $name }`
no-global = this file is missing: `start: home` at least
format-unknown = format { $format } is not known; this program reads 1
version-changed = its logic has another hash now: { $hash }

## Names and where they lead

bad-name = `{ $name }`: a name is a small Latin letter and then letters, digits, `_`; at most 32
duplicate-name = `{ $name }` is there already
    .help = steps, questions, options and buttons have names of their own
unknown-step = there is no step `{ $step }`
unknown-option = there is no option or button `{ $option }`
unknown-outcome = there is no outcome `{ $outcome }`
undeclared-outcome = the outcome `{ $outcome }` is not among the flow's `outcomes`
unknown-action = there is no action `{ $action }`
unknown-flow = there is no flow `{ $flow }`
unknown-command = there is no command `{ $command }`
unknown-argument = there is no argument `{ $argument }`
unknown-type = there is no type `{ $kind }`: { $known }
unhandled-outcome = `next` leaves out the outcome { $names }
unhandled-option = `next` leaves out the answer { $names }
extra-argument = it takes no `{ $argument }`
missing-argument = it wants `{ $argument }`: with: {"{"} { $argument }: … {"}"}
command-argument = `{ $flow }` wants `{ $argument }`, but a command gives `said: text` and `open: flag` only
recursion = `{ $flow }` runs itself: subflows may not go in a circle
subflows-deep = `{ $flow }` runs flows that run others: at most { $most } may be within each other
    .help = split the chain: let some flows follow each other instead
unused-outcome = no step ends with the outcome `{ $outcome }`
idle-flow = nothing begins or runs the flow `{ $flow }`
    .help = name it in flows/_global.yaml, run it from another flow, or give it an `entry`
draft-begun = `{ $flow }` is a draft: nothing live begins or runs it
    .help = take `draft: true` out of it once it is ready
action-to-come = `{ $action }` is declared, but the programme can't do it yet
    .help = only a flow with `draft: true` may call it

## Running conversations

bad-update = `on_update` is `migrate` or `pin`
renamed-unmoved = `renamed` has a meaning with `on_update: migrate` only
renamed-unknown = there is no step or question `{ $name }`
renamed-there = `{ $name }` is still there: what is renamed is called otherwise now

## Steps

no-steps = a flow has at least one step
flow-long = the flow has { $count } steps, and { $most } are the most
    .help = move some of them to a flow of their own and `run` it
no-kind = this step has no kind: say, ask, form, call, branch, wait, run, set or end
several-kinds = a step has one kind; this one has { $kinds }
foreign-key = `{ $key }` has no meaning in this `{ $kind }` step
one-way = this step has one way on: `next: step`
last-step = the last step leads nowhere: give it `next` or `end`
unreachable-step = nothing leads to the step `{ $step }`
no-way-to-end = from the step `{ $step }` no path leads to an end
endless-circle = the step `{ $step }` leads back to itself without ever waiting for anybody
no-open-arm = the last arm of a branch has no `if`: otherwise nothing might fit
open-arm-not-last = an arm without `if` comes last: what follows it is never reached
endless-wait = nobody may ever send `{ $signal }`: then this waits for ever
    .help = say how long: for: 3d, or give the flow `expires`
personal-signal = what a signal brings may be said aloud: not `{ $kind }`
    .help = name a person or a phone by `shown`
bad-duration = `{ $text }` is no duration: 90s, 10m, 2h, 3d

## Ways in by a button

entry-arguments = a button has room for one argument
entry-not-text = what a button carries is text: `{ $argument }: text`
entry-unfilled = a button can't fill the argument `{ $argument }`
callback-too-long = a flow that a button begins has a name of at most { $max } letters
    .help = Telegram gives a button 64 bytes, and the argument takes 32 of them

## Questions

unknown-answer-type = there is no answer type `{ $kind }`: choice, choices, text, number, digits, date, phone, contact, scale, attachment
foreign-answer-key = `{ $key }` has no meaning for the answer type `{ $kind }`
bad-interrupt = `interrupt` is `off` or is left out
trap = with `interrupt: off` no command works, and there is no way out of this question
    .help = add `attempts: {"{"} max: 3, to: … {"}"}` or `timeout: {"{"} after: 1d, to: … {"}"}`
bad-whose = `whose` is `own` or `other`, or is left out
late-reminder = a reminder comes after the timeout: it would never be sent
app-at-phone = a question for a phone has no place for a button that opens the app
button-without-edge = every button wants an edge of its own: next: {"{"} answer: …, button: … {"}"}
choice-empty = a choice wants `of: [one, two]` or `options: name`
choices-few = choices want several options: `of: [one, two]`
choices-range = of { $all } options at least one can be chosen, and at most all
digits-length = `digits` wants `length`, 1 to 32
empty-range = nothing is at least { $min } and at most { $max }
scale-range = a scale has at most eleven marks, none below 0
phone-not-private = the step `{ $step }` asks for a phone: mark it `pii: true`
text-without-max = the step `{ $step }` takes a text of any length
    .help = say how long it may be: max: 300
unused-answer = nothing uses the answer of `{ $step }`
many-buttons = the buttons of the step `{ $step }` do not fit under a message of VK, at most { $most } in 6 rows: there they stand in place of the keyboard
too-many-buttons = the buttons of the step `{ $step }` do not fit into a keyboard of VK, at most { $most } in 10 rows: there they become a numbered list

## Forms

form-empty = a form has questions: `questions: [{"{"} id: score, type: scale {"}"}]`
form-long = the form `{ $step }` has { $count } questions: after { $most } most people leave
question-id = a question has an `id`: its answer is known by it
question-type = the question `{ $question }` has no `type`: choice, scale, text …
stop-when = `stop` says when: `stop: {"{"} if: score == 1, to: sorry {"}"}`
confirm-personal = `{ $question }` is personal and never read back: with `confirm` there would be nothing to confirm
later-question = this looks at `{ $question }`, which is asked later in this form
    .help = put that question above this one

## Expressions

expression-end = the expression should have ended here
open-quote = this quote is never closed
bad-number = this is not a whole number
bad-sign = `{ $sign }` has no meaning here; there is no arithmetic
too-deep = this is nested too deeply
operand-missing = a name, a number or a text in quotes is missing here
has-name = has() takes a name
before-word = something is missing before this word
list-members = a list holds numbers and texts in quotes only
sign-missing = `{ $sign }` is missing here
never-set = nothing ever sets `{ $name }`
    .help = a fixed text stands in quotes: "'{ $name }'"
may-be-unset = `{ $name }` may be unset here
    .help = ask first: has({ $name }) and …
not-a-list = `in` takes a list: `in ['a', 'b']`, or what was chosen of several
not-a-condition = a condition is needed here, not a { $found }
never-comparable = a { $left } is never comparable with a { $right }
no-order = a { $found } has no order
field-missing = `{ $name }` is no { $shape }: it has no { $fields }
wrong-type = `{ $name }` is a { $wanted }, this is a { $found }
two-types = `{ $name }` is a { $here } here and a { $elsewhere } elsewhere
personal-argument = this is personal: the subflow declares it as `{ $argument }: secret`
unknown-choice = `{ $name }` has no option `{ $option }`
no-possible-member = `{ $name }` is never any of these
never-true = this condition is never true
always-true = this condition is always true
arm-never-reached = whenever this holds, an arm above it holds too: it never comes to this one

## Words

bad-language = `{ $lang }` is no language
fluent-syntax = { $why }
    .help = look at this line and the one above: the sign =, the indentation, braces
duplicate-text = `{ $key }` is there twice in `{ $lang }`
untranslated = `{ $key }` is missing in `{ $lang }`
argument-dropped = `{ $key }` does not use `${ $argument }` in `{ $lang }`, but in another language
plain-argument = of `{ $key }` in `{ $lang }` and its usual text only one uses `${ $argument }`
    .help = plain words say the same as the usual ones
missing-text = the step `{ $step }` has no text `{ $key }`
missing-own-text = the text `{ $key }` is missing
own-argument = `{ $key }` is not given `${ $argument }`
    .help = { $given ->
        [none] it is given nothing
       *[other] it is given { $given }
     }
argument-unknown = the text `{ $key }` of the step `{ $step }` uses `${ $argument }`, which nothing here gives
argument-unset = the text `{ $key }` of the step `{ $step }` uses `${ $argument }`, which may be unset here
argument-personal = the text `{ $key }` of the step `{ $step }` uses `${ $argument }`, which is personal and never gets into a text
unknown-text = `{ $key }` in `{ $lang }` refers to `{ $text }`, and that language has no such text
    .help = write it in locales/{ $lang }, or take the reference out: a reader would see braces
unknown-function = `{ $key }` in `{ $lang }` calls the function `{ $function }`, and there are no functions in texts
    .help = write it without: numbers and dates are readable as they are
text-circle = the text `{ $key }` in `{ $lang }` is made of itself, directly or by way of others
    .help = break the circle: one of the references is one too many
unused-text = nobody says `{ $key }`
unfinished-text = `{ $key }` is not written yet in `{ $lang }`
text-too-long = `{ $key }` may have { $length } characters in `{ $lang }`: Telegram takes { $max }
caption-too-long = `{ $key }` may have { $length } characters in `{ $lang }`: under a picture there is room for { $max }
    .help = Telegram takes { $room } more, and they are kept for a line with a name: whom the message is about
label-too-long = the label `{ $key }` may have { $length } characters in `{ $lang }`: VK takes { $max }
label-wide = the label `{ $key }` may have { $length } characters in `{ $lang }`: a row of a phone shows about { $max }
same-label = in `{ $lang }` `{ $one }` and `{ $other }` read alike: typed, neither is understood
same-word = «{ $word }» may mean `{ $one }` and `{ $other }`: typed, neither is understood
shadowed-word = typed, «{ $word }» means the command `{ $command }`, not this answer

## Pictures

alt-argument = `{ $key }` uses `${ $argument }` in `{ $lang }`: what can be seen on a picture is the same for everybody
    .help = say it in the text under the picture
picture-unknown = there is no picture `{ $picture }`
    .help = put flows/pictures/{ $picture }.png or .jpg there
picture-unusable = no messenger takes this picture
    .help = a PNG or JPEG of at most 10 MB, width and height together at most 10,000, one at most 20 times the other
picture-twice = there are two pictures `{ $picture }`
picture-unused = nobody shows the picture `{ $picture }`

## Transcripts

flow-without-chat = no transcript plays the flow `{ $flow }`
    .help = write flows/{ $flow }.chat
step-not-played = no transcript comes to the step `{ $step }`
option-not-played = no transcript takes { $options } at the step `{ $step }`

## Seasons

map-belongs = a map belongs here
    .help = { $form }
word-belongs = one word belongs here
    .help = { $form }
list-belongs = a list belongs here
    .help = { $form }
unusable = `{ $value }` can't be used here
    .help = { $form }
season-file-name = a season is named like its file: `{ $stem }`, not `{ $name }`
season-backwards = the season would end before it begins
seasons-overlap = this season shares days with that of { $other }
stage-name = `{ $stage }` is no key
    .help = small letters and `_`, at most 20
stage-twice = the stage `{ $stage }` stands twice
stage-order = this stage closes before the one above it
consents-order = this day comes before the one above it: first scans, then deletion, then originals
stage-outside = this day is not in the season, from { $begins } to { $ends }
stage-begin = no button begins `{ $flow }`
    .help = the flow wants `entry: []`
stage-feedback = no button of an event begins `{ $flow }`
    .help = the flow wants an `entry` with one argument, as `entry: [event]`
stage-text = the stage has no text `{ $key }`
stage-argument = the text `{ $key }` is not given `${ $argument }`
stage-unused = no season has `{ $key }`
reminder-hour = nobody is written to at this hour
    .help = from "9:00" to "20:59"
reminder-early = this reminder would come before the season begins
reminder-twice = the reminder { $reminder } stands twice

## The rules of verification

rule-unknown = there is no `{ $rule }` among the rules
    .help = the keys are { $known }
rule-list = a list stands where one value belongs
    .help = { $form }
rule-list-length = a list of { $count } belongs here
    .help = { $form }
window-order = the windows are not in their order
    .help = from the shortest to the longest, and a longer one lets no less through
pause-order = a pause is shorter than the one before
    .help = from the shortest to the longest
percent-order = the percentages do not grow
    .help = { $form }
call-hours = calls would end before they begin
    .help = `calls_from` must be before `calls_to`
ring-long = a call may ring for { $ring }, and the next may come after { $pause }
    .help = no pause may be shorter than `ring`
kept-short = calls are kept for { $kept }, and a window is { $window } long
    .help = `kept` must be as long as the longest window

## Parts of sentences

type-text = text
type-number = number
type-flag = flag
type-moment = moment
type-shown = shown
type-options = options
type-list = list
type-record = record
type-shape = { $name }
form-day = a day, such as 2026-12-01
form-year = a school year, such as 2026-2027
form-stages = stages by their keys
form-consents = the days scans, delete, originals
form-stage = `by`, and `begin`, `feedback` and `remind` if you like
form-flow = the name of a flow
form-reminders = a list, such as [{"{"} before: 3d, at: "10:00" {"}"}]
form-days-before = days from 0d to { $most }d
form-hour = an hour of the day in quotes, such as "{ $example }"
form-number = a number from { $from } to { $to }
form-span = a time from { $from } to { $to }, such as 90s, 15m, 2h, 1d
form-window = such as `3 in 1h`: a number from 1 to { $most } in a time from { $from } to { $to }
form-prefixes = the beginnings of mobile numbers in quotes, such as ["+79", "+77"]
form-percentages = percentages from 1 to 100 that grow, such as [50, 80, 100]
