/**
 * What runs in verify.html.
 *
 * @module
 */
import { listen } from './verifier.ts'

listen()
