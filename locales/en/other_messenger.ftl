other_messenger-stranger = First sign in here, in this chat.
other_messenger-show = Open this bot in the other messenger and send it the code: *{ $code }*

    The code works once and lives { $minutes } minutes. Don't show it to anyone.
other_messenger-limited = There have been many codes already. The next one: { $until }.
