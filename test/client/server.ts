import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

/** Listens on loopback until the test is over. */
export async function listen(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Serves files by their paths below /log/. */
export function serveFiles(files: ReadonlyMap<string, Uint8Array>): Promise<string> {
  return listen((request, response) => {
    const bytes = files.get((request.url ?? '').replace('/log/', ''))
    response.writeHead(bytes ? 200 : 404).end(bytes)
  })
}
