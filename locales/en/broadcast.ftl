broadcast-stranger = Only coordinators of territories send broadcasts.
broadcast-whom = *Broadcast: { $place }*

    Pupils who have signed in and may be written to: { $pupils }
    Connected chats: { $chats }

    { $chats ->
        [0] To write to the teachers' chat as well, connect it: it takes a minute. Whom shall we write to?
       *[other] Whom shall we write to?
    }
    .o-everybody = Pupils and chats
    .o-pupils = Pupils
    .o-chats = Chats
    .o-standing = What came of it
    .o-bind = Connect a chat
    .o-bound = My chats
    .o-back = Back
broadcast-letter = { $whom ->
    [pupils] Send me the text for the pupils
    [chats] Send me the text for the chats
   *[everybody] Send me the text for pupils and chats
 } in one message, up to 3000 characters. You will see it before it goes out.
    .invalid = I need a text of up to 3000 characters: make it shorter or split it into two broadcasts.
    .b-back = Back
broadcast-sure = *This is how they will read it:*

    { $letter }

    _{ $place }, { $coordinator ->
        [no] the team
       *[yes] coordinator
    } of “Ticket to the Future”_

    { $whom ->
        [pupils] Goes to pupils: { $pupils }.
        [chats] Goes to chats: { $chats }.
       *[everybody] Goes to pupils: { $pupils }, chats: { $chats }.
    }{ $several ->
        [yes] {" "}Each is signed with the reader's own territory.
       *[no] {""}
    }{ $night ->
        [yes] {" "}Where it is night now, it comes at 9 in the morning.
       *[no] {""}
    }
    { $again ->
        [yes] ⚠️ You sent the same text less than an hour ago. Send it once more?
       *[no] After “Send” there is a minute to change your mind.
    }
    .o-send = Send
    .o-later = Later
    .o-rewrite = Rewrite
    .o-back = Don't send
broadcast-wave = ▫️ { $there } there = { $at } here: { $place }{ $more ->
        [0] {""}
       *[other] {" "}and { $more } more
    }{ $pupils ->
        [0] {""}
       *[other] , pupils: { $pupils }
    }{ $chats ->
        [0] {""}
       *[other] , chats: { $chats }
    }
broadcast-when = When shall it go? Write an hour, or a day and an hour: “10:00”, “tomorrow 9:30”, “02.10 10:00”. It comes at that hour where each one lives.
    .invalid = A day and an hour are needed, for instance “tomorrow 10:00”.
    .b-back = Back
broadcast-unread = This time can’t be read. Write, for instance, “10:00”, “tomorrow 9:30” or “02.10 10:00”.
broadcast-past = This time is over. Choose another one: the text is kept.
broadcast-sleep = People sleep then: between 21 and 9 nobody is written to. Choose another hour: the text is kept.
broadcast-far = It can’t be sent so far ahead: 60 days at most. Choose another day: the text is kept.
broadcast-local = *When it comes*

    { $lines }

    Who is not here yet and comes before it goes gets it too.
    .o-send = Send
    .o-mine = All at once
    .o-change = Another time
    .o-back = Don't send
broadcast-mine = *When it comes*

    { $lines }

    To all at once, by your time; where it is night, at 9 in the morning. Who is not here yet and comes before it goes gets it too.
    .o-send = Send
    .o-local = By local time
    .o-change = Another time
    .o-back = Don't send
broadcast-empty = { $whom ->
    [pupils] There are no pupils now who may be written to.
    [chats] There are no connected chats now.
   *[everybody] There are neither pupils now who may be written to nor connected chats.
 } Nothing was sent.
broadcast-nobody = { $whom ->
    [pupils] There are no pupils yet who may be written to: they appear once they sign in with the code on their card.
    [chats] No chats are connected yet. Press “Connect a chat”: it takes a minute.
   *[everybody] There are neither pupils yet who may be written to nor connected chats. Begin with “Connect a chat”: it takes a minute.
 }
broadcast-gone = This text is gone: it has been sent already, or nobody sent it for a week. To write again, begin a new broadcast.
broadcast-told = *Broadcast of { $at }*

    Delivered: { $sent }
    On its way, or waiting for the morning: { $waiting }
    Not delivered: { $failed }
broadcast-untold = There were no broadcasts yet.
broadcast-code = Add me to the group and write there:

    { $command } { $code }

    The code works once and lives for { $minutes ->
        [one] { $minutes } minute
       *[other] { $minutes } minutes
     }. The group becomes a chat of “{ $place }” and gets its broadcasts. If the group is in the other messenger, open “Broadcast” there: the line is another one.
broadcast-limited = There were many codes already. The next one: { $until }.
broadcast-which = Which territory is this chat for? You have many: write its name or a part of it, “Surgut” for instance.
    .invalid = I need the name of a territory, up to 100 characters.
    .b-back = Back
broadcast-nowhere = There is no such territory among yours. Please look for a typo.
broadcast-where = Which territory is this chat for? It gets the broadcasts for that one, signed with its name.
    .o-back = Back
# A line of the list of connected chats.
broadcast-line = ▫️ { $title }: { $channel ->
        [vk] VK
       *[telegram] Telegram
    }, { $place }
broadcast-unbound = There are no connected chats. “Connect a chat” shows how.
broadcast-pick = *My chats*

    { $lines }

    Press a chat to disconnect it.
    .o-back = Back
broadcast-pick_of_many = *My chats*

    { $lines }

    Press a chat to disconnect it.
    .o-more = More
    .o-back = Back
broadcast-part = Disconnect the chat “{ $title }” ({ $channel ->
        [vk] VK
       *[telegram] Telegram
    }, { $place })?

    No more broadcasts go there, nor those that wait for the morning. I stay in the group and keep silent. A new code connects it again.
    .o-disconnect = Disconnect
    .o-keep = Keep it
broadcast-parted = The chat “{ $title }” is disconnected: no more broadcasts go there.
broadcast-lost = There is no such chat among the connected ones any more.
