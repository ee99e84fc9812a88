/**
 * The look of what signs in the browser: a part of the stylesheet.
 *
 * @module
 */

/** Steps, forms, the bytes that are signed. */
export const SIGNING_STYLE = `
[data-sign] section { border-top: 1px solid var(--rule); margin-top: 2.5rem; }
[data-sign] h2 { margin-top: 1.75rem; }
[data-sign] [hidden] { display: none; }
[data-sign] h2:focus { outline: none; }
form.signing { display: grid; gap: 1.1rem; justify-items: start; margin: 1rem 0 1.5rem; max-width: 40rem; }
form.signing > *, form.signing details > *, .field { min-width: 0; max-width: 100%; }
form.signing > div, form.signing > details, form.signing fieldset { width: 100%; }
form.signing > div:not(.field, .action), form.signing fieldset { display: grid; gap: 1rem; }
.field { display: grid; gap: .3rem; }
.field input, .field select, .field textarea { width: 100%; }
.field input[type=number], .field input[size] { width: 6rem; }
.field input[type=date] { width: 12rem; }
.field label { color: var(--ink); font-size: .95rem; font-weight: 600; }
.field .quiet { margin: 0; }
.box { display: flex; gap: .6rem; align-items: center; color: var(--ink); font-size: .95rem; }
.box input { min-height: 0; width: 1.15rem; height: 1.15rem; margin: 0; flex: none; }
form.signing fieldset { border: 1px solid var(--rule); border-radius: 6px; padding: .9rem 1.1rem 1.1rem; margin: 0; }
form.signing legend { font-weight: 600; padding: 0 .35rem; }
form.signing h3, form.signing p { margin: 0; }
form.signing details[open] { border: 1px solid var(--rule); border-radius: 6px; padding: .9rem 1.1rem; }
.added > section > details { border: 1px solid var(--rule); border-radius: 6px; padding: .75rem 1.1rem; max-width: 44rem; }
.added button { white-space: normal; }
.added button[aria-disabled=true] { opacity: .6; cursor: default; }
[data-sign] h3:focus, .keys:focus { outline: none; }
.action { margin: 0 0 1rem; }
.copyable { margin: 0 0 1.25rem; max-width: 44rem; }
.copyable pre { margin: 0 0 .5rem; }
.copyable button, .keys .action button { background: none; color: var(--link); border-color: var(--strong-rule); min-height: 2.1rem; padding: .2rem .8rem; font-size: .875rem; }
.keys, .signers { list-style: none; padding: 0; max-width: 44rem; }
.keys li, .signers li { padding: .7rem 0; border-bottom: 1px solid var(--rule); }
.keys p { margin: 0 0 .4rem; }
.keys .copyable { margin: 0; }
.keys .action { margin: .4rem 0 0; }
.signers strong { border-left: .3rem solid; padding-left: .5rem; }
.signed strong { color: var(--bound); }
.unsigned strong { color: var(--soon); }
.bytes { border-color: var(--strong-rule); }
.signing details .field { margin-top: 1rem; }
.saving { display: inline-block; border: 1px solid var(--strong-rule); border-radius: 4px; padding: .35rem .9rem; margin: 0 .5rem .5rem 0; text-decoration: none; overflow-wrap: anywhere; }
.saving:hover { text-decoration: underline; }
.wrong { border-left: .3rem solid var(--against); padding: .2rem 0 .2rem 1rem; margin: 1rem 0; max-width: 44rem; }
.wrong p { margin: 0 0 .4rem; overflow-wrap: anywhere; }
.seen-word { font-weight: 600; color: var(--soon); border-left: .3rem solid; padding-left: .6rem; }
.seen-word.shown { color: var(--bound); }
`
