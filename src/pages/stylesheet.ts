/**
 * The stylesheet: one for every page, for screens light and dark, wide and narrow, and for paper.
 *
 * Typefaces are those that the reader's system has. Colours only repeat what words say; every pair
 * of them has a contrast of 4.5 or more.
 *
 * @module
 */
import { SIGNING_STYLE } from './sign-style.ts'
import { VERIFYING_STYLE } from './verify-style.ts'

const TOKENS = `
:root {
  color-scheme: light dark;
  --paper: #fbfaf6;
  --raised: #ffffff;
  --sunken: #f2f0e8;
  --ink: #1d1c19;
  --quiet: #5d5a51;
  --rule: #dcd8cb;
  --strong-rule: #8d897c;
  --link: #0a5060;
  --link-over: #06323d;
  --bound: #1f5c38;
  --soon: #7a4a06;
  --gone: #5d5a51;
  --against: #97241c;
  --mark: #fff1b8;
  --line-0: #0a5060;
  --line-1: #9a4a12;
  --line-2: #5b3f8c;
  --line-3: #5d5a51;
  --serif: Charter, "Bitstream Charter", "Iowan Old Style", "Sitka Text", "Palatino Linotype", Palatino, Cambria, Georgia, "DejaVu Serif", serif;
  --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "Liberation Sans", "DejaVu Sans", sans-serif;
  --mono: ui-monospace, "SF Mono", "Cascadia Mono", "Roboto Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14161a;
    --raised: #1b1e23;
    --sunken: #0f1114;
    --ink: #e9e6dd;
    --quiet: #a8a498;
    --rule: #33363c;
    --strong-rule: #7d7a70;
    --link: #86cbd6;
    --link-over: #bfe6ec;
    --bound: #8fd0a5;
    --soon: #e6b76a;
    --gone: #a8a498;
    --against: #f09a90;
    --mark: #4a3d10;
    --line-0: #86cbd6;
    --line-1: #e6a06a;
    --line-2: #c2a8f0;
    --line-3: #a8a498;
  }
}
`

const BASE = `
*, ::before, ::after { box-sizing: border-box; }
html { font: 100%/1.6 var(--sans); background: var(--paper); color: var(--ink); -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { margin: 0; display: flex; flex-direction: column; min-height: 100vh; overflow-wrap: anywhere; font-variant-numeric: tabular-nums lining-nums; }
main { flex: 1; width: 100%; max-width: 68rem; margin: 0 auto; padding: 0 1.25rem 4rem; }
h1, h2, h3 { font-family: var(--serif); font-weight: 600; line-height: 1.2; text-wrap: balance; margin: 0; }
h1 { font-size: clamp(1.9rem, 1.4rem + 2.2vw, 3rem); letter-spacing: -0.015em; margin: 2.5rem 0 1rem; }
h2 { font-size: clamp(1.35rem, 1.2rem + .7vw, 1.75rem); letter-spacing: -0.01em; margin: 3.5rem 0 1rem; }
h3 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
p { margin: 0 0 1rem; max-width: 44rem; text-wrap: pretty; }
ul, ol { margin: 0 0 1rem; padding-left: 1.25rem; max-width: 44rem; }
a { color: var(--link); text-decoration-thickness: 1px; text-underline-offset: .18em; }
a:hover { color: var(--link-over); text-decoration-thickness: 2px; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: 2px; }
code, pre, .mono { font-family: var(--mono); font-size: .875em; }
code { overflow-wrap: anywhere; }
pre { background: var(--sunken); border: 1px solid var(--rule); border-radius: 4px; padding: 1rem 1.125rem; overflow-x: auto; line-height: 1.5; margin: 0 0 1rem; white-space: pre-wrap; overflow-wrap: anywhere; }
hr { border: 0; border-top: 1px solid var(--rule); margin: 3rem 0; }
time { white-space: nowrap; }
details { margin: 0 0 1rem; }
summary { cursor: pointer; color: var(--link); width: fit-content; }
mark { background: var(--mark); color: inherit; }
ins { text-decoration: underline; text-decoration-thickness: 2px; text-underline-offset: .2em; color: var(--bound); }
del { text-decoration: line-through; color: var(--against); }
.quiet { color: var(--quiet); font-size: .9rem; }
.lead { font-family: var(--serif); font-size: clamp(1.15rem, 1.05rem + .5vw, 1.4rem); line-height: 1.5; }
.over { color: var(--quiet); font-size: .85rem; letter-spacing: .04em; margin: 0 0 .25rem; }
p.over.heading { margin: 2.5rem 0 -1.75rem; }
.skip { position: absolute; left: -100vw; background: var(--raised); padding: .5rem 1rem; z-index: 1; }
.skip:focus { left: 1rem; top: 1rem; }
.number { text-align: right; }
`

