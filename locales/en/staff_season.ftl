staff_season-sure = The season { $season } has begun. Do you take part in “Ticket to the Future” this year too? The menu opens when you confirm.
    .o-confirm = Yes, I do
    .o-decline = Not this season
    .o-later = Later
staff_season-confirmed = Thank you, noted: you take part in the season { $season } ✅
staff_season-declined = All right, noted. The coordinator will see it. If you change your mind, write “menu”.
staff_season-later = All right, I will ask again when you write “menu”.
