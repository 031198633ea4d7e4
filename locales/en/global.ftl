# Words that fit any conversation.

# Commands as words: letter case and punctuation do not matter.
global-menu =
    .words = menu | start | begin | home
global-who =
    .words = who now | who am i | switch pupil | another pupil
global-link =
    .words = other messenger | second messenger
global-language =
    .words = language | change language | язык
global-help =
    .words = help | help me | what to do | помощь
global-cancel =
    .words = cancel | stop | enough

# A button of an old message was pressed: a short hint over the screen (up to 200 characters).
global-stale = This button no longer works. The new ones are below, in the latest message.
# The conversation can't go on from where it stood.
global-restarted = The bot was updated, and this conversation got lost. Sorry! Everything you confirmed before is safe. Let's start from the menu:
# Something that the bot doesn't understand.
global-unsupported = I don't understand this yet. Please write in words or press a button.
    .photo = I don't need a photo now, and I don't keep it. Please write in words or press a button.
    .file = I don't need a file now, and I don't keep it. Please write in words or press a button.
    .voice = I don't understand voice messages yet. Please write in words or press a button.
    .sticker = Nice sticker! But I can't answer it. Please write in words or press a button.
# A contact came when no number was asked for.
global-contact = I don't need a phone number now, and I don't keep it.
# Waiting for another program (the call).
global-busy = One second, I'm still busy with the last thing.
# The answer didn't fit, and the question has no text of its own for that.
global-invalid = I didn't get that. Please press one of the buttons.
# Three answers didn't fit.
global-stuck = It doesn't seem to work. No worries: write “help” and I'll tell you whom to ask, or “menu” to start over.
# Our own fault.
global-failed = Something broke on my side, it's not your fault. Try again in a minute or write “help”.
# Too many messages in a row.
global-slow_down = Too fast for me. Please wait a minute.
# Under a question without buttons: an old VK client.
global-numbered = Send the number of your answer.
# The contact button (Telegram only): one's own number in one tap.
global-share_phone = 📱 Share my number

# The bot was added to a group.
global-group-hello = Hello! I'm the guide to “Ticket to the Future”. In groups I only pass on announcements and don't read what people write. If you need me yourself, open my page and write “hi”.
# The bot was addressed in a group.
global-group-private = Everyone can read us here. Please write to me privately: open my page and send “hi”.
