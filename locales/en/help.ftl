help-can = I help you sign in to “Ticket to the Future”, confirm a phone and hear the programme's news.

    Write a word or press a command:
    track – what is done and what comes next, for pupils (/track)
    events – what pupils can sign up for (/events)
    menu – back to the beginning (/menu)
    who now – switch or add a pupil (/who)
    other messenger – sign in to VK or Telegram too (/link)
    language – change the language (/language)
    plain words – shorter and simpler (/plain)
    cancel – stop the conversation (/cancel)
    .plain =
        I can:
        show a pupil's track – /track
        show the events – /events
        start again – /menu
        change the pupil – /who
        sign in to another messenger – /link
        change the language – /language
        write in plain words or as usual – /plain
        stop – /cancel

        Press a command.
help-known = Stuck? These people will help:
    { $contacts }
    .plain =
        It doesn't work? These people help:
        { $contacts }
help-unknown = Stuck? Ask the teacher who gave you the card with the code.
    .plain = It doesn't work? Ask your teacher. The teacher gave you the card.