const FRAME = `
.banner, .foot { width: calc(100% - 2.5rem); max-width: 65.5rem; margin: 0 auto; padding: 1rem 0; }
.banner { display: flex; flex-wrap: wrap; gap: .5rem 1.75rem; align-items: center; border-bottom: 1px solid var(--rule); }
.banner ul, .foot ul { list-style: none; display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; padding: 0; margin: 0; max-width: none; }
.banner nav a, .foot ul a { display: inline-block; padding: .3rem 0; text-decoration: none; color: var(--ink); }
.banner nav a:hover, .foot ul a:hover { text-decoration: underline; }
.banner nav a[aria-current] { text-decoration: underline; text-decoration-thickness: 2px; text-underline-offset: .45em; }
.brand { display: flex; gap: .6rem; align-items: center; font: 600 1.35rem/1 var(--serif); color: var(--ink); text-decoration: none; }
.banner search { margin-left: auto; }
.moment { display: flex; flex-wrap: wrap; gap: 0 1.5rem; align-items: baseline; margin: 1rem 0 0; color: var(--quiet); font-size: .875rem; }
.moment p, .moment details { margin: 0; max-width: none; }
.moment time { white-space: normal; }
.moment details[open] { flex-basis: 100%; }
.moment form { margin-top: .75rem; }
.past { background: var(--mark); color: var(--ink); padding: .6rem .9rem; border-radius: 4px; }
.past a, .past summary { color: inherit; text-decoration: underline; }
.foot { border-top: 1px solid var(--rule); padding: 1.5rem 0 3rem; font-size: .9rem; color: var(--quiet); }
.foot p { margin: 0 0 .75rem; max-width: none; }
form { display: flex; flex-wrap: wrap; gap: .75rem 1rem; align-items: end; margin: 0 0 1.5rem; }
form.search { flex-wrap: nowrap; gap: 0; align-items: stretch; margin: 0; }
form.search input { border-radius: 4px 0 0 4px; border-right: 0; min-width: 0; width: 14rem; max-width: 100%; }
form.search button { border-radius: 0 4px 4px 0; }
label { display: grid; grid-template-columns: minmax(0, 1fr); gap: .25rem; font-size: .85rem; color: var(--quiet); max-width: 100%; }
input, select, button, textarea { font: inherit; color: var(--ink); background: var(--raised); border: 1px solid var(--strong-rule); border-radius: 4px; padding: .45rem .7rem; min-height: 2.5rem; max-width: 100%; }
input, select, textarea { font-size: 1rem; }
button { cursor: pointer; white-space: nowrap; background: var(--ink); color: var(--paper); border-color: var(--ink); }
button:hover { background: var(--link-over); border-color: var(--link-over); }
button:disabled { opacity: .6; cursor: default; }
input::placeholder { color: var(--quiet); opacity: 1; }
`

