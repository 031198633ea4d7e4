relative_phone-tell = { $relation ->
    [mother] Mum's phone is fine. First tell her:
    [father] Dad's phone is fine. First tell him:
    [grandparent] A grandparent's phone is fine. First tell them:
    [aunt_uncle] An aunt's or uncle's phone is fine. First tell them:
    [guardian] Your guardian's phone is fine. First tell them:
   *[other] An adult's phone is fine. First tell them:
 }

    “A robot of ‘Ticket to the Future’ is going to call. Don't pick up, it's free. The number stays in my profile, there will be no advertising, and it can be changed later.”

    Do they know, and don't they mind?
    .plain = { $relation ->
            [mother] This is Mum's phone. Tell her:
            [father] This is Dad's phone. Tell him:
            [grandparent] This is a grandparent's phone. Tell them:
            [aunt_uncle] This is an aunt's or uncle's phone. Tell them:
            [guardian] This is your guardian's phone. Tell them:
           *[other] This is an adult's phone. Tell them:
         }

        “A robot will call. Don't pick up. It is free. The number will be in my profile. There will be no advertising.”

        Is that all right with them?
    .o-told = Yes, it's all right
    .o-another = Another number
    .o-later = Later
    .remind-1 = Does the adult know about the call? Then press “Yes, it's all right”, and the robot calls.
    .remind-1-plain = Does the adult know about the call? Press “Yes, it's all right”.
