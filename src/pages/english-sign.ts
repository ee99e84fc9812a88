/**
 * Every text about signing, in English: of the page, and of the script on it. A translation is
 * another such file.
 *
 * @module
 */

/** The texts of the page as it is served. */
export const SIGN = {
  title: 'Sign',
  lead: 'Keys are made and used on machines of your own, and nothing secret is ever sent here. The registry learns of a signature when it is handed in.',
  choose: 'Which text',
  show: 'Read it and sign',
  version: (n: number) => `Version ${n}, the latest. Read every clause before anything else.`,
  whole: 'Its page, with who stands by it',
  mirror: 'This is a mirror, which takes no signatures. They are handed in at the registry:',
  byCommand: 'On a command line',
  byCommandLead:
    'The same without a browser: for whoever has no JavaScript, or keeps keys on another machine or in hardware.',
  parts: (base: string, id: string) => [
    {
      id: 'keys',
      title: 'Keys',
      text: [
        'Each officer makes a key on a machine of their own; another one goes into a safe, to recover with. A secret is shown to nobody, and copied nowhere but to the safe.',
      ],
      shell: [
        'accord keygen EXAMPLE.COM/ceo -o ceo.key',
        'accord keygen EXAMPLE.COM/counsel -o counsel.key',
        'accord keygen EXAMPLE.COM/safe -o safe.key',
      ],
    },
    {
      id: 'domain',
      title: 'The domain says whose they are',
      text: [
        'The company publishes its keys at its own domain, over DNS or HTTPS. The first command prints the lines to publish, the second says whether they can be seen.',
      ],
      shell: [
        `export ACCORD_LOG=${base}`,
        "accord enrol --name 'EXAMPLE' --threshold 2 --keys CEO-VKEY:ROLE --keys COUNSEL-VKEY:ROLE \\",
        "  --recovery SAFE-VKEY:'in the safe' -k ceo.key -k counsel.key -k safe.key",
        'accord check-domain EXAMPLE.COM',
      ],
    },
    {
      id: 'sign',
      title: 'The signature',
      text: [
        'A draft is a text that is read before it is signed: reservations and declarations stand in it. Each officer signs the same bytes on their own machine, offline and in any order; whoever has the notes hands them in, and keeps the receipt.',
      ],
      shell: [
        `accord draft commit sign ${id} -p EXAMPLE.COM -o pledge.statement`,
        'accord sign pledge.statement -k ceo.key -o ceo.note',
        'accord sign pledge.statement -k counsel.key -o counsel.note',
        'accord submit ceo.note counsel.note -o pledge.tlog-proof',
      ],
    },
    {
      id: 'after',
      title: 'Afterwards',
      text: [
        'Keep the receipt, and keep the keys published. A commitment that ends is renewed by signing again; the calendar on the company’s page says when.',
        'Other keys, a lost or a stolen one, a report, a successor: that is done on a command line. A .statement drafted there can be signed here.',
      ],
    },
  ],
} as const
