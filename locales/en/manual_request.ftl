manual_request-sure = Send a request to support? A person will check the number, usually within one working day. You won't have to wait for a call.
    .o-send = Send the request
    .o-back = Back
manual_request-sent = Request no. { $number } is sent. You can ask about it by this number: “help” shows whom.
manual_request-already = Your request no. { $number } is with support already, a second one isn't needed. You can ask about it by this number: “help” shows whom.
manual_request-limited = There have been requests lately, so no new one can be taken for now. Write “help”: it lists people who will answer.
