support-topic = What is it about? A person will answer, usually within one working day.
    .plain = What is it about? A person answers. It takes one working day.
    .o-sign_in = Signing in and codes
    .o-phone = The phone
    .o-events = Events and seats
    .o-consent = Consent and data
    .o-other = Something else
    .o-back = Back
support-text = Describe in one message what happened and what you have tried. Don't send passwords or codes.
    .plain = Write what happened. In one message. Don't send codes.
    .b-back = Back
    .invalid = I need 10 to 1000 letters, so that support can see what it is about.
    .invalid-plain = More words are needed. But not more than 1000 letters.
    .remind-1 = Your question to support is not sent yet. Write it in one message.
    .remind-1-plain = There is no question yet. Write it.
support-limited = You have asked several questions already, and support answers one by one. You can ask the next one: { $until }.
    .plain = There are several questions already. Please wait. The next one: { $until }.
support-sent = Question No. { $number } is with support. The answer comes here. Is a screenshot or a file needed?
    .plain = Question No. { $number } is sent. The answer comes here. Is a screenshot needed?
    .o-attach = Add a file
    .o-enough = Not needed
support-page = Add the file here: { $page }
    The page works for { $minutes ->
        [one] { $minutes } minute
       *[other] { $minutes } minutes
     }. Only support sees the file.
    .plain =
        The file goes here: { $page }
        The link does not live long. Minutes: { $minutes }. Only support sees the file.
support-late = Question No. { $number }: there is no answer yet, sorry to keep you waiting. The question isn't lost, the answer comes here. If it is urgent, write “help”: I'll tell you whom to call.
    .plain = Question No. { $number }: no answer yet. Sorry. It comes here. Urgent? Write “help”.
support-unanswered = Question No. { $number } got no answer. That is our fault, sorry. Write “help”: I'll tell you whom to call.
    .plain = Question No. { $number }: no answer. Sorry. Whom to call? Write “help”.
support-helped = *The answer to question No. { $number }*

    { $answer }

    Did it help?
    .plain = *The answer to question No. { $number }*

        { $answer }

        Did it help?
    .o-solved = Yes, thanks
    .o-open = Not quite
    .remind-1 = Did the answer help? If not, we'll ask again.
    .remind-1-plain = Did the answer help?
support-more = Write what is still unclear: I'll pass it on to the same person.
    .plain = What is unclear? Write it.
    .b-enough = It is clear now
    .invalid = I need a few words, and 1000 letters at most.
support-added = Passed on. The answer comes here again.
    .plain = Passed on. The answer comes here.
support-closed = This question is closed already. You can ask it as a new one.
    .plain = This question is closed. You can ask a new one.
support-mark = How was the answer? 5 is excellent, 1 is bad.
    .plain = How was the answer? 5 is good. 1 is bad.
support-thanks = Thank you! Your mark helps to answer better.
    .plain = Thank you for the mark!
support-lost = The question doesn't work out yet, and that's fine. Write “help”: I'll tell you whom to call.
    .plain = It doesn't work yet. That's fine. Write “help”.
support-left = All right. If you have a question, I'm here.
    .plain = All right. You can ask later.
