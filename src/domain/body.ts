/**
 * The bytes of a response, as many as are wanted and no more.
 *
 * @module
 */
import { concat } from '../tlog/bytes.ts'

/**
 * Reads chunks to their end; null where they have more bytes than `most`. The rest is not read then:
 * leaving the loop ends the stream.
 */
export async function readBody(
  chunks: AsyncIterable<Uint8Array>,
  most: number,
): Promise<Uint8Array | null> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const chunk of chunks) {
    length += chunk.length
    if (length > most) return null
    parts.push(chunk)
  }
  return concat(...parts)
}

/** As much of a `ReadableStream` of bytes as is used. */
export interface ByteStream {
  getReader(): {
    read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>
    cancel(): Promise<void>
  }
}

/** The chunks of a stream, which is cancelled where they are not all read. */
export async function* chunksOf(stream: ByteStream | null): AsyncGenerator<Uint8Array> {
  const reader = stream?.getReader()
  if (!reader) return
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done || !value) return
      yield value
    }
  } finally {
    await reader.cancel()
  }
}
