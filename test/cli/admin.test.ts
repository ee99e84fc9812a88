import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { askAdmin } from '../../src/cli/admin.ts'
import type { Terminal } from '../../src/cli/terminal.ts'

let server: Server | undefined

afterEach(() => {
  server?.close()
  server?.closeAllConnections()
})

/** A registry that hangs up so often before it answers. @returns what was asked, and where */
async function hangingUp(times: number) {
  const asked: string[] = []
  server = createServer((request, response) => {
    asked.push(request.url!)
    if (asked.length <= times) request.socket.destroy()
    else response.end('{"size":7}')
  })
  await new Promise<void>((done) => server!.listen(0, '127.0.0.1', done))
  return { asked, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

const terminal = { env: { ACCORD_ADMIN_TOKEN: 'token' }, fetch } as unknown as Terminal

test('a connection that ends without an answer is tried again', async () => {
  const { asked, url } = await hangingUp(1)
  expect(await askAdmin(terminal, url, 'arrive', '{}')).toEqual({ size: 7 })
  expect(asked).toEqual(['/admin/arrive', '/admin/arrive'])
})

test('and then says that nobody answers', async () => {
  const { asked, url } = await hangingUp(9)
  await expect(askAdmin(terminal, url, 'arrived')).rejects.toMatchObject({ code: 'NO_ANSWER' })
  expect(asked).toHaveLength(2)
})
