# Words that fit any conversation.

# Commands: what to write (letter case and punctuation do not matter) and the label of the button.
global-menu =
    .label = Menu
    .words = menu | start | begin | home
global-who =
    .words = who now | who am i | switch pupil | another pupil
global-link =
    .words = other messenger | second messenger
global-language =
    .words = language | change language
global-plain =
    .words = plain words | use plain words
global-events =
    .words = events | my events | sign up for events
global-track =
    .words = my track | track | stages | my stages
global-broadcast =
    .words = broadcast | announcement
global-staff =
    .words = people | roles | people and roles | invite
global-pupils =
    .words = my pupils | pupils | my class | cards
global-tasks =
    .words = tasks | my tasks | what is owed
global-parent =
    .words = I am a parent | parent | parents | mother | father | guardian
global-import =
    .words = import | upload a table | upload
global-requests =
    .words = requests | queue
global-consent =
    .words = consent | consents | my consents | withdraw consent | give consent
global-privacy =
    .words = who sees the data | privacy policy
global-propose =
    .words = school administrator | propose an administrator
global-own =
    .words = my data | who sees my data | personal data
global-erase =
    .words = delete my data | erase my data | delete me | forget me | delete my account
global-erasures =
    .words = erasures | acts of erasure
global-help =
    .label = Help
    .words = help | help me | what to do
global-cancel =
    .words = cancel | stop | enough

# A button of an old message was pressed: a short hint over the screen.
global-stale = This button no longer works. The new ones are below, in the latest message.
    .plain = This is an old button. The new ones are below.
global-first_this = Please answer the question below first, then try again.
    .plain = First answer the question below.
# «Start» or /start in the middle of a form, mostly in the other messenger; the question follows.
global-resumed = The form has not been sent yet; your answers are here. Shall we go on? If not now, write “menu”.
    .plain = The form is not sent. Your answers are here. If not now, write “menu”.
# The conversation can't go on from where it stood; the menu follows.
global-restarted = The bot was updated, and this conversation got lost. Sorry! Everything confirmed before is safe.
    .plain = This conversation got lost. We start again. What is confirmed stays.
# Something came that nobody asked for; by kind, as the messengers call it.
global-unsupported = I don't understand this yet. Please write in words or press a button.
    .plain = I don't understand this. Write in words. Or press a button.
    .photo = I don't need a photo now, and I don't keep it. Please write in words or press a button.
    .file = I don't need a file now, and I don't keep it. Please write in words or press a button.
    .voice = I don't understand voice messages yet. Please write in words or press a button.
    .sticker = A nice sticker, but I can't answer it. Please write in words or press a button.
    .photo-plain = No photo is needed. Write in words. Or press a button.
    .file-plain = No file is needed. Write in words. Or press a button.
    .voice-plain = I don't understand voice. Write in words. Or press a button.
    .sticker-plain = I don't understand stickers. Write in words. Or press a button.
global-foreign = { $you ->
    [vy] This is another person's contact, I can't take it. Press “Share my number” or write the number in digits.
   *[ty] This is another person's contact, I can't take it. Press “Share my number”. If it belongs to a close adult who is with you, write the number in digits.
 }
    .plain = This is another person's contact. Press “Share my number”. Or write the number.
# One's own contact came where another's is wanted.
global-own_contact = This is your own number, and another person's contact is needed. Share their contact, or write the name and the number.
    .plain = This is your number. Another person's number is needed.
# A contact came when no number was asked for.
global-contact = I don't need a phone number now, and I don't keep it. Please write in words or press a button.
    .plain = No number is needed now. Write in words. Or press a button.
# Waiting for another program (the call).
global-busy = One second, finishing the last thing.
    .plain = One second more.
# Somebody writes or presses faster than we follow; at most once a minute.
global-hasty = Not so fast! I couldn't read your last messages. Wait a minute, then send the last one again.
    .plain = Too fast. Wait a minute. Send the last one again.
# The answer didn't fit, and the question has no text of its own for that.
global-invalid = I didn't get that. Please press one of the buttons.
    .plain = I don't understand. Press a button.
# Three answers didn't fit: the buttons “Help” and “Menu” appear under the question.
global-stuck = It doesn't seem to work. No worries: “Help” tells you whom to ask, “Menu” takes you back to the beginning.
    .plain = It doesn't work? No worries. “Help” tells you whom to ask. “Menu” takes you back.
# An option that is not among the words: a pupil's name.
global-option = { $label }
# The contact button (Telegram only): one's own number in one tap.
global-share_phone = 📱 Share my number

