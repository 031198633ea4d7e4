verify_phone-stranger = Please sign in first: send the code from the card.
    .plain = First sign in. Send the code from the card.
verify_phone-standing = Your confirmed number: { $phone }. Change it? This one works until the new one is confirmed. It can't be changed often.
    .plain = The number is confirmed: { $phone }. Change it? You can't change it often.
    .o-keep = Keep it
    .o-change = Change the number
verify_phone-open = One step left: confirm a phone. You have { $days ->
    [one] { $days } more day
   *[other] { $days } more days
 } for that. { $you ->
    [vy] A robot will call your number: it's free, and you don't have to pick up.
   *[ty] It may be your phone or a close adult's: mum's, dad's, a grandparent's, an aunt's or uncle's. A robot will call it: it's free, and you don't have to pick up.
 }
    .plain =
        Confirm a phone. Days left: { $days }.
        It may be a close adult's phone.
        A robot will call. It is free. Don't pick up.
verify_phone-late = The time is over, but nothing is lost, and you can still confirm a phone now. { $you ->
    [vy] A robot will call: it's free, and you don't have to pick up.
   *[ty] It may be your phone or a close adult's: mum's, dad's, a grandparent's, an aunt's or uncle's. A robot will call: it's free, and you don't have to pick up.
 }
    .plain =
        The time is over. But you can still confirm a phone.
        It may be a close adult's phone.
        A robot will call. It is free. Don't pick up.

verify_phone-number = { $you ->
    [vy] Write a mobile number, for example 912 345-67-89.
   *[ty] Write a mobile number, yours or a close adult's, for example 912 345-67-89.
 }
    .plain = Write a mobile number. For example: 912 345-67-89.
    .b-later = Later
    .invalid = This doesn't look like a phone number. I need 10 digits after +7, for example 912 345-67-89.
    .invalid-plain = This is not a number. 10 digits are needed. For example: 912 345-67-89.
verify_phone-not_a_phone = This doesn't look like a phone number: I need 10 digits after +7, no more and no less.
    .plain = This is not a number. 10 digits after +7 are needed.
verify_phone-landline = This is a landline, and the robot calls mobiles only. { $you ->
    [vy] Write a mobile number.
   *[ty] Write a mobile number, a close adult's is fine.
 } If there is none, send a request: a person will check.
    .plain = This is a landline. A mobile is needed. There is none? Send a request. A person will check.
    .b-manual = Send a request
    .b-later = Later
verify_phone-abroad = This is another country's number, the robot can't call there. Write a Russian mobile: it begins with +7 9. { $you ->
    [vy] If there is none, send a request: a person will check.
   *[ty] A close adult's is fine. If there is none, send a request: a person will check.
 }
    .plain = This is another country's number. A Russian one is needed. It begins with +7 9. There is none? Send a request.
    .b-manual = Send a request
    .b-later = Later
verify_phone-by_hand = The number is fine, but the robot can't reach it yet. Send a request: a person will check it. Or write another number.
    .plain = The robot can't call there. Send a request. A person will check. Or write another number.
    .b-manual = Send a request
    .b-later = Later
verify_phone-late_hour = The robot calls from { $from } to { $to } so as not to disturb anybody. If this is your phone and you have it in your hands, I can call now. You may also write another number.
    .plain = The robot calls from { $from } to { $to }. Is the phone in your hands? Then I can call now. Or write another number.
    .b-mine = It's my phone, call
    .b-later = Later
verify_phone-relation = Whose phone is it?
    .o-self = Mine
    .o-mother = Mum's
    .o-father = Dad's
    .o-grandparent = A grandparent's
    .o-aunt_uncle = An aunt's or uncle's
    .o-guardian = A guardian's
    .o-other = Another adult's

verify_phone-ringing = One moment, I'm checking the number…
    .plain = I check the number. It won't take long.
verify_phone-start =
    .busy = Waiting for the robot's answer, a few more seconds.
    .busy-plain = I wait for the answer. A few seconds more.
verify_phone-calling = A robot will call { $phone } now. Don't pick up: just look which number is calling.
    .plain = A robot will call now. The number: { $phone }. Don't pick up. Look who calls.
