teacher_tasks-none = All is done ✅ { $pupils ->
    [one] { $pupils } pupil owes
   *[other] { $pupils } pupils owe
 } nothing. Thank you!
teacher_tasks-stranger = What classes owe is seen by a teacher who has classes this school year.
teacher_tasks-line = { $class }: not signed in – { $absent }, no phone – { $unverified }, no consent – { $consentless }.
teacher_tasks-pick = *What is not done yet*

    { $lines }

    Press a class to see who exactly, and to remind them.
    .o-back = Back
teacher_tasks-ready = { $title }: all is done here ✅
teacher_tasks-gone = This class is among yours no longer.
teacher_tasks-owed = *{ $title }*

    Pupils: { $pupils }
    Not signed in: { $absent }
    Phone not verified: { $unverified }
    Without a consent: { $consentless }

    A child without a phone may use a relative's: a grandparent's, an aunt's, an uncle's, a parent's.
    .o-unverified = Phone: who
    .o-consentless = Consent: who
    .o-absent = Not signed in: who
    .o-all = All
    .o-another = Another class
    .o-back = Back