# The first line of a message when several people share one chat: whom it is about.
global-about = *{ $name }*

# The bot was added to a group.
global-group-hello = Hello! I'm the guide to “Ticket to the Future”. In groups I only pass on announcements and don't read the talk. If you need me yourself, open my page and write “menu”.
# The bot was addressed in a group.
global-group-private = Everyone can read us here. Please write to me privately: open my page and send “menu”.
# A code that makes a group the chat of a territory was written there: it fits, it does not.
global-group-bound = Done ✅ This is the chat of “{ $place }” now: its broadcasts will come here.
global-group-code = This code is of no use: it was used, is too old, or has a slip in it. “Broadcast” → “Connect a chat” in your private dialogue with me shows a new one.

# To the same person's other chats: the number was changed.
notice-phone-changed = { $name }: the phone number was changed, it is { $phone } now. If it wasn't you, write “help”.
    .plain = { $name }: the number is { $phone } now. Not you? Write “help”.
# An event is over: what those who were signed up say of it.
notice-digest = *This week: what is not done yet*

    { $lines }
notice-digest-line = { $class }: not signed in – { $absent }, no phone – { $unverified }, no consent – { $consentless }.
notice-digest-relatives = For your information: a child without a phone may use a relative's – a grandparent's, an aunt's, an uncle's, a parent's.
notice-digest-begin = Who, and remind
notice-table = A teacher has sent the table of a class: { $school }. Look at it, and import it or return it with a remark.
notice-table-begin = Open the page
notice-table_decided = The table ({ $school }): { $verdict ->
    [imported] the coordinator has imported it ✅ The pupils are in “My pupils”.
   *[returned] the coordinator has returned it with a remark. It is on the page, where a corrected one can be uploaded.
 }
notice-owes = Your teacher reminds you of what is left to do:

    { $lines }
    .plain = Your teacher reminds you. This is left to do:

        { $lines }
notice-owes-phone = • verify a phone: it takes a minute, and a relative's phone will do
notice-owes-consent = • confirm your consent to take part in the programme
notice-owes-paper = • bring your teacher the consent signed by a parent, or ask a parent to confirm it in the bot
notice-owes-parent = • invite a parent to the bot: write “parent”, and the bot gives you a code
notice-owes-verify = Verify the phone
notice-feedback = “{ $title }” is over, and we would like to know how it was. A few short questions?
    .plain = “{ $title }”: how was it? Answer a few questions.
notice-feedback-begin = Tell
# Consent: to a parent about a child; to a pupil who turns 14.
notice-consent-parent = { $name }: your consent for the season is needed. Reading and confirming takes a few minutes, on a page for you only.
    .plain = { $name }: your consent is needed. Press the button.
notice-consent-birthday = { $name }, you are 14 🎉 From now on you decide about your data. Will you look at what needs your consent?
    .plain = { $name }, you are 14 🎉 Now you give consent. Press the button.
notice-consent-begin = To the consent
# A broadcast: what the coordinator wrote, and who writes.
notice-broadcast = { $text }

    _{ $place }, { $coordinator ->
        [no] the team
       *[yes] coordinator
    } of “Ticket to the Future”_
# A draft that nobody sent for a week is not kept any more.
notice-broadcast-swept = (this text is gone: what is not sent is kept for a week)
notice-proposal = A school's head proposes an administrator: { $school }. To see and decide: “people”, the place, “Heads' proposals”.
notice-proposal-granted = { $school }: the coordinator agrees to the administrator whom the head proposed. The coordinator has the invitation and will forward it.
notice-proposal-refused = { $school }: the administrator whom the head proposed is not appointed yet. The coordinator writes: { $remark }

    A new link for the head: write “school administrator”.
notice-staff_season = The season { $season } has begun. Please confirm that you take part in “Ticket to the Future”: write “menu”.
# How a broadcast goes: one message that changes.
notice-cast-held = *{ $soon ->
        [yes] The broadcast goes out in a minute
       *[no] The broadcast goes out: { $at }
    }*

    { $chats ->
        [0] To pupils: { $pupils }.
       *[other] { $pupils ->
            [0] To chats: { $chats }.
           *[other] To pupils: { $pupils }, chats: { $chats }.
        }
    }{ $night ->
        [yes] {" "}Where it is night now, it comes at 9 in the morning.
       *[no] {""}
    } Until then it can be cancelled without a trace.
