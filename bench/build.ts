/**
 * `npm run build`: `dist/accord.js`, `dist/verify.js`, `dist/verify.html` and `dist/site/`.
 *
 * @module
 */
import { fileURLToPath } from 'node:url'
import { copyAssets } from './assets.ts'
import {
  buildCommand,
  buildKeyFileScript,
  buildPageScripts,
  buildSignScript,
  buildVerifier,
} from './bundle.ts'
import { buildVerifierPage } from './verifier.ts'

const dist = fileURLToPath(new URL('../dist/', import.meta.url))

await buildCommand(`${dist}accord.js`)
await buildVerifier(`${dist}verify.js`)
await buildVerifierPage(`${dist}verify.html`)
await buildPageScripts(`${dist}site`)
await buildSignScript(`${dist}site/sign.js`)
await buildKeyFileScript(`${dist}site/key-file.js`)
await copyAssets(`${dist}assets/`)
