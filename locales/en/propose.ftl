propose-stranger = A school's head proposes its administrator; teachers and administrators of that school, or the coordinator, ask for the link. No school is yours yet.
propose-which = For which school?
    .o-back = Back
propose-page = Forward this link to the head of the school: { $school }. On the page the head writes who is to be administrator (the head or a deputy): name, position, e-mail and phone.

    { $page }

    The link opens once, within { $days ->
        [one] { $days } day
       *[other] { $days } days
    }. I will tell you what the coordinator has decided.
propose-limited = Too many pages were opened within an hour. The next one can be opened: { $until }.
propose-nowhere = Pages are not set up yet. Tell whoever runs the programme in your region.