notice-cast-sending = *The broadcast is on its way*

    { $bar }
    Arrived: { $sent }, left: { $left }, did not arrive: { $lost }.{ $later ->
        [0] {""}
       *[other] {" "}Waiting for their hour: { $later }, the next at { $next }.
    }{ $minutes ->
        [0] {""}
       *[other] {" "}A minute: { $rate }, about { $minutes } min to go.
    }
notice-cast-paused = *{ $why ->
        [errors] The broadcast is stopped: too many errors
        [role] The broadcast is stopped: you do not hold this role any more
       *[author] The broadcast is paused
    }*

    Arrived: { $sent }, waiting: { $left }.{ $why ->
        [errors] {" "}The messenger did not take so many messages: { $failed }. See whether the text is all right, then go on or cancel.
        [role] {" "}Among those it goes to there is a territory that you do not answer for any more. It goes to nobody else until the role is given back.
       *[author] {""}
    }
notice-cast-cancelled = *The broadcast is cancelled*

    { $sent ->
        [0] Nobody got anything.
       *[other] Got it in time: { $sent }. Did not go out: { $cancelled }.
    }
notice-cast-done = *The broadcast is done* ✅

    Arrived: { $sent }{ $lost ->
        [0] . It reached everybody.
       *[other] . Did not arrive: { $lost }{ $blocked ->
            [0] {""}
           *[other] ; can’t be written to – { $blocked }
        }{ $opted ->
            [0] {""}
           *[other] ; asked not to be written to – { $opted }
        }{ $failed ->
            [0] {""}
           *[other] ; not taken by the messengers – { $failed }
        }.
    }
notice-cast-again = *The broadcast goes out once more in a minute*

    { $whom ->
        [new] To those who came since: { $many }.
       *[failed] To those whom it did not reach and who can be written to now; not reached in all: { $many }.
    } Until then it can be cancelled without a trace.
notice-cast-undoing = *{ $doing ->
        [edit] Correcting what was sent
       *[delete] Recalling the broadcast
    }*

    { $bar }
    { $doing ->
        [edit] Corrected
       *[delete] Deleted
    }: { $gone }, left: { $left }, could not be: { $lost }.
notice-cast-undone = *{ $doing ->
        [edit] The broadcast is corrected
       *[delete] The broadcast is recalled
    }*

    { $doing ->
        [edit] Corrected where it had arrived: { $gone }.
       *[delete] Deleted where it had arrived: { $gone }.
    }{ $lost ->
        [0] {""}
       *[other] {" "}Could not be: { $lost }. Telegram deletes messages of the last two days, VK those of the last day.
    }
notice-cast-more = What next
notice-cast-cancel = Cancel
notice-cast-pause = Pause
notice-cast-resume = Go on
notice-request = Request No { $number }: { $verdict ->
    [verified] the number is verified ✅ You need not wait for a call any more.
    [not_reached] nobody answered at this number. Check it and make the request again, at a good time.
    [not_theirs] they do not know you at this number. Give your own, or that of an adult close to you.
    [not_a_phone] this is no phone number. Make the request again, with a number.
   *[duplicate] there was such a request already; this one is closed as a repeat.
 }
    .plain = Request No { $number }: { $verdict ->
        [verified] the number is verified ✅
        [not_reached] nobody answered. A new request is needed.
        [not_theirs] it is not your number. A new request is needed.
        [not_a_phone] it is no number. A new request is needed.
       *[duplicate] there is such a request already.
     }
# Somebody's data is blocked because a parent, or the same person in another messenger, has asked.
notice-erasure = { $name }: the data is blocked and will be erased { $until }, request No. { $number }. It was asked for in another chat, by the person or a parent. If this is a mistake, write “help”: I will tell you who can take it back.
    .plain = { $name }: everything is erased { $until }. Request No. { $number }. A mistake? Write “help”.
# To a parent: the child has asked to be erased.
notice-erasure_child = { $name } asks to have the data erased: it goes { $until }, request No. { $number }. It can be taken back by the code that is shown in the child's chat.
# No consent: soon the profile goes. To the pupil, then to the teacher.
notice-consent_last = There is no consent to data processing yet, so the profile goes { $day }: name, phone and all that was done. To stay in the programme, show this at home and to your teacher, who knows how to give a consent.
    .plain = There is no consent. { $day } your profile goes. To stay, show this at home and to your teacher.
notice-consent_last_class = Pupils without a consent in your classes: { $many }. From { $day } on their profiles may be deleted. “pupils” shows who they are.
