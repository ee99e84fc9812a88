/**
 * The command as it ships, for tests that run it as processes: those start five times faster so.
 *
 * @module
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { buildCommand } from '../../bench/bundle.ts'

/** Builds it below node_modules, where packages with native code are found. @returns the file */
export async function builtCommand(): Promise<string> {
  const cache = join(import.meta.dirname, '../../node_modules/.cache')
  mkdirSync(cache, { recursive: true })
  const folder = mkdtempSync(join(cache, 'accord-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const program = join(folder, 'accord.js')
  await buildCommand(program)
  return program
}
