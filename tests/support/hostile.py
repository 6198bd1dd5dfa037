"""Texts with markup, scripts and control characters, which a page must show as text."""

HOSTILE = '<script>window.pwned = 1; document.title = "pwned"</script><img src=x onerror="window.pwned = 1">'
TITLE = f'"\' onmouseover="window.pwned=1" </title></svg></details> {HOSTILE} {{{{ 7 * 7 }}}} &lt;b&gt; $x_1$'
NAMES = {
    "J": "Politics </text></svg><script>pwned()</script>",
    "M": "Music $a_1$ & \u202enoise",
    "S": "農業",
    "U": "#1c1e21",
}
UNSEEN = "\x1b[31m \x00 \u202e \u2066 \uffff"
