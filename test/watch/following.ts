/**
 * A mirror that follows a log, for tests of what it serves.
 *
 * @module
 */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** What a mirror says when it is open. */
export interface Announced {
  readonly url: string
  readonly mirror_of: string
  readonly vkey: string
}

/** `accord mirror --follow` as a process of its own, in a folder that has the policy. */
export async function follow(folder: string, log: string, more: readonly string[] = []) {
  const main = new URL('../../src/cli/main.ts', import.meta.url).pathname
  const args = ['--import', 'tsx', main, 'mirror', log, '--follow', '--every', '1', '--json']
  const kept = ['--data', join(folder, 'mirror'), ...more]
  const env = {
    PATH: process.env['PATH']!,
    ...{ PORT: '0', ACCORD_POLICY: join(folder, 'data', 'policy.txt') },
  }
  const child = spawn(process.execPath, [...args, ...kept], { env })
  onTestFinished(() => void child.kill('SIGKILL'))
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
  let out = ''
  let err = ''
  child.stderr.on('data', (chunk) => {
    err += chunk
  })
  const announced = await new Promise<Announced | null>((resolve) => {
    child.stdout.on('data', (chunk) => {
      out += chunk
      if (out.endsWith('}\n')) resolve(JSON.parse(out) as Announced)
    })
    child.once('exit', () => resolve(null))
  })
  return { child, ended, announced: announced!, err: () => err }
}

async function sizeAt(url: string): Promise<number> {
  return Number((await (await fetch(`${url}/checkpoint`)).text()).split('\n')[1])
}

/** Waits until a log has so many entries. */
export async function reaches(url: string, size: number): Promise<void> {
  // A copy that has no checkpoint yet has no size.
  for (let i = 0; !((await sizeAt(url)) >= size); i++) {
    if (i === 600) throw new Error(`it never reached ${size}`)
    await new Promise((later) => setTimeout(later, 100))
  }
}
