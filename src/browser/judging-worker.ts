/**
 * The worker in which the pages judge, so that they go on answering.
 *
 * @module
 */
import { type Asked, type Judged, judgeAsked } from './judging.ts'
import { serve } from './work.ts'

serve<Asked, number, Judged>(judgeAsked)
