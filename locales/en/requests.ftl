requests-stranger = First-line support sees the requests.
requests-none = { $all ->
    [0] There are no requests now.
   *[other] No request is free; others have in hand: { $all }.
 }
requests-pick = *Requests: { $all }*

    Take one: for half an hour it is yours alone.
    .o-back = Back
requests-line = No { $number }: { $reason ->
    [no_call] the robot did not get through
    [landline] a fixed line
    [abroad] abroad
   *[other] other
 }
requests-taken = Somebody else has taken this request. If they do not decide, it is free again: { $until }.
requests-gone = This request is not there any more: it was decided, or it is not yours.
requests-case = *Request No { $number }*

    Why: { $reason ->
        [no_call] the robot did not get through
        [landline] a fixed line
        [abroad] a number of another country
       *[other] other
    }. Number: { $phone }. Made: { $at }.{ $pupils ->
        [0] {""}
       *[other] {" "}Pupils who have this number already: { $pupils }.
    }
    .o-verified = The number is right
    .o-refuse = Refuse
    .o-reveal = Show the number
    .o-later = Later
requests-why = Why is the whole number needed? The answer goes into the journal.
    .o-call_back = To call back
    .o-compare = To compare
    .o-other = Other
    .o-back = Back
requests-page = The whole number opens on a page, once, within { $minutes ->
    [one] { $minutes } minute
   *[other] { $minutes } minutes
 }:

    { $page }
requests-limited = Too many pages were opened within an hour. The next one can be opened: { $until }.
requests-nowhere = Pages are not set up yet. Tell whoever runs the programme in your region.
requests-refuse = Why? We tell this reason to whoever made the request.
    .o-not_reached = Nobody answers
    .o-not_theirs = Not their number
    .o-not_a_phone = It is no phone
    .o-duplicate = A repeat
    .o-back = Back
requests-decided = Request No { $number } is decided ✅ The answer goes out by day.
requests-second = This number has as many pupils as it may. Your consent to request No { $number } is noted, one more person of support decides.
requests-own = Your consent to this request is noted already. Another person of support is needed.
