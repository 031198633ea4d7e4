# What editors say of a key. A key here is “where-what”.

flow-flow = The flow's name: that of the file, without .yaml
flow-format = The version of the format; 1 so far
flow-draft = true: still being written. It is checked, played and drawn, but nothing live begins it
flow-args = What the flow is given when it is run: names and types
flow-entry = Which argument a reminder's or broadcast's button fills that begins the flow; [] begins it without one
flow-outcomes = How the flow may end: the names that `end` uses
flow-expires = How long an abandoned conversation lives: 2h, 7d
flow-on_update = What becomes of conversations under way when the flow changes: migrate goes on with the new, pin stays with the old
flow-renamed = With migrate: what was called otherwise before, old: new
flow-steps = The steps in their order. Without `next` the following step comes

step-say = Say the text <flow>-<name> of the locales
step-ask = Ask a question; this is the type of the answer. Its text is <flow>-<step>
step-form = Several questions in a row, in `questions`
step-call = Call an action of the programme: ask it something, or let it write something down
step-branch = Choose a way by a condition: a list of {"{"} if: condition, to: step {"}"}, the last without `if`
step-wait = Wait: {"{"} for: 1d {"}"}, or for a signal: {"{"} signal: name, for: 3d {"}"}
step-run = Run another flow; `next` handles its outcomes
step-set = Keep values: name: value. A fixed text stands in quotes within quotes
step-end = End the flow with this outcome; `all` ends everything that is open
step-questions = The questions of the form, in their order
step-of = The options; their labels are attributes .o-<option>
step-options = Options out of data: name.field of what an action gave
step-picture = A picture: flows/pictures/<name>.png or .jpg; what is on it is the text's attribute .alt
step-length = How many digits the answer has
step-min = The least number; of a text: letters; of choices: how many at least
step-max = The greatest number; of a text: letters; of choices: how many at most
step-from = The first mark of the scale
step-to = The last mark of the scale
step-whose = Whose contact is wanted: own, other; anybody's without this
step-buttons = Buttons beside the answer; their labels are attributes .b-<button>, each has an edge of its own in `next`
step-app = A button that opens the mini app
step-pii = true: the answer is personal, it is kept sealed and never gets into a text
step-attempts = How often an answer may be wrong, and where to go then
step-invalid = The text for an answer that does not do: <flow>-<name>; else .invalid of the question
step-remind = When to remind whoever has not answered: [90s, 1d]; texts .remind-1, .remind-2
step-timeout = How long to wait for the answer, and where to go without it
step-interrupt = off: commands do not work here; then attempts.to or timeout is needed
step-with = What the action or flow is given: argument: value
step-save = The name that keeps what the action gives or the signal brings: name.field
step-next = Where to go: a step, or option/button/outcome: step; `answer` is any other answer

question-id = The name of the question and of its answer; its text is <flow>-<name>
question-type = The type of the answer
question-when = Asked only where this holds; it looks at answers above
question-optional = true: it may be skipped
question-confirm = true: ask whether it was understood right
question-stop = When to leave the form at once: {"{"} if: condition, to: step {"}"}

form-progress = true: show which question of how many it is
form-back = true: a button that goes back
form-review = true: show all answers at the end, to be changed or sent

attempts-max = How often
attempts-to = The step to go to then; without it help comes with buttons

app-button = The button's name; its label is .b-<name>
app-if = Whom it is shown to: a condition

timeout-after = How long to wait: 10m, 2h, 3d
timeout-to = The step to go to then

wait-for = How long: 90s, 10m, 2h, 3d; for a signal, then the way `timeout`
wait-signal = The signal to wait for: the way `signal` if it comes
wait-about = What the signal is about: a value; others of that name do not count
wait-gives = What the signal brings: name and type; `save` keeps it

arm-if = A condition: score >= 4 and city == 'x'
arm-to = The step to go to

global-start = The flow that everything begins with
global-commands = Commands: name: flow. The words for them are global-<command>.words of the locales
global-stuck = The commands offered as buttons to whoever was not understood three times

command-flow = The flow that the command begins
command-replaces = true: questions that are open are given up
