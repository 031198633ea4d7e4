cancel-nothing = There is nothing to cancel yet.
cancel-idle = There is nothing to cancel: nothing has been started. Here is the menu.
    .plain = There is nothing to cancel. Here is the menu.
cancel-sure = Stop? Everything confirmed so far stays.
    .plain = Stop? What is confirmed stays.
    .o-stop = Yes, stop
    .o-stay = Go on
cancel-stop = All right, stopped.
