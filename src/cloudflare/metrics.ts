/**
 * Measurements on Cloudflare: what the object has counted since it was last put together.
 *
 * See https://prometheus.io/docs/instrumenting/exposition_formats/.
 *
 * @module
 */
import type { Metrics } from '../http/service.ts'

/** What is asked each time somebody collects, by the name of the measurement. */
export type Gauges = Readonly<Record<string, () => number>>

/** Makes the measurements. */
export function createMetrics(gauges: Gauges): Metrics {
  const counts = new Map<string, number>()
  const count = (name: string) => counts.set(name, (counts.get(name) ?? 0) + 1)
  return {
    contentType: 'text/plain; version=0.0.4; charset=utf-8',
    text: async () =>
      [
        ...Object.entries(gauges).map(([name, read]) => `${name} ${read()}`),
        ...[...counts].map(([name, n]) => `${name} ${n}`),
        '',
      ].join('\n'),
    request: (method, route, status) =>
      count(`accord_requests_total{method="${method}",route="${route}",status="${status}"}`),
    submission: (outcome, code) =>
      count(`accord_submissions_total{outcome="${outcome}",code="${code}"}`),
  }
}
