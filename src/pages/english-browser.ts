/**
 * Every text of the scripts of the pages, in English. A translation is another such file.
 *
 * @module
 */

/** What every panel that verifies a page says. */
export const PANEL = {
  heading: 'Verify this page here',
  policy: 'Your policy: which log, by which key, and which witnesses',
  where: 'Whose, and from whom',
  policyHint:
    'From somebody other than the registry: what it vouches for itself proves only that it agrees with itself. What you paste here stays in this browser.',
  borrow: 'Fill in the registry’s own policy',
  borrowed:
    'This is the registry’s own policy. With it, the registry could show you one log and everybody else another.',
  noPolicy: 'The registry gave no policy.',
  cancel: 'Cancel',
  cancelled: 'Cancelled. Nothing was found out.',
  failed: (code: string, message: string) => `${code}: ${message}`,
  needsPolicy: 'There is no policy to judge the log by.',
} as const

/** The texts of what verifies the page of an attestation. */
export const ATTESTED = {
  lead: 'Your browser fetches the evidence from this address, verifies every signature and every proof in it by your policy, and compares what follows with what stands on this page. Nothing is sent.',
  start: 'Verify this page',
  fetching: 'Fetching the evidence.',
  agrees:
    'Whose statement it is, what it says, its exact bytes and their digest, its place in the log, when it was logged and whose keys signed it are on this page as the evidence proves them. The sentence under the name, and the other lines on this page, are the registry’s words for that.',
  disagrees: 'What this page shows is not what the evidence proves.',
  differs: (name: string, shown: string, due: string) =>
    `${name}: this page says “${shown}”, and the evidence proves “${due}”`,
  digest: 'the digest',
  entry: 'the place in the log',
  logged: 'when it was logged',
  signers: 'the keys that signed, and their roles',
  who: 'whose statement it is',
  says: 'what the statement says',
  exact: 'the exact statement',
  proves: 'What it proves',
  doesNotProve: 'What it does not prove',
  still:
    'Whether it still stands is found out beside the page of the party, where the whole log is read:',
} as const

/** The texts of what reads the whole log beside a page. */
export const RECOUNT = {
  lead: 'Your browser fetches every entry of the log from this address, proves that they are the whole log, applies the law to each, and compares what follows with what stands above. Nothing is sent.',
  start: 'Read the whole log',
  opening: 'Fetching the checkpoint.',
  progress: (done: string, total: string, rate: string) =>
    `${done} of ${total} entries, ${rate} a second`,
  figures: (entries: string, bytes: string, seconds: string) =>
    `${entries} entries, ${bytes} bytes, ${seconds} seconds. By the law, applied to each of them:`,
  later: (n: string) =>
    `The log has grown by ${n} since what this page was asked about: what they say is not on it.`,
  agrees: 'Every line on this page about what the party stands by follows from the log.',
  disagrees: 'Lines on this page do not follow from the log.',
  complete: (shown: string, due: string) =>
    `The list is complete: ${shown} of ${due} lines are on this page, none is missing between them, and each follows from the log, as the counts above do. What the text says was not compared: it is verified on the page of its statement.`,
  shownRow: (row: string) => `shown, and does not follow: ${row}`,
  missingRow: (row: string) => `follows, and is not shown: ${row}`,
  order: 'the lines stand in another order than the one asked for',
  agree: (title: string) => `agrees: ${title}`,
  shown: (title: string, line: string) => `shown, and does not follow, of ${title}: ${line}`,
  missing: (title: string, line: string) => `follows, and is not shown, of ${title}: ${line}`,
  rollback:
    'This log contradicts what this browser saw of it before. Keep what is below, and show it to a witness.',
} as const

/** The texts of the page that verifies what it is given. */
export const GIVEN = {
  lead: 'Everything is computed in this page, on this computer. What you give it is sent nowhere; for a link, or a statement without its evidence, the evidence is fetched from this address by its digest.',
  start: 'Verify',
  file: 'What you were given',
  fileHint: '.zip, .accord-evidence, .tlog-proof, .accord-alarm or .note; or drop it anywhere here',
  none: 'No file chosen.',
  paste: 'Or paste a link, a digest, or the text of a file',
  pasted: 'what you pasted',
  policyFile: 'Or take the policy from a file',
  nothing: 'There is nothing to verify: choose a file, or paste something above.',
  opening: 'Opening it.',
  progress: (signatures: string, seconds: string) =>
    `${signatures} signatures verified, ${seconds} seconds`,
  figures: (signatures: string, bytes: string, seconds: string) =>
    `${signatures} signatures verified, in ${bytes} bytes, in ${seconds} seconds.`,
  fetched: (digest: string) =>
    `The evidence of statement ${digest} came from this address, and was judged here.`,
  page: 'This page of the registry verifies itself: open it, and read the whole log beside it.',
  unknownPage:
    'There is nothing at this link that can be verified. Paste the link of a statement, or its digest.',
  elsewhere: (host: string) =>
    `This link leads to ${host}, and this page asks nobody but its own address. Open the link, take the evidence there, and give that file to this page.`,
  absent: {
    failed: 'This address has no evidence of the statement.',
    expected: 'The statement to be in the log of this registry.',
    advice: 'Ask the registry that is said to have it, and give its evidence to this page.',
  },
  another: {
    failed: 'The evidence that came is about another statement.',
    expected: 'Evidence of the statement that was asked about.',
    advice: 'Ask a mirror for the evidence. This address gave the wrong one.',
  },
  otherLines: {
    failed: 'The statement is in the log, but not with these signatures.',
    expected: 'Every signature line of the note to be one that was logged.',
    advice: 'Go by what was logged. Ask whoever gave you the note where its signatures come from.',
  },
} as const
