#!/usr/bin/env node
/**
 * The program `accord`.
 *
 * @module
 */
import { accord } from './program.ts'
import { processTerminal } from './terminal.ts'

process.exitCode = await accord(process.argv.slice(2), processTerminal())
