# Questionnaires: what stands around any question. A question has its own text of the button “Skip” as its attribute .skip, and
# its short name in the list of answers as .short.

# Which question of how many; there may come to be more or fewer, where an answer decides what is asked next.
form-progress = _{ $at } of { $of }_
    { $text }
# A question with a confirmation: is the answer taken down right?
form-confirm = I have written down: { $answer }. Is that right?
    .plain = Your answer: { $answer }. Is it right?
    .o-yes = Yes
    .o-change = Change it
# All answers before they are sent.
form-review = *Check your answers.* You can change any of them until you send the questionnaire.

    { $lines }
    .plain = *Check your answers.* You can change them.

        { $lines }
    .o-send = Send
form-line = • { $question } – { $answer }
form-edit = ✏️ { $question }
# A personal answer is not shown in the list.
form-hidden = taken down
# An option that is chosen, and one that is not.
form-picked = ☑ { $label }
form-unpicked = ☐ { $label }
form-most = You can choose { $max } at most. Take the mark off another answer.
    .plain = You can choose: { $max }. Take one mark off.
form-done = Done
    .words = done | all | next
form-keep = Leave it as it is
    .words = keep | leave
form-skip = Skip
    .words = skip | next
form-back = ← Back
    .words = back
