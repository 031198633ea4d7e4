home-hello = 👋 Hi! I'm the guide to “Ticket to the Future”: with me, pupils of grades 6–11 try out professions and choose their own.

    To sign in you need the code from the card that your teacher gives you.
home-menu_open = { $profiles ->
    [1] { $name }, all that's left is to confirm a phone: it takes a minute.
   *[other] All that's left is to confirm a phone: it takes a minute.
 }
    .o-verify = Confirm a phone
    .o-who = { $profiles ->
        [1] Add a pupil
       *[other] Who is it now?
     }
    .o-link = Other messenger
    .o-language = Язык / Language
    .o-help = Help
    .invalid = I didn't get that. Press a button. If you have a new code, press “Add a pupil” or “Who is it now?”.
home-menu = { $profiles ->
    [1] { $name }, your phone is confirmed, all set ✅
   *[other] The phone is confirmed, all set ✅
 } Trials and events will appear here soon, I'll write.
    .o-verify = Change the number
    .o-who = { $profiles ->
        [1] Add a pupil
       *[other] Who is it now?
     }
    .o-link = Other messenger
    .o-language = Язык / Language
    .o-help = Help
    .invalid = I didn't get that. Press a button. If you have a new code, press “Add a pupil” or “Who is it now?”.
