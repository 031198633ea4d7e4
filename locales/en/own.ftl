own-line = ▫️ { $role ->
    [operator] regional operator
    [coordinator] municipal coordinator
    [school_admin] school administrator
    [teacher] navigator-teacher
    [parent] parent
   *[other] staff
 }{ $role ->
    [parent] {""}
   *[other] , { $place }
 }: { $many }
own-support = ▫️ first-line support: only with a request, the number masked
own-stranger = The programme knows nothing of you yet but this chat.
    .plain = The programme knows nothing of you.
own-ask = *Who sees your data*

    { $lines }

    Nobody else. Everything is kept in Russia, names and phones are encrypted.
    .plain =
        Your data is seen by:

        { $lines }

        Nobody else.
    .o-show = What is kept
    .o-erase = Delete
    .o-consent = Consents
    .o-back = Back
own-parents = *Who sees your data*

    { $lines }

    Nobody else. Show what is kept of you, or of a child?
    .plain =
        Your data is seen by:

        { $lines }

        Nobody else. What shall I show?
    .o-mine = Of me
    .o-childs = Of a child
    .o-erase = Delete
    .o-consent = Consents
    .o-back = Back
own-child = Of whom?
    .o-back = Back
own-page = All that is kept opens on a page, once, within { $minutes ->
    [one] { $minutes } minute
   *[other] { $minutes } minutes
 }:

    { $page }
    .plain =
        Open this page: { $page }
        It opens once. Minutes: { $minutes }.
own-limited = Too many pages were opened within an hour. The next one can be opened: { $until }.
    .plain = Not now. The next time: { $until }.
own-nowhere = Pages are not set up yet. Write “help”: I tell you whom to ask.
    .plain = There is no page yet. Write “help”.
