topics-stranger = You can choose topics once you have signed in: you need a code.
    .plain = First sign in. You need a code.
topics-pick = *What to write to you about*

    { $lines }

    Press a topic to turn it on or off. What matters always comes: consent, moved and cancelled events, a change of number.
    .plain = *What to write to you about*

        { $lines }

        Press a topic. It goes on or off. What matters always comes.
    .o-ready = Done
topics-gone = There is no such topic any more. Here are those that are.
    .plain = This topic is gone. Here are others.
topics-done = Done, I'll write like that. You can change it on any day.
    .plain = Done. You can change it.
