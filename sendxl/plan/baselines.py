"""The columns that say what a plan is held against: whoever changes one re-baselines it."""

from collections.abc import Mapping

from sendxl.plan.master import (
    MEASURES,
    PLAN,
    PROFILE,
    SAVINGS,
    TARGETS,
    Activity,
    Measure,
    Quantity,
    Saving,
    Target,
)
from sendxl.plan.schema import Column, Table

BASELINES: Mapping[Table, tuple[Column, ...]] = {
    PLAN: (Activity.starts, Activity.due),
    MEASURES: (Measure.kind, Measure.better, Measure.baseline, Measure.baseline_on, Measure.target, Measure.target_on),
    TARGETS: (Target.on, Target.expected),
    SAVINGS: (Saving.approved_on, Saving.approved_unit_saving, Saving.approved_past_pool),
    PROFILE: (Quantity.approved_quantity, Quantity.approved_from, Quantity.approved_until),
}
