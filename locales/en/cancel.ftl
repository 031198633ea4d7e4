cancel-nothing = There is nothing to stop yet.
cancel-sure = Stop? Everything confirmed so far stays.
    .o-stop = Yes, stop
    .o-stay = Go on
cancel-stop = All right, stopped.
