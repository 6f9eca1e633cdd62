"""The colour of each status word, the same in cells, charts and pictures."""

from sendxl.plan.vocabulary import LineStatus, Status

STATUS_FILLS: dict[str, str] = {
    Status.COMPLETE: "6EA9DF", Status.ON_TRACK: "9DD08F", Status.AT_RISK: "FFDF85", Status.OFF_TRACK: "DE6A55",
    Status.NOT_ASSESSED: "E1E4E8", LineStatus.DELIVERED: "6EA9DF", LineStatus.NOT_REPORTED: "E1E4E8",
}
"""Those of the status words of activities, measures and savings lines that have one, as RRGGBB; the others are white.

How light they are without their colour, in per cent: 50 off track, 63 complete, 75 on track, 88 at risk. Dark words stand
out on all of them. Not assessed is striped where words do not stand on it.
"""
