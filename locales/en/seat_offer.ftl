seat_offer-over = “{ $title }”: this seat is somebody else's by now, the time for an answer is over. If another one becomes free, I'll write.
    .plain = “{ $title }”: the seat is gone. If there is a new one, I will write.
seat_offer-unknown = There is no such seat: the event was cancelled, or the seat was offered to somebody else. “Events” shows what there is now.
    .plain = There is no such seat. Press “Events”.
seat_offer-ask = A seat has become free, and you are next in the list!
    “{ $title }”
    When: { $at }
    Where: { $place }

    Answer by { $until }. After that I offer the seat to somebody else. Do you take it?
    .plain =
        There is a free seat!
        “{ $title }”
        When: { $at }
        Where: { $place }

        Answer by { $until }. Do you take it?
    .o-take = I take it
    .o-pass = I pass
    .remind-1 = “{ $title }”: the seat still waits for you. Answer by { $until }.
    .remind-1-plain = “{ $title }”: the seat waits. Answer by { $until }.
seat_offer-taken = Done, the seat is yours ✅
    “{ $title }”
    When: { $at }
    Where: { $place }
    .plain =
        Done ✅ The seat is yours.
        “{ $title }”
        When: { $at }
        Where: { $place }
seat_offer-overlap = You already have an event at that time: “{ $other }”, { $other_at }. Give that seat back in “Events”, then take this one. Or pass.
    .plain = You have another event then: “{ $other }”, { $other_at }. First give that seat back. Or pass.
seat_offer-sure = Do you really pass “{ $title }” on? I offer the seat to the next one at once.
    .plain = Pass “{ $title }” on? I offer the seat to another.
    .o-pass = Yes, I pass
    .o-back = Back
seat_offer-passed = Thanks: “{ $title }” goes to the next one. “Events” shows others.
    .plain = “{ $title }”: I offer the seat to another. There are more events. Press “Events”.
seat_offer-late = “{ $title }”: there was no answer, and the seat is offered to the next one. Never mind: look into “Events”.
    .plain = “{ $title }”: no answer. I offer the seat to another. There are more events. Press “Events”.
