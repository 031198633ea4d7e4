sign_in-code = Send the code from the card: 8 letters and digits.
    .plain = Send the code. It is on the card. It has 8 letters and digits.
    .b-no_code = No code
    .b-no_code-words = no code|i have no code|no card|i don't have a code
    .invalid = This doesn't look like a code. A code is exactly 8 letters and digits, without 0, 1, O and I. Dashes and spaces don't matter.
    .stuck = The code doesn't work? Show this chat to the teacher who gave you the card.
    .invalid-plain = This is not a code. A code has 8 letters and digits.
    .stuck-plain = It doesn't work? Show this chat to your teacher. The teacher will help.
sign_in-odd = This doesn't look like a code. A code is exactly 8 letters and digits, without 0, 1, O and I. Dashes and spaces don't matter.
    .plain = This is not a code. A code has 8 letters and digits.
sign_in-unknown = I have no such code. Compare every character with the card: similar letters and digits are easy to mix up.
    .plain = There is no such code. Check every letter.
sign_in-used = This code has been used already and won't open a second time. If it wasn't you or your family, tell the teacher: there will be a new code.
    .plain = This code was used before. It does not work twice. Was it a stranger? Tell your teacher.
sign_in-expired = This code is too old. If it is from a card, ask the teacher for a new one. A code from another messenger lives 15 minutes: get a fresh one there.
    .plain = This code is old. You need a new one. Get it where you got this one.
sign_in-limited = Too many wrong codes in a row, so here is a pause. Next try: { $until }. Meanwhile, check the card with your teacher.
    .plain = There were many mistakes. We need a pause. Next try: { $until }.
sign_in-no_code = The code comes from the teacher who runs “Ticket to the Future” at school. Don't know who that is? Ask your class teacher. Lost the card? Ask for a new one, it's quick. Teachers get theirs from the municipal coordinator.

    When you have the code, just send it here.
    .plain =
        Your teacher has the code. Don't know which teacher? Ask your class teacher. Lost the card? Ask for a new one.

        Have you got the code? Send it here.
sign_in-yours = { $name } is here already, the code isn't needed any more. Several people in one chat? Write “who now”.
    .plain = { $name } is here. No code is needed.
sign_in-welcome = Hi { $name }! You are in the programme now 🎫
    .plain = Hi { $name }! You are in 🎫
sign_in-back = Hi { $name }! Good to see you again.
    .plain = Hi { $name }! You are here again.
