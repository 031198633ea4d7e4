teacher_tasks-none = All is done ✅ { $pupils ->
    [one] { $pupils } pupil owes
   *[other] { $pupils } pupils owe
 } nothing. Thank you!
teacher_tasks-stranger = A teacher who has classes this school year sees what they still owe.
teacher_tasks-pick = *What is still to be done*

    { $lines }

    Press a class to look at it and to remind it.
    .o-back = Back
teacher_tasks-ready = { $title }: all is done here ✅
teacher_tasks-gone = This class is not among yours any more.
teacher_tasks-owed = *{ $title }*

    { $lines }

    { $reached ->
        [0] There is nobody to write to yet: none of them has signed in.
       *[other] I'll remind everybody of their own things, without the names of others. Reached: { $reached } of { $pupils }.
     }
    .o-remind = Remind
    .o-another = Another class
    .o-back = Back
teacher_tasks-sent = The reminders are out ✅ { $pupils ->
    [one] { $pupils } pupil gets one
   *[other] { $pupils } pupils get one
 }{ $night ->
    [yes] {" "}in the morning: it is night there now
   *[no] {""}
 }.
teacher_tasks-already = This class was reminded today already. Next time: { $until }.
teacher_tasks-nobody = There is nobody to remind yet: these pupils haven't signed in. They need their cards with codes.