const PARTS = `
.who { text-decoration: none; color: inherit; }
.who:hover .name, .who:hover .domain { text-decoration: underline; }
.name { font-weight: 600; display: inline-block; text-align: match-parent; max-width: 100%; overflow: clip; overflow-clip-margin: .15em; vertical-align: bottom; }
.domain { color: var(--link); white-space: normal; }
.word { font-weight: 600; border-left: .3rem solid; padding-left: .5rem; display: inline-block; line-height: 1.3; }
.active, .confirmed, .current, .up-to-date { color: var(--bound); }
.due, .overdue, .withdrawing, .pending, .unratified, .stale, .superseded, .recovering { color: var(--soon); }
.lapsed, .withdrawn, .none, .none-required, .refused, .succeeded, .ended { color: var(--gone); }
.suspended, .mismatch, .missed { color: var(--against); }
.cards { list-style: none; padding: 0; margin: 0; max-width: none; display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 18rem), 1fr)); }
.card { background: var(--raised); border: 1px solid var(--rule); border-radius: 6px; padding: 1.25rem 1.4rem; display: flex; flex-direction: column; }
.card p { margin: 0 0 .25rem; }
.card .title { font: 600 1.25rem/1.25 var(--serif); margin-bottom: 1rem; text-wrap: balance; }
.card .figure { font: 600 2.75rem/1 var(--serif); margin: auto 0 .4rem; }
.figures { list-style: none; padding: 1.25rem 0 0; margin: 3.5rem 0 0; max-width: none; display: flex; flex-wrap: wrap; gap: .5rem 3rem; border-top: 1px solid var(--rule); }
.figures a { color: inherit; text-decoration: none; }
.figures a:hover { text-decoration: underline; }
.figures strong { font: 600 1.5rem/1.2 var(--serif); }
.curve { margin: 0; }
.curve > svg { display: block; width: 100%; height: auto; margin: 1rem 0; }
.curve text { font: 12px var(--sans); fill: var(--quiet); }
.grid path { stroke: var(--rule); stroke-width: 1; fill: none; }
.line { fill: none; stroke-width: 2.5; stroke-linejoin: round; }
.line-0 { stroke: var(--line-0); }
.line-1 { stroke: var(--line-1); stroke-dasharray: 8 4; }
.line-2 { stroke: var(--line-2); stroke-dasharray: 2 3; }
.line-3 { stroke: var(--line-3); stroke-dasharray: 10 3 2 3; }
.legend { list-style: none; padding: 0; margin: 0; max-width: none; display: grid; gap: .15rem; }
.legend svg { vertical-align: middle; margin-right: .6rem; }
.news { list-style: none; padding: 0; }
.news li { padding: .9rem 0; border-bottom: 1px solid var(--rule); }
.news p { margin: 0; }
.wide { overflow-x: auto; margin: 0 0 1.5rem; }
table { border-collapse: collapse; width: 100%; line-height: 1.45; font-size: .95rem; }
th, td { text-align: left; vertical-align: top; padding: .65rem 1rem .65rem 0; border-bottom: 1px solid var(--rule); }
thead th { font-size: .8rem; font-weight: 600; color: var(--quiet); border-bottom: 1px solid var(--strong-rule); white-space: nowrap; vertical-align: bottom; }
th.number, td.number { text-align: right; }
tbody th { font-weight: inherit; }
td { overflow-wrap: break-word; }
td code, td .who { overflow-wrap: anywhere; }
.short { white-space: nowrap; }
td p, td ul { margin: 0 0 .4rem; }
th .name, td .name { display: block; }
.facts { margin: 0 0 1.5rem; display: grid; }
.facts > div { display: grid; grid-template-columns: minmax(9rem, 14rem) 1fr; gap: 0 1.5rem; padding: .55rem 0; border-bottom: 1px solid var(--rule); }
.facts dt { color: var(--quiet); }
.facts dd { margin: 0; min-width: 0; max-width: 44rem; }
.facts dd p, .facts dd ul { margin: 0 0 .4rem; }
.tally { list-style: none; display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; padding: 0; margin: 0 0 1.5rem; max-width: none; }
.contents { list-style: none; display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; padding: .75rem 0; margin: 0; border-block: 1px solid var(--rule); max-width: none; }
.text { font-family: var(--serif); font-size: 1.08rem; line-height: 1.65; max-width: 42rem; }
.text p { margin: 0 0 .8rem; max-width: none; }
.clause { padding-top: 1.5rem; scroll-margin-top: 1rem; max-width: 42rem; }
.clause h3 { margin: 0 0 .25rem; }
.clause h3 a { color: inherit; text-decoration: none; }
.clause h3 a:hover { text-decoration: underline; }
.clause-id { font-family: var(--mono); font-size: .8em; font-weight: 400; color: var(--quiet); display: block; }
:target { background: linear-gradient(90deg, var(--mark), transparent 2rem); padding-left: 1rem; margin-left: -1rem; }
.reserved { border-left: 3px solid var(--soon); padding-left: 1rem; margin: 1rem 0 0; font-size: .95rem; max-width: 42rem; }
.reserved h4 { margin: 0 0 .4rem; font: 600 .85rem/1.4 var(--sans); color: var(--soon); }
.reserved blockquote { margin: .25rem 0 .8rem; }
blockquote { margin: 0 0 1rem; }
.holding { background: var(--raised); border: 1px solid var(--rule); border-radius: 6px; padding: 1.25rem 1.4rem .5rem; margin: 0 0 1.5rem; }
.holding h3 { margin: 0 0 .5rem; font-size: 1.3rem; }
.answer { font-family: var(--serif); font-size: 1.2rem; line-height: 1.45; }
.interval { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 15rem), 1fr)); gap: 0; list-style: none; padding: 0; max-width: none; border-top: 3px solid var(--link); }
.interval li { padding: .9rem 1.5rem 0 0; }
.interval strong { display: block; font: 600 1.15rem/1.4 var(--serif); }
.proof { border: 1px solid var(--strong-rule); border-radius: 6px; padding: 1.25rem 1.4rem; margin: 3.5rem 0 0; }
.proof h2 { margin-top: 0; }
.proof > :last-child { margin-bottom: 0; }
.runs { white-space: pre-line; }
.lines { list-style: none; padding: 0; max-width: none; columns: 22rem auto; column-gap: 3rem; }
.lines li { padding: .55rem 0; border-bottom: 1px solid var(--rule); break-inside: avoid; }
.lines .name { display: block; }
form.wider { max-width: 34rem; }
form.wider input { flex: 1; width: auto; }
.qr { background: #fff; padding: .5rem; width: 11rem; height: auto; display: block; border: 1px solid var(--rule); }
.split { display: grid; gap: 2rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); }
.split > * { min-width: 0; }
[data-verify]:empty, [data-sign]:empty, .printed { display: none; }
.interval time { white-space: normal; }
`

