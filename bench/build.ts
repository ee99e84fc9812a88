/**
 * `npm run build`: `dist/accord.js` and `dist/verify.js`.
 *
 * @module
 */
import { fileURLToPath } from 'node:url'
import { buildCommand, buildVerifier } from './bundle.ts'

const dist = fileURLToPath(new URL('../dist/', import.meta.url))

await buildCommand(`${dist}accord.js`)
await buildVerifier(`${dist}verify.js`)
