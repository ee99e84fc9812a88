/**
 * Every text of the scripts of the pages, in English. A translation is another such file.
 *
 * @module
 */

/** The texts of what reads the whole log beside a page. */
export const RECOUNT = {
  heading: 'Verify this page here',
  lead: 'Your browser fetches every entry of the log from this address, proves that they are the whole log, applies the law to each, and compares what follows with what stands above. Nothing is sent.',
  policy: 'Your policy: which log, by which key, and which witnesses',
  policyHint:
    'From somebody other than the registry: what it vouches for itself proves only that it agrees with itself. What you paste here stays in this browser.',
  borrow: 'Fill in the registry’s own policy',
  borrowed:
    'This is the registry’s own policy. With it, the registry could show you one log and everybody else another.',
  start: 'Read the whole log',
  cancel: 'Cancel',
  cancelled: 'Cancelled. Nothing was found out.',
  needsPolicy: 'There is no policy to judge the log by.',
  progress: (done: string, total: string, rate: string) =>
    `${done} of ${total} entries, ${rate} a second`,
  figures: (entries: string, bytes: string, seconds: string) =>
    `${entries} entries, ${bytes} bytes, ${seconds} seconds. By the law, applied to each of them:`,
  agrees: 'Every line on this page about what the party stands by follows from the log.',
  disagrees: 'Lines on this page do not follow from the log.',
  agree: (title: string) => `agrees: ${title}`,
  shown: (title: string, line: string) => `shown, and does not follow, of ${title}: ${line}`,
  missing: (title: string, line: string) => `follows, and is not shown, of ${title}: ${line}`,
  rollback:
    'This log contradicts what this browser saw of it before. Keep what is below, and show it to a witness.',
  failed: (code: string, message: string) => `${code}: ${message}`,
} as const
