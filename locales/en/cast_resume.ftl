cast_resume-done = It goes on where it stopped.
cast_resume-over = There is nothing to go on with: all of it has gone out, or it was cancelled.
cast_resume-stranger = It can’t go on: you do not answer any more for a territory that it goes to. Ask whoever gave you the role.
cast_resume-unknown = There is no such broadcast of yours.
