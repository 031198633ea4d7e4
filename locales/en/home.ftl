home-hello = 👋 Hi! I'm the guide to “Ticket to the Future”: with me, pupils of grades 6–11 try out professions and choose their own.

    To sign in you need the code from the card that your teacher gives you.
    .plain =
        👋 Hi! I am the bot of “Ticket to the Future”.

        Here you try out professions. To come in you need a code. The code is on your card. Your teacher gives you the card.
home-menu_open = { $profiles ->
    [1] { $name }, all that's left is to confirm a phone: it takes a minute.
   *[other] All that's left is to confirm a phone: it takes a minute.
 }
    .plain = { $profiles ->
            [1] { $name }, one step is left.
           *[other] One step is left.
         }
        Confirm a phone. It takes a minute.
    .b-verify = Confirm a phone
    .b-who = { $profiles ->
        [1] Add a pupil
       *[other] Who is it now?
     }
    .b-link = Other messenger
    .b-language = Язык / Language
    .b-help = Help
    .invalid = I didn't get that. Press a button. If you have a new code, just send it.
    .invalid-plain = I don't understand. Press a button. Or send a code.
home-menu = { $profiles ->
    [1] { $name }, your phone is confirmed, all set ✅
   *[other] The phone is confirmed, all set ✅
 } I'm here if you need me.
    .plain = { $profiles ->
            [1] { $name }, all is done ✅
           *[other] All is done ✅
         }
        The phone is confirmed.
    .b-verify = Change the number
    .b-who = { $profiles ->
        [1] Add a pupil
       *[other] Who is it now?
     }
    .b-link = Other messenger
    .b-language = Язык / Language
    .b-help = Help
    .invalid = I didn't get that. Press a button. If you have a new code, just send it.
    .invalid-plain = I don't understand. Press a button. Or send a code.
home-pupils_menu_open = { $profiles ->
    [1] { $name }, all that's left is to confirm a phone: it takes a minute.
   *[other] All that's left is to confirm a phone: it takes a minute.
 }{ $consent ->
    [pupil] {" "}Your consent for the season is waited for: write “consent”.
    [parent] {" "}A parent's consent for the season is waited for: write “consent”, I'll tell how.
   *[no] {""}
 }
    .plain = { $profiles ->
            [1] { $name }, one step is left.
           *[other] One step is left.
         }
        Confirm a phone. It takes a minute.{ $consent ->
        [pupil] {" "}Your consent for the season is waited for: write “consent”.
        [parent] {" "}A parent's consent for the season is waited for: write “consent”, I'll tell how.
       *[no] {""}
     }
    .b-verify = Confirm a phone
    .b-events = Events
    .b-page = Open my track
    .b-track = My track
    .b-who = { $profiles ->
        [1] Add a pupil
       *[other] Who is it now?
     }
    .b-link = Other messenger
    .b-language = Язык / Language
    .b-help = Help
    .invalid = I didn't get that. Press a button. If you have a new code, just send it.
    .invalid-plain = I don't understand. Press a button. Or send a code.
home-pupils_menu = { $profiles ->
    [1] { $name }, your phone is confirmed, all set ✅
   *[other] The phone is confirmed, all set ✅
 } Choose an event or have a look at your track.{ $consent ->
    [pupil] {" "}Your consent for the season is waited for: write “consent”.
    [parent] {" "}A parent's consent for the season is waited for: write “consent”, I'll tell how.
   *[no] {""}
 }
    .plain = { $profiles ->
            [1] { $name }, all is done ✅
           *[other] All is done ✅
         }
        The phone is confirmed.
        Now choose an event.{ $consent ->
        [pupil] {" "}Your consent for the season is waited for: write “consent”.
        [parent] {" "}A parent's consent for the season is waited for: write “consent”, I'll tell how.
       *[no] {""}
     }
    .b-events = Events
    .b-page = Open my track
    .b-track = My track
    .b-verify = Change the number
    .b-who = { $profiles ->
        [1] Add a pupil
       *[other] Who is it now?
     }
    .b-link = Other messenger
    .b-language = Язык / Language
    .b-help = Help
    .invalid = I didn't get that. Press a button. If you have a new code, just send it.
    .invalid-plain = I don't understand. Press a button. Or send a code.
home-staff_menu = { $profiles ->
    [1] { $name }, how can I help?
   *[other] How can I help?
 } “Broadcast” writes to the chats and pupils of your territory.
    .b-broadcast = Broadcast
    .b-pupils = Pupils
    .b-people = People and roles
    .b-verify = My number
    .b-who = { $profiles ->
        [1] Add a pupil
       *[other] Who is it now?
     }
    .b-link = Other messenger
    .b-language = Язык / Language
    .b-help = Help
    .invalid = I didn't get that. Press a button. If you have a new code, just send it.
home-school_menu = { $profiles ->
    [1] { $name }, how can I help?
   *[other] How can I help?
 } “People and roles” invites teachers of your school and shows who is here already.
    .b-pupils = Pupils
    .b-people = People and roles
    .b-verify = My number
    .b-who = { $profiles ->
        [1] Add a pupil
       *[other] Who is it now?
     }
    .b-link = Other messenger
    .b-language = Язык / Language
    .b-help = Help
    .invalid = I did not understand. Press a button. If you have a new code, just send it.
home-teacher_menu = { $profiles ->
    [1] { $name }, how can I help?
   *[other] How can I help?
 } “My pupils” shows who has signed in and verified a phone, and prints sign-in cards.
    .b-pupils = My pupils
    .b-tasks = What is not done
    .b-verify = My number
    .b-who = { $profiles ->
        [1] Add a pupil
       *[other] Who is it now?
     }
    .b-link = Other messenger
    .b-language = Язык / Language
    .b-help = Help
    .invalid = I did not understand. Press a button. If you have a new code, just send it.
home-odd = I didn't get that. Press a button under the message. If you have a new code, just send it.
    .plain = I don't understand. Press a button. Or send a code.
home-blocked_menu = The consent to the processing of data was taken back, so everything has stopped. It can be given again on any day.
    .plain = There is no consent. Everything has stopped. You can give it again.
    .b-consents = Consents
    .b-own = My data
    .b-who = { $profiles ->
        [1] Add a pupil
       *[other] Who is it now?
     }
    .b-language = Язык / Language
    .b-help = Help
    .invalid = I didn't get that. Press a button. If you have a new code, just send it.
    .invalid-plain = I don't understand. Press a button. Or send a code.
