help-can = I help you sign in to “Ticket to the Future”, confirm a phone and hear the programme's news.

    Write a word or press a command:
    menu – back to the beginning (/menu)
    who now – switch or add a pupil (/who)
    other messenger – sign in to VK or Telegram too (/link)
    language – change the language (/language)
    cancel – stop the conversation (/cancel)
help-known = Stuck? These people will help:
    { $contacts }
help-unknown = Stuck? Ask the teacher who gave you the card with the code.
