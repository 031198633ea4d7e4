events-pick = *Events for you*

    { $lines }

    Press the one you like to see more about it.
    .o-back = Back
events-none = There are no events for you at the moment. Come back in a few days: new ones will be here.
events-stranger = Pupils who have signed in with the code from their card have events.
# Lines of the list.
events-line = ▫️ { $title }: { $at }. { $left ->
    [0] No seats at the moment
    [one] { $left } seat free
   *[other] { $left } seats free
 }
events-mine = ✅ { $title }: { $at }. You have a seat
