cancel-sure = Stop? Everything confirmed so far stays.
    .o-stop = Stop
    .o-stay = Go on
cancel-stop = Stopped. To come back, write “menu”.
