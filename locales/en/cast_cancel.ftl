cast_cancel-undone = Cancelled: nobody got anything. To write anew, begin another broadcast.
cast_cancel-done = Cancelled. { $sent ->
    [0] Nobody has got anything yet.
   *[other] Got it already: { $sent }. The others will not.
 }
cast_cancel-over = There is nothing to cancel: all of it has gone out, or it was cancelled before.
cast_cancel-unknown = There is no such broadcast of yours.
