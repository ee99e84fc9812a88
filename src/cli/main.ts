#!/usr/bin/env node
/**
 * The program `accord`.
 *
 * @module
 */
import { accord } from './program.ts'
import { processTerminal } from './terminal.ts'

// Whoever reads the answer may stop before its end, as head does.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })
}

process.exitCode = await accord(process.argv.slice(2), processTerminal())
