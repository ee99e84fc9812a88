/**
 * `npm run build`: `dist/accord.js`, `dist/verify.js` and `dist/verify.html`.
 *
 * @module
 */
import { fileURLToPath } from 'node:url'
import { buildCommand, buildVerifier } from './bundle.ts'
import { buildVerifierPage } from './verifier.ts'

const dist = fileURLToPath(new URL('../dist/', import.meta.url))

await buildCommand(`${dist}accord.js`)
await buildVerifier(`${dist}verify.js`)
await buildVerifierPage(`${dist}verify.html`)
