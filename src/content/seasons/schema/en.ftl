# Hints in the editor: what a key of a season is for. A key here is “where-what”.

season-season = The school year: 2026-2027. The file is called the same
season-begins = The first day of the season: 2026-09-01
season-ends = The last day of the season: 2027-05-31
season-stages = The stages in their order. The words of one are stage-<name> in locales/<language>/season.ftl
season-consents = The days of consents: until when scans and confirmations, from when profiles without a consent are deleted, until when the originals

consents-scans = The last day for scans and confirmations: 2026-09-05
consents-delete = From this day on profiles without a consent are deleted: 2026-09-08
consents-originals = The last day for the papers themselves: 2026-09-13

stage-by = When the stage closes: the last day on which it can be passed
stage-begin = The flow that the reminder's button begins (it has entry: []); track without this
stage-feedback = The flow that asks how an event of the stage was (it has entry: [event]); feedback_trial without this
stage-remind = When those who have not passed the stage are reminded: a list of {"{"} before: 7d, at: "10:00" {"}"}

reminder-before = How many days before it closes: 0d to 60d
reminder-at = At which hour of the pupil's local time: "10:00"
