"""Discord's markdown as the page draws it, case by case."""

from __future__ import annotations

import asyncio

from playwright.async_api import Page

CASES = {
    "**b** *i* _i_ __u__ ~~s~~": "<b>b</b> <i>i</i> <i>i</i> <u>u</u> <s>s</s>",
    "***both*** **a *b* c**": "<b><i>both</i></b> <b>a <i>b</i> c</b>",
    "snake_case_name and 2 * 3 * 4": "snake_case_name and 2 * 3 * 4",
    r"\*plain\* \_too\_": "*plain* _too_",
    "`**code**` ``a ` b``": "<code>**code**</code> <code>a ` b</code>",
    "```py\n<b>*x*</b>\n```": '<pre tabindex="0"><code>&lt;b&gt;*x*&lt;/b&gt;</code></pre>',
    "# One\n## Two\n-# small": "<h4>One</h4><h5>Two</h5><small>small</small>",
    "> said\nafter": "<blockquote>said</blockquote>after",
    ">>> all\nof it": "<blockquote>all\nof it</blockquote>",
    "- a\n  - b\n- c": "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>",
    "3. c\n4. d": '<ol start="3"><li>c</li><li>d</li></ol>',
    "<script>alert(1)</script> & <img src=x onerror=y>": (
        "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &lt;img src=x onerror=y&gt;"
    ),
    "[x](javascript:alert(1))": "[x](javascript:alert(1))",
    "[**x**](https://a.example/b)": (
        '<a href="https://a.example/b" target="_blank" rel="noopener noreferrer"><b>x</b></a>'
    ),
    "at https://a.example/b_c, ok": (
        'at <a href="https://a.example/b_c" target="_blank" rel="noopener noreferrer">https://a.example/b_c</a>, ok'
    ),
    "<@123456> in <#654321> </bgm:99999>": (
        '<span class="mention">@user 123456</span> in <button class="mention" type="button">#room 654321</button> '
        '<span class="mention">/bgm</span>'
    ),
    "<:sparkle:123456789> @everyone": ':sparkle: <span class="mention">@everyone</span>',
    "**open *never closed": "**open *never closed",
    "<t:99999999999999>": "&lt;t:99999999999999&gt;",
}
DRAW = """async (sources) => {
  const { markdown } = await import("/static/js/markdown.js");
  const ctx = { user: (id) => `user ${id}`, channel: (id) => `room ${id}`, open: () => {} };
  return sources.map((source) => {
    const box = document.createElement("div");
    box.append(...markdown(source, ctx));
    return box.innerHTML;
  });
}"""


async def test_every_case(tab: Page) -> None:
    drawn = await tab.evaluate(DRAW, list(CASES))
    assert dict(zip(CASES, drawn, strict=True)) == CASES


async def test_a_wall_of_signs_does_not_stall_the_page(tab: Page) -> None:
    wall = ["*" * 2000, "**a" * 600, "||" * 1000, "[a](" * 500, "_ " * 1000, "> " * 1000, "`" * 2000, "- " * 1000]
    async with asyncio.timeout(60):
        assert len(await tab.evaluate(DRAW, wall)) == len(wall)
