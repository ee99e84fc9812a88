/**
 * The worker in which a whole log is read, so that its page goes on answering.
 *
 * @module
 */
import { type Answer, type Progress, type Question, readWhole } from './whole-log.tsx'
import { serve } from './work.ts'

serve<Question, Progress, Answer>((question, tell) =>
  readWhole(question, (done, total) => tell({ done, total })),
)
