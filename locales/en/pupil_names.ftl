pupil_names-nobody = There are no such pupils.
pupil_names-part = { $first }–{ $last } of { $pupils }:

    { $lines }
    .o-more = More
    .o-remind = Remind these
    .o-page = Open the page
    .o-back = Back
pupil_names-list = { $first ->
    [1] In all: { $pupils }
   *[other] { $first }–{ $last } of { $pupils }:
 }

    { $lines }
    .o-remind = Remind these
    .o-page = Open the page
    .o-back = Back
pupil_names-hidden = Such pupils: { $pupils }. Names are on the page: in Telegram we write none.
    .o-page = Open the page
    .o-remind = Remind these
    .o-back = Back
pupil_names-sure = Remind them? It reaches { $reached } of { $pupils }, each about his or her own, without names of others, by day.{ $absent ->
    [0] {""}
   *[other] {" "}Not signed in, they need cards: { $absent }.
 }{ $closed ->
    [0] {""}
   *[other] {" "}Closed their messages: { $closed }.
 }{ $settled ->
    [0] {""}
   *[other] {" "}Have done all: { $settled }.
 }
    .o-send = Remind
    .o-back = Not now
pupil_names-sent = The reminders are on their way ✅ { $pupils ->
    [one] { $pupils } pupil gets one
   *[other] { $pupils } pupils get one
 }{ $night ->
    [yes] , in the morning: it is night where they are
   *[no] {""}
 }.
pupil_names-already = You have reminded these pupils today. The next time is tomorrow.
pupil_names-unreached = There is nobody to write to.{ $absent ->
    [0] {""}
   *[other] {" "}Not signed in: { $absent } – give them cards to sign in.
 }{ $closed ->
    [0] {""}
   *[other] {" "}Closed their messages: { $closed } – tell them in person.
 }{ $settled ->
    [0] {""}
   *[other] {" "}Have done all: { $settled }.
 }
pupil_names-late = There is nothing left to remind of: all have done it.
pupil_names-shown = The list with names opens on a page, once, within { $minutes ->
    [one] { $minutes } minute
   *[other] { $minutes } minutes
 }:

    { $page }
pupil_names-limited = Too many pages within the hour. The next one can be opened: { $until }.
pupil_names-nowhere = Pages are not set up yet. Tell whoever runs the programme in your region.
