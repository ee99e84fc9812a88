import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'

const FIRST_REQUEST = `
import { createServer } from 'node:net'
import { processTerminal } from './src/cli/terminal.ts'
const server = createServer((socket) => setTimeout(() => socket.resetAndDestroy(), 0)).listen(0, '127.0.0.1', async () => {
  const url = 'http://127.0.0.1:' + server.address().port
  await processTerminal().fetch(url, { method: 'POST', body: '.' }).catch(() => console.log('failed'))
  server.close()
})`

async function firstRequest(): Promise<string> {
  const cwd = join(import.meta.dirname, '../..')
  const args = ['--import', 'tsx', '--input-type=module', '-e', FIRST_REQUEST]
  const child = spawn(process.execPath, args, { cwd, timeout: 30_000 })
  onTestFinished(() => void child.kill())
  let out = ''
  child.stdout.on('data', (text) => {
    out += text
  })
  await once(child, 'close')
  return out
}

test('a request whose connection breaks as it is made fails, also the first of a process', async () => {
  // Node 20's fetch loses about one in two of these.
  const said = await Promise.all([1, 2, 3, 4].map(firstRequest))
  expect(said).toEqual(Array(4).fill('failed\n'))
})
