cast-unknown = There is no such broadcast of yours.
cast-going = This broadcast is still on its way. Wait for its end, or cancel it.
cast-page = Who got it, and who did not and why, opens on a page, once, within { $minutes } minutes:

    { $page }
cast-limited = Too many pages were opened within the hour. The next one can be opened: { $until }.
cast-nowhere = Pages do not open just now. Tell whoever sets the bot up: the address of the pages is not given.
cast-reached = There is nobody to repeat it to: it reached everybody, or it was recalled.
cast-known = Nobody new has come since, or it was recalled.
cast-stranger = You do not answer any more for a territory that this broadcast went to. Ask whoever gave you the role.
cast-nothing = There is nothing to recall: nobody got it, or it was recalled before.
cast-gone = This text is gone: it was used before. Write it once more.
cast-menu = *Your broadcast*

    { $letter }

    Arrived: { $sent }, did not: { $lost }, came since: { $new }.{ $gone ->
        [0] {""}
       *[other] {" "}Recalled, deleted: { $gone }.
    } What shall we do?
    .o-ledger = Who got it
    .o-failed = To who did not
    .o-new = To the new
    .o-correct = Correct it
    .o-recall = Recall
    .o-back = Back
cast-sure = Recall the broadcast from all who got it ({ $sent })? The message goes from their chats; who has read it has read it. Telegram deletes messages of the last two days, VK those of the last day.
    .o-recall = Recall
    .o-back = Back
cast-letter = Send the new text, up to 3000 characters: it takes the place of the old one with all who got it ({ $sent }). VK changes messages of the last day.
    .invalid = A text is needed, up to 3000 characters.
    .b-back = Back
cast-certain = *This is how it will be with all who got it:*

    { $letter }
    .o-correct = Correct
    .o-rewrite = Change
    .o-back = Back
