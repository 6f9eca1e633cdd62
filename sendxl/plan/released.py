"""The headers and settings that masters and trackers of earlier releases have, as these made them. Never to be changed.

What is declared now and not here was added since.
"""

_TABLES_1 = {
    "Plan":
        "Ref | Theme | Activity | Expected change | Rationale | Savings rating | Savings note | Benefits from | "
        "Benefits by | Benefits note | Lead | Joint leads | Capacity | Capacity note | Starts | Due | Closed on | "
        "Closed reason | % complete | Completed on | Forecast finish | Lead status | Progress | Corrective action | "
        "Next steps | Decision needed | Evidence | Period | Updated on | Updated by | Delivery status | Measure "
        "status | Status | Reason | Direction | Update state | Lead view | Planned to date | Realised to date | "
        "Forecast | Savings status",
    "Measures":
        "Ref | Activity ref | Measure | Kind | Better | Cumulative | Unit | Baseline | Baseline on | Target | Target "
        "on | Actual | Out of | Actual on | Note | Period | Value | Previous | Expected now | Attainment | Status | "
        "Reason | Direction",
    "Savings":
        "Ref | Activity ref | Description | Method | Chain | Unit amount | Annual value | Share | Type | Fund | "
        "Confidence | Pool | Claim order | Approved unit saving | Approved on | Finance confirmed on | Withdrawn on | "
        "Unit saving | Full-year effect | Planned to date | Realised to date | Forecast | Variance | Weighted | "
        "Removed by pool | Status",
    "Profile": "Ref | Savings ref | From | Until | Planned quantity | Actual quantity | Actual from | Evidence | Note",
    "Years": "Ref | Savings ref | Year | Type | Fund | Planned | Forecast | Realised",
    "Trackers": "Tracker | Lead | Period | Issued on | Due on | Digest | State | Returned on | Stamped on | Return",
    "Held":
        "No | Code | Tracker | Table | Ref | Column | Issued | Master | Returned | Other | Return | Since | What to "
        "do | Decision | Why | Settled on",
    "Review": "No | Ref | Column | Raw text | Read as | Doubt | Settled",
    "Leads": "Code | Title | Name | Email | Other names",
    "UnitCosts": "Code | Placement | Annual cost | Qualifier | Price base | Source",
    "Pools": "Code | Learners | Capacity | Note",
    "Settings": "Setting | Value | What it does",
    "Updates":
        "No | Period | Ref | % complete | Completed on | Forecast finish | Lead status | Progress | Corrective action "
        "| Next steps | Decision needed | Evidence | Tracker | Return | Batch | Stamped at",
    "Readings": "No | Period | Ref | Actual | Out of | Actual on | Note | Tracker | Return | Batch | Stamped at",
    "Stamps":
        "No | Batch | Kind | Stamped at | Stamped by | Table | Ref | Column | Old | New | Code | Explanation | Return "
        "| SHA-256 | Undoes",
}
_SETTINGS_1 = (
    "Plan title | Plan id | Reporting period | Closed through | Plan starts | First year | Year count | "
    "On track from | At risk from | Early share | Same within | Update due days | Discount rate | Volume "
    "spread | Approx spread | Average spread | Up to low | Realised on track | Realised at risk | Backups "
    "kept"
)
_TRACKER_1 = {
    "Plan":
        "Ref | Theme | Activity | Expected change | Joint leads | Starts | Due | Status | Reason | No change | % "
        "complete | Completed on | Forecast finish | Lead status | Last progress | Progress | Last corrective action "
        "| Corrective action | Last next steps | Next steps | Last decision needed | Decision needed | Evidence",
    "Measures":
        "Ref | Activity ref | Measure | Kind | Unit | Baseline | Baseline on | Target | Target on | Status | Reason | "
        "Actual | Out of | Actual on | Note",
    "Profile": "Ref | Savings ref | From | Until | Planned quantity | Actual quantity | Actual from | Evidence | Note",
}


def _split(headers: str) -> tuple[str, ...]:
    return tuple(headers.split(" | "))


TABLES_1 = {name: _split(headers) for name, headers in _TABLES_1.items()}
"""Release 0.1.0: the tables of a master, by name, with their headers."""
SETTINGS_1 = _split(_SETTINGS_1)
"""Release 0.1.0: the settings."""
TRACKER_1 = {name: _split(headers) for name, headers in _TRACKER_1.items()}
"""Release 0.1.0: the tables that a lead fills, by name, with their headers."""

SAYS_1 = {"Queries": "Questions about an earlier version of this return; answer in Explanation."}
"""Release 0.1.0: what stands under the titles of a tracker's sheets, by table, where it is worded otherwise now."""
