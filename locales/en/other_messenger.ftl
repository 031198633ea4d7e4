other_messenger-stranger = First sign in here, in this chat.
    .plain = First sign in here.
other_messenger-show = Open this bot in the other messenger and send it the code: *{ $code }*

    The code works once and lives { $minutes ->
        [one] { $minutes } minute
       *[other] { $minutes } minutes
     }. Don't show it to anyone.
    .plain =
        Here is the code: *{ $code }*

        Open the bot in the other messenger. Send it the code. The code works once. It lives { $minutes ->
            [one] { $minutes } minute
           *[other] { $minutes } minutes
         }. Show it to nobody.
other_messenger-limited = There have been many codes already. The next one: { $until }.
    .plain = There were many codes. The next one: { $until }.
