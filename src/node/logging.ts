/**
 * What the service says while it runs: JSON lines on stderr, so that stdout is for people.
 *
 * @module
 */
import { configure, getJsonLinesFormatter, getLogger, type LogLevel } from '@logtape/logtape'

/** Writes an event and what belongs to it. Never a secret, never the body of a statement. */
export type Log = (
  level: 'debug' | 'info' | 'warning' | 'error',
  event: string,
  fields?: Readonly<Record<string, unknown>>,
) => void

/** Begins to write events of this level and above. A process has one such log. */
export async function startLogging(level: LogLevel): Promise<Log> {
  const format = getJsonLinesFormatter({ properties: 'flatten' })
  await configure({
    reset: true,
    sinks: { stderr: (record) => void process.stderr.write(format(record)) },
    loggers: [
      { category: 'accord', lowestLevel: level, sinks: ['stderr'] },
      { category: ['logtape', 'meta'], lowestLevel: 'warning', sinks: ['stderr'] },
    ],
  })
  const logger = getLogger('accord')
  return (at, event, fields = {}) => logger[at](event, { ...fields })
}
