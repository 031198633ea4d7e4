import-page = A table of people, schools or territories is uploaded on a page: personal data does not travel through a messenger. It opens once, within { $minutes ->
    [one] { $minutes } minute
   *[other] { $minutes } minutes
 }:

    { $page }

    First I only look at it and show what would come of it. It is written after your yes.
import-teacher = The table of a class goes to the coordinator from a page: your school's form is there, and a filled one is uploaded. It opens once, within { $minutes ->
    [one] { $minutes } minute
   *[other] { $minutes } minutes
 }:

    { $page }
import-limited = Too many pages were opened within an hour. The next one can be opened: { $until }.
import-nowhere = Pages are not set up yet. Tell whoever runs the programme in your region.
import-stranger = Tables are uploaded by operators and coordinators of territories; teachers send them theirs.
