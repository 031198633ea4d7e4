who_now-stranger = Nobody has signed in here yet.
    .plain = Nobody is here yet. First sign in.
who_now-one = { $name } is here now. { $you ->
    [vy] You can add one more pupil with a card and a code of their own.
   *[ty] You can add a brother or a sister with a card and a code of their own.
 }
    .plain = { $name } is here now. You can add a pupil. You need their card.
    .o-add = Add a pupil
    .o-back = Back
who_now-several = Who is it now? So far: { $name }.
    .plain = Who is here now? So far: { $name }. Press a name.
    .o-add = ➕ Add a pupil
    .o-back = Back
    .invalid = I didn't find that name. Press the right one.
    .invalid-plain = There is no such name. Press a name.
who_now-switched = { $name } is here now.
who_now-gone = This pupil is not here any more. Choose again.
    .plain = This pupil is not here. Choose another.
who_now-add = Good, let's add one. You need the new pupil's card.
    .plain = Good. You need the new pupil's card.
