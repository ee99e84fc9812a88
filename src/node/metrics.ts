/**
 * Measurements for Prometheus.
 *
 * See https://prometheus.io/docs/instrumenting/exposition_formats/.
 *
 * @module
 */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import { lagOf, type WitnessStatus } from '../depositary/witnesses.ts'

/** What is asked each time somebody collects. */
export interface Gauges {
  /** How many entries the published checkpoint covers. */
  readonly treeSize: () => number
  /** Seconds since the published checkpoint was signed. */
  readonly checkpointAge: () => number
  /** How many statements wait to be sequenced. */
  readonly queueLength: () => number
  /** The witnesses that are asked; left out where none is. */
  readonly witnesses?: () => readonly WitnessStatus[]
}

/** The measurements of one service. */
export interface Metrics {
  readonly contentType: string
  /** The text that a collector reads. */
  text(): Promise<string>
  /** A request was answered. `route` is a pattern, never a path: paths are endless. */
  request(method: string, route: string, status: number, seconds: number): void
  /** A statement was logged, or refused with this code. */
  submission(outcome: 'logged' | 'again' | 'refused', code: string): void
}

/** Makes the measurements; each service has its own. */
export function createMetrics(gauges: Gauges): Metrics {
  const registers = [new Registry()]
  collectDefaultMetrics({ register: registers[0]! })
  gauge(registers, 'accord_tree_size', 'Entries under the published checkpoint', gauges.treeSize)
  gauge(registers, 'accord_checkpoint_age_seconds', 'Its age', gauges.checkpointAge)
  gauge(registers, 'accord_queue_length', 'Statements that wait', gauges.queueLength)
  if (gauges.witnesses) witnessGauges(registers, gauges.witnesses, gauges.treeSize)
  const submissions = new Counter({
    name: 'accord_submissions_total',
    help: 'Statements by outcome and refusal code',
    labelNames: ['outcome', 'code'],
    registers,
  })
  const requests = new Histogram({
    name: 'accord_request_duration_seconds',
    help: 'Time to answer',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10],
    registers,
  })
  return {
    contentType: registers[0]!.contentType,
    text: () => registers[0]!.metrics(),
    request: (method, route, status, seconds) =>
      requests.observe({ method, route, status: String(status) }, seconds),
    submission: (outcome, code) => submissions.inc({ outcome, code }),
  }
}

/** How far each witness is behind, and when it last cosigned. */
function witnessGauges(
  registers: Registry[],
  witnesses: () => readonly WitnessStatus[],
  treeSize: () => number,
): void {
  labelled(registers, 'accord_witness_lag_entries', 'Public entries it has not cosigned', () =>
    witnesses().map((status) => [status.name, lagOf(status, treeSize())]),
  )
  labelled(registers, 'accord_witness_last_success_seconds', 'When it last cosigned, or 0', () =>
    witnesses().map(({ name, last }) => [name, last ?? 0]),
  )
}

function labelled(
  registers: Registry[],
  name: string,
  help: string,
  read: () => readonly (readonly [witness: string, value: number])[],
): void {
  new Gauge({
    name,
    help,
    labelNames: ['witness'],
    registers,
    collect() {
      for (const [witness, value] of read()) this.set({ witness }, value)
    },
  })
}

function gauge(registers: Registry[], name: string, help: string, read: () => number): void {
  new Gauge({
    name,
    help,
    registers,
    collect() {
      this.set(read())
    },
  })
}