const NARROW = `
@media (max-width: 46rem) {
  .banner search { margin-left: 0; width: 100%; }
  .banner .search input { width: 100%; }
  .facts > div { grid-template-columns: 1fr; }
  .curve text { font-size: 24px; }
  .curve .middle { display: none; }
  .stack thead { position: absolute; clip-path: inset(50%); height: 1px; width: 1px; overflow: hidden; }
  .stack, .stack tbody { display: block; }
  .stack tr { display: block; padding: .9rem 0; border-bottom: 1px solid var(--rule); }
  .stack th, .stack td { display: block; border: 0; padding: .1rem 0; text-align: left; }
  .stack td[data-label]::before { content: attr(data-label) ": "; color: var(--quiet); font-size: .85rem; }
}
@media (prefers-reduced-motion: no-preference) { html { scroll-behavior: smooth; } }
@media (forced-colors: active) { .word { border-left-style: double; } }
`

const PAPER = `
@media print {
  :root { color-scheme: light; --paper: #fff; --raised: #fff; --sunken: #fff; --ink: #000; --quiet: #333; --rule: #bbb; --strong-rule: #666; --link: #000; --bound: #000; --soon: #000; --gone: #000; --against: #000; --mark: #fff; --line-0: #000; --line-1: #000; --line-2: #000; --line-3: #000; }
  html { font-size: 10pt; }
  main, .banner, .foot { width: 100%; max-width: none; padding-inline: 0; }
  .banner nav, .banner search, .moment details, .skip, .contents, form, .foot ul, details:not([open]), .moment p + p { display: none; }
  .printed { display: block; }
  h1, h2, h3 { break-after: avoid; }
  tr, .clause, .holding, .card, figure { break-inside: avoid; }
  .wide { overflow: visible; }
  a { text-decoration: none; }
  .text a[href^="http"]::after { content: " (" attr(href) ")"; }
}
`

/** The stylesheet. */
export const STYLESHEET = [
  TOKENS,
  BASE,
  FRAME,
  PARTS,
  SIGNING_STYLE,
  VERIFYING_STYLE,
  NARROW,
  PAPER,
]
  .join('')
  .replace(/\n\s*/g, '\n')
  .trim()

/** The mark of the registry: two that agree. */
export const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><g fill="none" stroke="#2f8291" stroke-width="3"><circle cx="12" cy="16" r="9"/><circle cx="20" cy="16" r="9"/></g></svg>
`
