import type { Bindings } from '../../src/cloudflare/bindings.ts'

declare global {
  namespace Cloudflare {
    interface Env extends Bindings {}
  }
}
