/**
 * A statement in words, as its page shows it once it is logged.
 *
 * @module
 */
import type { Statement } from '../accord/statement.ts'
import type { Frame } from '../pages/frame.ts'
import { StatementView } from '../pages/statement.tsx'

/** What a statement says, field by field. */
export function viewOf(statement: Statement): Node[] {
  const frame: Frame = {
    ...{ base: '', origin: statement.registry, keeper: null, mirrorOf: null, path: '/sign' },
    ...{ clock: null, stylesheet: '', icon: '', scripts: [] },
  }
  const markup = String(<StatementView frame={frame} of={statement} />)
  return [...new DOMParser().parseFromString(markup, 'text/html').body.childNodes]
}
