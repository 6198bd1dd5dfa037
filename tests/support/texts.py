"""Texts that several tests share."""

from hypothesis import strategies as st

SECURITY = (
    "Armed groups, insurgency and regional security after the fall of the regime. "
    "The collapse of the old government left militias, insurgents and foreign fighters in control of the border. "
    "We ask how armed groups changed the security of the region after the regime change, how neighbouring states "
    "and peacekeeping forces reacted, and why military intervention and counterinsurgency failed to bring stability."
)
MIXED = [
    {
        "id": "a",
        "title": "Counterinsurgency and the army",
        "text": "Soldiers, armies and military operations.",
    },
    "{broken",
    {"id": "c", "text": "  "},
    ["no", "object"],
    {"id": "e", "title": "Soils", "abstract": "Wheat, soil and fertilizer in field trials on farms."},
    {"id": "f", "note": "neither title nor text"},
]
HEAVY = {"sklearn", "scipy", "rich", "joblib", "pandas"}

odd_texts = st.lists(
    st.one_of(
        st.text(max_size=40),
        st.sampled_from(
            ["war", "War,", "armies &amp; states", "<jats:p>soil</jats:p>", "wheat\u00adfield", "ﬁeld", ""]
        ),
        st.text(alphabet="abcdefghij ", max_size=60),
    ),
    max_size=12,
).map(" ".join)
