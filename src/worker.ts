/**
 * The registry on Cloudflare: what is deployed.
 *
 * See docs/cloudflare.md.
 *
 * @module
 */
import type { Bindings } from './cloudflare/bindings.ts'
import { answerAtFront } from './cloudflare/front.ts'

export { Registry } from './cloudflare/object.ts'
export { Persons } from './cloudflare/persons.ts'

export default {
  fetch: (request, env, ctx) => answerAtFront(request, env, (work) => ctx.waitUntil(work)),
} satisfies ExportedHandler<Bindings>
