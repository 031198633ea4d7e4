cast_pause-done = Paused ⏸ Nothing more goes out. The button under the message about the broadcast goes on with it.
cast_pause-over = This broadcast can’t be stopped any more: all of it has gone out, or it was cancelled.
cast_pause-unknown = There is no such broadcast of yours.
