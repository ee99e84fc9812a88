/**
 * The look of what verifies in the browser: a part of the stylesheet.
 *
 * @module
 */

/** The panel, what is chosen or typed in it, and the three verdicts. */
export const VERIFYING_STYLE = `
[data-verify] .added { background: var(--raised); border: 1px solid var(--rule); border-radius: 6px; padding: 1.25rem 1.4rem; margin: 1.75rem 0; max-width: 46rem; }
[data-verify] .added h2 { font-size: 1.3rem; margin: 1.5rem 0 .5rem; }
[data-verify] .added h3:first-child { margin-top: 0; }
[data-verify] .added > p { max-width: 40rem; }
[data-verify] .added label { display: block; color: var(--ink); font-size: .95rem; font-weight: 600; margin: 1rem 0 .3rem; }
[data-verify] .added .choice label { margin-top: 0; }
[data-verify] .added textarea { width: 100%; font-family: var(--mono); font-size: .8rem; overflow-wrap: anywhere; }
[data-verify] .added > button { margin: 0 .4rem .5rem 0; }
[data-verify] .added > button:first-of-type { background: none; color: var(--link); border-color: var(--strong-rule); }
[data-verify] .added [aria-live]:not(:empty) { border-top: 1px solid var(--rule); margin-top: 1.25rem; padding-top: 1.25rem; overflow-wrap: anywhere; }
.choice { border: 1px dashed var(--strong-rule); border-radius: 6px; padding: .9rem 1.1rem; margin: 0 0 1rem; }
.choice p { margin: 0 0 .6rem; }
.choice input, [data-verify] input[type=file] { font-size: 0; max-width: 100%; border: 0; background: none; padding: 0; min-height: 0; }
[data-verify] ::file-selector-button { font: 1rem var(--sans); padding: .4rem .9rem; border: 1px solid var(--ink); border-radius: 4px; background: var(--ink); color: var(--paper); cursor: pointer; }
.choice output { display: block; margin-top: .5rem; font-size: .9rem; }
body.over .choice { border: 2px solid var(--link); }
.verdict { font: 600 clamp(1.5rem, 1.35rem + .8vw, 2rem)/1.2 var(--serif); border-left: .4rem solid; padding-left: .8rem; margin: 0 0 1rem; }
.verdict.verified { color: var(--bound); }
.verdict.not-verified { color: var(--against); }
.verdict.cannot-tell { color: var(--soon); }
@media print { [data-verify] .added { display: none; } }
`
