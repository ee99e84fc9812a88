import type { Reporter, TestModule } from 'vitest/node'

/** Ends the run with the one line that CI counts. A module that fails to load counts as a failure. */
export default class Closing implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const n = { passed: 0, failed: 0, skipped: 0, pending: 0 }
    for (const m of modules) {
      if (m.errors().length > 0) n.failed++
      for (const t of m.children.allTests()) n[t.result().state]++
    }
    console.log(`${n.passed} passed, ${n.failed} failed, ${n.skipped} skipped`)
  }
}
