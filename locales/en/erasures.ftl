erasures-page = Erasures of data are on a page: who asked, what can still be taken back, acts as PDF. It opens once, within { $minutes ->
    [one] { $minutes } minute
   *[other] { $minutes } minutes
 }:

    { $page }
erasures-limited = Too many pages were opened within the hour. The next one can be opened: { $until }.
erasures-nowhere = The pages are not set up yet. Tell whoever runs the programme in your region.
erasures-stranger = Erasures are seen by operators and coordinators of territories. To have your own data deleted, write “delete my data”.
