events-pick = *Events for you*

    { $lines }

    Press the one you like to see more about it.
    .plain = *Events for you*

        { $lines }

        Press an event to see more.
    .o-back = Back
events-pick_of_many = *Events for you*

    { $lines }

    Press the one you like, or see what comes later.
    .plain = *Events for you*

        { $lines }

        Press an event. Or press “More”.
    .o-more = More
    .o-back = Back
events-none = There are no events for you at the moment. Come back in a few days: new ones will be here.
    .plain = There are no events now. Look here in a few days.
events-stranger = Pupils who have signed in with the code from their card have events.
    .plain = First sign in. You need the code from your card.
# Lines of the list.
events-line = ▫️ { $title }: { $at }. { $left ->
    [0] No seats at the moment
    [one] { $left } seat free
   *[other] { $left } seats free
 }
events-mine = ✅ { $title }: { $at }. You have a seat
