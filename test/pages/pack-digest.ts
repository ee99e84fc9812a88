/**
 * Prints the digest of the pack of an entry of the story: what one process makes, for another to
 * compare.
 *
 * @module
 */
import { createHash } from 'node:crypto'
import { formatPack } from '../../src/pages/pack.ts'
import { makeStory } from '../client/story.ts'
import { packOf } from './packing.ts'

const pack = await formatPack(await packOf(makeStory().world, Number(process.argv[2])))
process.stdout.write(createHash('sha256').update(pack).digest('hex'))
