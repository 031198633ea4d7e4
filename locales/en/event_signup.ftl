event_signup-offer = *{ $title }*
    When: { $at }
    Where: { $place }
    { $left ->
        [one] { $left } seat left.
       *[other] { $left } seats left.
     } Shall I sign you up?
    .plain = *{ $title }*
        When: { $at }
        Where: { $place }
        Free seats: { $left }
        Shall I sign you up?
    .o-join = Sign up
    .o-back = Back
event_signup-joined = Done, the seat is yours ✅
    “{ $title }”
    When: { $at }
    Where: { $place }

    If your plans change, give the seat back in “Events”: somebody else will be glad.
    .plain =
        Done ✅ The seat is yours.
        “{ $title }”
        When: { $at }
        Where: { $place }

        Can't come? Open “Events” and give the seat back.
event_signup-full = All seats of “{ $title }” are taken. That happens to good events. Come back later: somebody may give a seat back.
    .plain = “{ $title }”: no seats. Look here later. A seat may become free.
event_signup-closed = Sign-up for “{ $title }” is over: the event began at { $at }.
    .plain = “{ $title }”: sign-up is over. It began at { $at }.
event_signup-overlap = You already have an event at that time: “{ $other }”, { $other_at }. Give that seat back if you would rather come here.
    .plain = You have another event then: “{ $other }”, { $other_at }. First give that seat back.
event_signup-unknown = There is no such event. “Events” shows what there is now.
    .plain = There is no such event. Press “Events”.
event_signup-mine = You have a seat ✅
    “{ $title }”
    When: { $at }
    Where: { $place }
    .plain =
        The seat is yours ✅
        “{ $title }”
        When: { $at }
        Where: { $place }
    .o-stay = Good
    .o-leave = Give it back
event_signup-sure = Do you really want to give back your seat at “{ $title }”? Somebody else can take it at once.
    .plain = Give back your seat at “{ $title }”? Others will take it.
    .o-leave = Yes, give it back
    .o-stay = No, I'll come
event_signup-kept = Great, see you there!
    .plain = Great! See you there.
event_signup-left = You are no longer signed up for “{ $title }”. Thanks for giving the seat back in time.
    .plain = Done. You are not on the list of “{ $title }” any more. Thank you.
