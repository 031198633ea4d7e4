# The stages of a season (flows/seasons/): its name; .do – what closes it; .remind – the reminder; .begin – its button.
stage-engage = Engaged
    .do = the career lesson and feedback on it
    .remind = { $days ->
        [0] Today is the last day
        [one] { $days } day left
       *[other] { $days } days left
     }: the stage “Engaged” closes on { $by }. The career lesson and feedback on it close it.
    .begin = My track
    .remind-plain = The stage “Engaged”. The last day: { $by }. Days left: { $days }. What you need: the lesson and feedback on it.
stage-understand = I understand
    .do = the diagnostics “My environments”
    .remind = { $days ->
        [0] Today is the last day
        [one] { $days } day left
       *[other] { $days } days left
     }: the stage “I understand” closes on { $by }. The diagnostics “My environments” close it; they take twenty minutes.
    .begin = My track
    .remind-plain = The stage “I understand”. The last day: { $by }. Days left: { $days }. What you need: the diagnostics “My environments”.
stage-explore = I explore
    .do = the exhibition and feedback on it
    .remind = { $days ->
        [0] Today is the last day
        [one] { $days } day left
       *[other] { $days } days left
     }: the stage “I explore” closes on { $by }. The exhibition and feedback on it close it.
    .begin = My track
    .remind-plain = The stage “I explore”. The last day: { $by }. Days left: { $days }. What you need: the exhibition and feedback on it.
stage-try = I try
    .do = a career trial and feedback on it
    .remind = { $days ->
        [0] Today is the last day
        [one] { $days } day left
       *[other] { $days } days left
     }: the stage “I try” closes on { $by }. A career trial and feedback on it close it. Have a look at what you can join.
    .begin = Events
    .remind-plain = The stage “I try”. The last day: { $by }. Days left: { $days }. What you need: a career trial and feedback on it.
stage-realise = I realise
    .do = the diagnostics “My possibilities”
    .remind = { $days ->
        [0] Today is the last day
        [one] { $days } day left
       *[other] { $days } days left
     }: the stage “I realise” closes on { $by }. The diagnostics “My possibilities” close it.
    .begin = My track
    .remind-plain = The stage “I realise”. The last day: { $by }. Days left: { $days }. What you need: the diagnostics “My possibilities”.
stage-plan = I plan
    .do = the reflection lesson
    .remind = { $days ->
        [0] Today is the last day
        [one] { $days } day left
       *[other] { $days } days left
     }: the stage “I plan” closes on { $by }. The reflection lesson closes it.
    .begin = My track
    .remind-plain = The stage “I plan”. The last day: { $by }. Days left: { $days }. What you need: the reflection lesson.
