pupils-all = All classes, { $school }
pupils-stranger = Pupils are seen by the navigator-teachers of their classes, by school administrators and by coordinators. You have no classes yet: if you should, tell your coordinator.
pupils-line = { $n }. { $name }, { $class }: { $signed_in ->
    [yes] { $phone ->
        [own] phone verified
        [relative] a relative's phone verified
        [waits] the phone is being checked by support
       *[open] phone not verified
     }
   *[no] not signed in yet
 }; { $consent ->
    [pupil_owes] consent not confirmed by the pupil
    [paper_owes] consent to be uploaded
    [uploaded] consent uploaded by the teacher
    [by_parent] consent confirmed by a parent
   *[by_pupil] consent confirmed by the pupil
 }.
pupils-empty = You have no classes yet. Make the first one: pupils are added on the same page. Or write “import”: there is the Excel form that your coordinator imports.
    .o-make = Make a class
    .o-back = Back
pupils-which = Which class? Write it (“7Б”) or a part of the school's name, or both: “school 100 7Б”.
    .invalid = A class or a part of a school's name is needed, up to 100 characters.
    .b-back = Back
pupils-nowhere = There is no such class among yours. Check what it is called.
pupils-crowd = Too many classes fit. Be more exact.
pupils-where = Which class?
    .o-search = Find by name
    .o-make = Make a class
    .o-back = Back
pupils-gone = This class is yours to see no longer. If that is a mistake, ask your coordinator.
pupils-what = *{ $name }*

    { $pupils ->
        [0] No pupils yet.
       *[other] Pupils: { $pupils }
    Signed in: { $signed_in }
    Phone verified: { $verified }
    With a consent: { $consents }
    With a parent: { $parents }
     }
    .o-owing = Who has not done it
    .o-list = List
    .o-cards = Sign-in cards
    .o-papers = Consents on paper
    .o-make = Make a class
    .o-search = Another class
    .o-back = Back
pupils-owing = Who is to be shown?
    .o-unverified = Phone not verified
    .o-consentless = Without a consent
    .o-absent = Not signed in
    .o-all = All of them
    .o-back = Back
pupils-make_page = A class is made on a page. It opens once, within { $minutes ->
    [one] { $minutes } minute
   *[other] { $minutes } minutes
 }:

    { $page }
pupils-page = The list with names opens on a page, once, within { $minutes ->
    [one] { $minutes } minute
   *[other] { $minutes } minutes
 }. New codes, adding and moving a pupil, groups and the archive are there too.

    { $page }
pupils-cards_page = Cards are printed from a page. It opens once, within { $minutes ->
    [one] { $minutes } minute
   *[other] { $minutes } minutes
 }:

    { $page }

    New cards replace the old ones.
pupils-papers_page = The page has consent sheets with the names filled in, and takes the scans. It opens once, within { $minutes ->
    [one] { $minutes } minute
   *[other] { $minutes } minutes
 }:

    { $page }
pupils-paused = Too many pages within the hour. The next one can be opened: { $until }.
pupils-no_pages = Pages are not set up yet. Tell whoever runs the programme in your region.
