invitation-sure = You are invited to “Ticket to the Future”. The role: *{ $role }*, { $place }.

    Do you agree? The role can be taken once, and it will be yours alone.
    .o-accept = Yes, I take the role
    .o-refuse = Not now
    .remind-1 = The invitation still waits: { $role }, { $place }.
invitation-held = You have this role already: { $role }, { $place }. The invitation is unused and can be passed to somebody else.
invitation-used = This invitation has been taken. If it was not you, tell whoever sent it.
invitation-expired = This invitation is not valid any more. Ask whoever sent it for a new one.
invitation-refused = All right. The invitation will wait: send the code again when you have decided.
invitation-last = Let us get to know each other. Your family name?
    .invalid = A family name is needed, up to 50 characters.
    .b-back = Back
invitation-first = Your first name?
    .invalid = A first name is needed, up to 50 characters.
    .b-back = Back
invitation-patronymic = Your patronymic?
    .invalid = A patronymic is needed, up to 50 characters. If you have none, press “No patronymic”.
    .b-none = No patronymic
    .b-back = Back
invitation-taken = { $name }, done ✅ Your role: { $role }, { $place }.
