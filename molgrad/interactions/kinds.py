"""The kinds of facts about a docked pose, as they stand in `Fact.kind`."""

# What holds the molecule.
HBOND = "pose_hbond"
HBOND_BENT = "pose_hbond_bent"
SALT_BRIDGE = "pose_salt_bridge"
HYDROPHOBIC = "pose_hydrophobic"
KEEP = "pose_keep"
CONTACT_KEPT = "contact_kept"
# What it costs or lacks.
GROWTH = "pose_growth"
UNSATISFIED = "pose_unsatisfied"
EXPOSED = "pose_exposed"
INEFFICIENT = "pose_inefficient"
BURIED = "pose_buried"
CLASH = "pose_clash"
LIKE_POLAR = "pose_like_polar"
CONTACT_LOST = "contact_lost"
# How the pose is as a whole.
EFFICIENCY = "pose_efficiency"
FULL = "pose_full"
CHECKED = "pose_checked"
IMPLAUSIBLE = "pose_implausible"
UNSTEADY = "pose_unsteady"
UNREAD = "pose_unread"
OTHER_MODE = "pose_other_mode"

# Nothing to mend.
PRAISE = frozenset({HBOND, HBOND_BENT, SALT_BRIDGE, HYDROPHOBIC, KEEP, CONTACT_KEPT, EFFICIENCY, FULL, CHECKED, UNREAD})
