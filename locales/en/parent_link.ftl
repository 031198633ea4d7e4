parent_link-side = Who is at the screen now?
    .plain = Who is here now?
    .o-pupil = I'm the pupil
    .o-parent = I'm a parent
    .o-later = Later
parent_link-show = The code for your mum, dad or guardian: *{ $code }*
    It lives { $minutes ->
        [one] { $minutes } minute
       *[other] { $minutes } minutes
     } and works once. Ask the parent to open this bot on their own phone, write “I am a parent” and send the code. Then they see your track, and none of your conversations.
    .plain =
        The code for a parent: *{ $code }*
        It does not live long. Minutes: { $minutes }.
        The parent opens the bot on their own phone. The parent writes: “I am a parent”. Then sends the code.
        The parent will see your track. Your conversations stay yours.
parent_link-full = You already have as many parents here as there may be. Should one be replaced? Tell your teacher.
    .plain = There are enough parents already. Replace one? Tell your teacher.
parent_link-came = Done ✅ Your parent is in the programme with you now.
    .plain = Done ✅ Your parent is in the programme.
parent_link-unused = The code doesn't work any more: nobody used it. I can show a new one at any time.
    .plain = The code does not work any more. You can get a new one.
parent_link-relation = What are you to the child?
    .o-mother = Mother
    .o-father = Father
    .o-guardian = Guardian
    .o-later = Later
parent_link-code = Send the code that the child has shown you or the teacher has given you.
    .plain = Send the code. The child has it. Or the teacher.
    .b-no_code = I have no code
    .b-later = Later
    .invalid = This doesn't look like a code. I need letters and digits as the child shows them; dashes and spaces don't matter.
    .invalid-plain = This is not a code. Letters and digits are needed.
    .remind-1 = I am waiting for the code from the child or the teacher. It doesn't live long; a new one is easy to get.
    .remind-1-plain = A code is needed. The old one does not work? Get a new one.
parent_link-no_code = The child shows the code: in this bot, under “parents”. The child doesn't use the bot? Then the school's navigator-teacher gives the code.
    .plain = The child has the code in the bot. Or the teacher has it. Ask for it.
parent_link-linked = Done ✅ You are linked as a parent: { $name }. You see the track, consents and trips now. The child's conversations with the bot stay the child's.
    .plain = Done ✅ Your child: { $name }.
parent_link-already = You are linked as a parent already: { $name } ✅
    .plain = You are the parent already: { $name } ✅
parent_link-used = This code was used already. Ask the child for a new one.
    .plain = This code was used already. A new one is needed.
parent_link-old = This code is too old. Ask the child for a new one, it is quick.
    .plain = This code is too old. A new one is needed.
parent_link-wrong = There is no such code. Check every sign: similar letters and digits are easily mixed up.
    .plain = There is no such code. Check every sign.
parent_link-pause = There were many codes already. The next one: { $until }.
    .plain = Not now. The next code: { $until }.
parent_link-break = Too many wrong codes in a row, so there is a pause. Next try: { $until }.
    .plain = There were many mistakes. Next try: { $until }.
parent_link-lost = The code doesn't work out yet, and that's fine. Try together with the child or write “help”: I'll tell you whom to ask.
    .plain = It doesn't work yet. That's fine. Write “help”.
parent_link-later = All right, we'll come back to it when it suits you.
    .plain = All right. We do it later.
parent_link-crowd = This child has as many parents already as there may be. If that is a mistake, tell the navigator-teacher.
    .plain = There are as many parents as there may be. Tell the teacher.
parent_link-last = Let us get to know each other. Your family name?
    .plain = Write your family name.
    .b-later = Later
    .invalid = A family name is needed, up to 50 characters.
    .invalid-plain = A family name is needed.
parent_link-first = Your first name?
    .plain = Write your first name.
    .b-later = Later
    .invalid = A first name is needed, up to 50 characters.
    .invalid-plain = A first name is needed.
parent_link-family = You are linked as a parent. Link another child, or unlink one of the list?
    .plain = Your children in the programme. Press a name to unlink it. Or add another.
    .o-add = Another child
    .o-later = Later
parent_link-sure = Unlink yourself from the child? Track, consents and outings of this child will not be seen here any more. A new code links you again.
    .plain = Unlink? The track of the child will not be seen here any more.
    .o-unlink = Unlink
    .o-keep = Keep
parent_link-unlinked = { $name }: the link is gone.
    .plain = { $name }: there is no link any more.
