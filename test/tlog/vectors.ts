import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { decodeBase64 } from '../../keys/base64.ts'
import { type Hash, hash } from '../../src/tlog/bytes.ts'

const here = new URL('../vectors/', import.meta.url)

export function vector(path: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(path, here)))
}

export function vectorText(path: string): string {
  return readFileSync(new URL(path, here), 'utf8')
}

// biome-ignore lint/suspicious/noExplicitAny: each test knows the shape of its own vectors
export function vectorJson(path: string): any {
  return JSON.parse(vectorText(path))
}

/** Every file below a folder of the vectors, as paths from that folder. */
export function vectorFiles(folder: string): string[] {
  const root = fileURLToPath(new URL(`${folder}/`, here))
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .sort()
}

export function bytesOf(base64: string): Uint8Array {
  return new Uint8Array(Buffer.from(base64, 'base64'))
}

export function hashOf(base64: string): Hash {
  return hash(decodeBase64(base64)!)
}
