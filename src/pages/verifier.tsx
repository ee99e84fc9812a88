/**
 * The verifier in one file: a page that is kept on a disk, loads nothing and sends nothing.
 *
 * @module
 */
import { raw } from 'hono/html'
import { LANGUAGE } from './english.ts'
import { VERIFIER as t } from './english-pack.ts'

/** What the page is made of. */
export interface VerifierParts {
  readonly style: string
  readonly script: string
  /** The policy of the page: only this script and this style, by their hashes. */
  readonly policy: string
  readonly version: string
}

/** The whole document. The ids are those that the script knows. */
export function VerifierPage({ style, script, policy, version }: VerifierParts) {
  return (
    <html lang={LANGUAGE}>
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="content-security-policy" content={policy} />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="referrer" content="no-referrer" />
        <title>{t.title}</title>
        <style>{raw(style)}</style>
      </head>
      <body>
        <main>
          <h1>{t.heading}</h1>
          <p class="lead">{t.lead}</p>
          <noscript>
            <p class="lead">
              <strong>{t.noScript}</strong>
            </p>
          </noscript>
          <form>
            <Choice id="file" name={t.file} hint={t.fileHint} />
            <Choice id="policy" name={t.policy} hint={t.policyHint} />
          </form>
          <p class="quiet">{t.drop}</p>
          <section id="answer" aria-live="polite">
            <p class="quiet">{t.waiting}</p>
          </section>
        </main>
        <footer>{t.foot(version)}</footer>
        <script>{raw(script)}</script>
      </body>
    </html>
  )
}

function Choice({ id, name, hint }: { id: string; name: string; hint: string }) {
  return (
    <div class="choice">
      <label for={id}>{name}</label>
      <p class="quiet" id={`${id}-hint`}>
        {hint}
      </p>
      <input type="file" id={id} aria-describedby={`${id}-hint ${id}-name`} />
      <output id={`${id}-name`} for={id}>
        {t.none}
      </output>
    </div>
  )
}