verify_phone-code = Send the *last 4 digits* of the number that the robot calls from.
    .plain = The robot calls from a number. Send the *last 4 digits* of it.
    .b-resend = Call again
    .b-no_call = No call
    .b-change = Another number
    .invalid = I need exactly 4 digits: the last ones of the number that the robot called from. You'll find it in the call list.
    .stuck = Open the call list on the phone: the newest missed call is the robot's. The last 4 digits of that number are the code. No call? Press “No call”.
    .remind-1 = Did it ring? Then send the last 4 digits of the number. If not, press “No call”.
    .invalid-plain = 4 digits are needed: the last ones of the robot's number. It is in the call list.
    .stuck-plain = Open the call list. The top call is the robot's. Its last 4 digits are needed. No call? Press “No call”.
    .remind-1-plain = Did it ring? Send the last 4 digits. It didn't? Press “No call”.
verify_phone-check =
    .busy = Checking the digits, one second.
verify_phone-no_call = It happens: networks sometimes stop robots' calls. Check that the phone is on, has signal and lets unknown numbers through. The robot can call again. Or send a request: a person will check the number. And if the call has come, send its last 4 digits.
    .plain = That happens. Is the phone on? Is there signal? The robot can call again. Or send a request. A person will check. And if the call has come, send its last 4 digits.
    .b-resend = Call again
    .b-manual = Send a request
    .b-change = Another number
verify_phone-wait = You can ask for the next call in { $seconds ->
    [one] { $seconds } second
   *[other] { $seconds } seconds
 }. If a call has already come, its digits still work.
    .plain = We need a pause. Seconds to the call: { $seconds }. Has a call come? Its digits still work.
verify_phone-wait_first = There has to be a pause between calls: { $seconds ->
    [one] { $seconds } more second
   *[other] { $seconds } more seconds
 }. Then press “Call”.
    .plain = We need a pause. Seconds: { $seconds }. Then press “Call”.
    .b-again = Call
    .b-later = Later
verify_phone-no_more = Next call: { $until }. If a call has come, send its digits. If not, press “No call”: there is another way.
    .plain = Next call: { $until }. Has a call come? Send its digits. It hasn't? Press “No call”.
verify_phone-limited = I can't call now: there has to be a break. The next call: { $until }. If you don't want to wait, send a request: a person will check the number.
    .plain = I can't call now. The next call: { $until }. Don't want to wait? Send a request.
    .b-manual = Send a request
    .b-later = I'll wait
verify_phone-refused = I won't be able to call this number. Write another one or send a request: a person will check.
    .plain = This number can't be called. Write another. Or send a request.
    .b-manual = Send a request
    .b-later = Later
verify_phone-unavailable = The robot can't call right now. It's not your fault, and no try is lost. Try again in a few minutes.
    .plain = The robot can't call now. It is not your fault. Try again in a few minutes.
    .o-again = Try again
    .o-manual = Send a request
    .o-later = Later
verify_phone-too_long = The digits of this call won't work any more: they live a few minutes only. Start again when it suits you.
    .plain = These digits are too old. Start again later.

verify_phone-wrong = These digits don't match. { $left ->
    [one] { $left } try left
   *[other] { $left } tries left
 }.
    .plain = These are not the digits. Tries left: { $left }.
verify_phone-exhausted = No tries left for this call. Ask for a new one: the digits will be different.
    .plain = No tries left. Ask for a new call. The digits will be different.
    .o-resend = Call again
    .o-change = Another number
    .o-later = Later
verify_phone-expired = These digits don't work any more: they live a few minutes only. Shall I call again?
    .plain = These digits are too old. Call again?
    .o-resend = Call again
    .o-change = Another number
    .o-later = Later
verify_phone-full = The digits are right, but this number already has as many pupils as it may have. Write another number or send a request: a person will look at it.
    .plain = The digits are right. But this number has many pupils already. Write another number. Or send a request.
    .b-manual = Send a request
    .b-later = Later
verify_phone-bound = Number confirmed ✅ { $phone }
    Once is enough, for all the years to come.
    .plain =
        Number confirmed ✅ { $phone }
        You never need to do it again.
verify_phone-replaced = Number confirmed ✅ It is { $phone } now, the old one is switched off.
    .plain = Number confirmed ✅ The new number: { $phone }. The old one is off.
verify_phone-already = { $phone } is confirmed already, no call needed ✅
    .plain = { $phone } is confirmed already ✅ No call is needed.
verify_phone-lost = The number doesn't work out yet, and that's fine. Try later from the menu or write “help”: I'll tell you whom to ask.
    .plain = It doesn't work yet. That's fine. Try later. Or write “help”.
verify_phone-later = All right, we'll come back to it when it suits you.
    .plain = All right. We will do it later.
