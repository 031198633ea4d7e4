parent_answer-ask = { $name } would like to go, and needs your permission.
    “{ $title }”
    When: { $at }
    Where: { $place }
    With the children goes: { $who }

    An answer is needed by { $until }. Do you allow it?
    .o-allow = I allow it
    .o-refuse = I don't allow it
    .o-later = I'll answer later
    .remind-1 = “{ $title }”: the seat still waits for your answer. Do you allow it?
parent_answer-allowed = Thank you! Your permission is taken down ✅ If the event is moved or cancelled, I'll write at once.
parent_answer-sure = Do you really say no to “{ $title }”? The seat goes to somebody else at once.
    .o-refuse = Yes, I say no
    .o-back = Back
parent_answer-refused = I see, your answer is passed on. Thanks for telling in time.
parent_answer-answered = “{ $title }” has been answered: { $approved ->
    [yes] the trip is allowed
   *[no] the trip is not allowed
 }. If something has changed, tell the teacher.
parent_answer-over = “{ $title }”: there is nothing to decide any more, the seat doesn't wait.
parent_answer-unknown = There is nothing to decide here: this invitation isn't yours or is gone.
parent_answer-silent = There is no answer. While the seat waits, you can answer with the same button in the message above.
parent_answer-later = All right. An answer is needed by { $until }. The same button answers it.
