parent_approve-closed = Sign-up for “{ $title }” is over.
    .plain = “{ $title }”: sign-up is over.
parent_approve-unknown = There is no such event. “Events” shows what there is now.
    .plain = There is no such event. Press “Events”.
parent_approve-no_parent = “{ $title }” is a trip, a parent has to allow it, and no parent is linked yet. Shall we link one? You need the parent's phone with this bot.
    .plain = “{ $title }” is a trip. A parent has to allow it. No parent is in the programme yet. Add one?
    .o-link = Link a parent
    .o-later = Not now
parent_approve-alone = All right. Without a parent I can't sign you up for a trip, but there are events at school and online: look into “Events”.
    .plain = All right. You can't go without a parent. There are other events. Press “Events”.
parent_approve-asked = This is a trip, so a parent decides too: { $parents ->
    [1] the message has gone out
   *[other] messages to your parents have gone out, one answer is enough
 }. Your seat is kept until { $until }.
    “{ $title }”
    When: { $at }
    Where: { $place }
    .plain =
        This is a trip. { $parents ->
            [1] Your parent has to allow it. The message has gone out.
           *[other] One of your parents has to allow it. The messages have gone out.
         }
        “{ $title }”
        When: { $at }
        Where: { $place }
        Your seat is kept until: { $until }.
parent_approve-reminded = “{ $title }”: no answer from your parent yet. The message has gone out again; mention it yourself too: the seat is kept until { $until }.
    .plain = “{ $title }”: no answer from your parent. Tell your parent. The seat is kept until: { $until }.
parent_approve-lapsed = “{ $title }”: there was no answer from your parent, and the seat is free for others. If your parent doesn't mind, sign up again.
    .plain = “{ $title }”: no answer from your parent. The seat is free now. You can sign up again.
parent_approve-approved = Your parent says yes ✅
    .plain = Your parent says yes ✅
parent_approve-declined = “{ $title }”: your parent says no this time. Talk it over together, and meanwhile look at other “Events”.
    .plain = “{ $title }”: your parent says no. Talk about it together. There are other events. Press “Events”.
