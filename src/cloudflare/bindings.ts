/**
 * What `wrangler.toml` binds to the Worker; the settings are read apart.
 *
 * @module
 */

import type { Registry } from './object.ts'
import type { Persons } from './persons.ts'

/** The bindings. */
export interface Bindings {
  readonly REGISTRY: DurableObjectNamespace<Registry>
  readonly PERSONS: DurableObjectNamespace<Persons>
  readonly FILES: R2Bucket
  readonly ASSETS: Fetcher
}
