erase-stranger = The programme knows nothing of you yet but this chat. There is nothing to delete.
    .plain = The programme knows nothing of you. There is nothing to delete.
erase-whose = Whose data shall I delete?
    .o-mine = Mine
    .o-childs = A child's
    .o-back = Back
erase-child = Whose data shall I delete?
    .o-back = Back
erase-sure = *Delete your data?*

    At once: the programme forgets you, the bot stops writing, your roles are gone, no list has you.
    After a day: your name, phone, answers, places and all that you have done are erased for good. Nobody can bring it back.
    Until then you can change your mind: I will give you a code.

    Only an act stays, with a number and a count of rows, without names.
    .plain = Delete your data? The bot stops writing to you. After a day everything is erased. Nobody can bring it back. For one day you can change your mind.
    .o-erase = Yes, delete
    .o-back = Don't delete
erase-sure_child = *Delete the child's data?*

    At once: the child leaves the programme, the bot stops writing, the teacher's list has the child no longer.
    After a day: name, phone, answers, places and all that was done are erased for good. Nobody can bring it back.
    Until then you can change your mind: I will give you a code. I will tell the child.

    Only an act stays, with a number and a count of rows, without names.
    .plain = Delete the child's data? The bot stops writing. After a day everything is erased. Nobody can bring it back. For one day you can change your mind.
    .o-erase = Yes, delete
    .o-back = Don't delete
erase-blocked = Done: the programme knows you no longer. Everything is erased { $until }, request No. { $number }.

    If you change your mind, send this code here before then: { $code }
    .plain = Done. Everything is erased { $until }. Request number: { $number }. Changed your mind? Send the code: { $code }
erase-blocked_child = Done: the child takes part no longer. Everything is erased { $until }, request No. { $number }.

    If you change your mind, send this code here before then: { $code }
    .plain = Done. Everything is erased { $until }. Request number: { $number }. Changed your mind? Send the code: { $code }
erase-gone = There is no such child of yours here. Perhaps their data is being deleted already.
    .plain = There is no such child here.
erase-back = All right, I delete nothing.
    .plain = All right. Nothing is deleted.
