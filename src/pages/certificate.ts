/**
 * The certificate: what evidence says, on paper. It says no more than the evidence does, and that
 * paper proves nothing.
 *
 * The same evidence gives the same bytes: its date is that of the entry, and nothing in it is drawn
 * by lot.
 *
 * @module
 */
import type { Finding } from '../accord/finding.ts'
import { sayDomain } from '../accord/label.ts'
import { parseTime } from '../accord/text.ts'
import { LANGUAGE } from './english.ts'
import { CERTIFICATE as t } from './english-pack.ts'
import { qrModules } from './qr.tsx'
import { MEASURE, Sheet, type Style } from './sheet.ts'

/** What evidence proves, and what it does not, in sentences. The first says who did what. */
export interface Said {
  readonly proves: readonly string[]
  readonly doesNotProve: readonly string[]
}

/** What is put on paper. */
export interface Certificate {
  readonly finding: Finding
  readonly said: Said
  /** Where the attestation is read, for ever. */
  readonly permalink: string
}

/** The side of the QR code, in points: a module is not smaller than half a millimetre. */
const QR = 104

/** Where the values of facts begin. */
const VALUES = 92

/** Writes the certificate as a PDF file. */
export async function formatCertificate(certificate: Certificate): Promise<Uint8Array> {
  const { finding, permalink } = certificate
  const { party, origin, index, times } = finding
  const time = parseTime(times.logged)!
  const title = `${t.title}: ${party.domain}, ${t.entry} ${index}`
  const sheet = await Sheet.open({ title, author: origin, language: LANGUAGE, time })
  addHead(sheet, certificate)
  addFacts(sheet, finding)
  addList(sheet, t.proves, certificate.said.proves.slice(1))
  addList(sheet, t.doesNotProve, certificate.said.doesNotProve)
  addCheck(sheet, permalink)
  return sheet.end((page, of) => `${origin} · ${t.entry} ${index} · ${t.page(page, of)}`)
}

function addHead(sheet: Sheet, { finding, said, permalink }: Certificate): void {
  const width = MEASURE - QR - 24
  const top = sheet.y
  sheet.grid(qrModules(permalink), QR)
  sheet.text(t.title, { face: 'bold', size: 9, ink: 'quiet', width, after: 8 })
  sheet.text(domainOn(sheet, finding), { face: 'title', size: 24, width, after: 4 })
  sheet.text(said.proves[0]!, { face: 'serif', size: 13, width, after: 6 })
  sheet.text(t.lead, { ink: 'quiet', width })
  sheet.y = Math.min(sheet.y, top - QR)
  sheet.rule(10, 10)
}

/** The domain, with what its A-labels stand for where the typefaces have that. */
function domainOn(sheet: Sheet, { party: { domain } }: Finding): string {
  const shown = sayDomain(domain)
  return sheet.has(shown) ? shown : domain
}

function addFacts(sheet: Sheet, finding: Finding): void {
  const { party, origin, index, digest, times, signers, checkpoint, instrument } = finding
  addFact(sheet, t.party, domainOn(sheet, finding))
  addFact(sheet, party.id === null ? t.depositary : t.name, JSON.stringify(party.name))
  if (instrument) {
    addFact(sheet, t.about, t.text(instrument.text))
    addFact(sheet, '', instrument.digest, CODE)
  }
  addFact(sheet, t.log, origin)
  addFact(sheet, t.entry, String(index))
  addFact(sheet, t.logged, t.loggedBy(times.logged))
  addFact(sheet, t.digest, digest, CODE)
  for (const [i, { vkey }] of signers.entries()) addFact(sheet, i === 0 ? t.signed : '', vkey, CODE)
  addFact(sheet, t.size, String(checkpoint.size))
  addFact(sheet, t.root, checkpoint.root, CODE)
}

/** What is compared letter by letter stands in letters that cannot be taken for others. */
const CODE = { face: 'mono', size: 8.2 } as const

function addFact(sheet: Sheet, name: string, value: string, style: Style = {}): void {
  sheet.room(16)
  const { y } = sheet
  if (name !== '') sheet.text(name, { ink: 'quiet', width: VALUES - 12 })
  const below = sheet.y
  sheet.y = y
  sheet.text(value, { ...style, left: VALUES })
  sheet.y = Math.min(sheet.y, name === '' ? sheet.y : below) - 2
}

function addList(sheet: Sheet, title: string, items: readonly string[]): void {
  addHeading(sheet, title)
  for (const item of items) {
    sheet.room(16)
    const { y } = sheet
    sheet.text('•', { ink: 'quiet' })
    sheet.y = y
    sheet.text(item, { left: 14, after: 2.5 })
  }
}

/** A heading stays with what it heads. */
function addHeading(sheet: Sheet, title: string): void {
  sheet.room(70)
  sheet.y -= 9
  sheet.text(title, { face: 'title', size: 13, after: 4 })
}

function addCheck(sheet: Sheet, permalink: string): void {
  addHeading(sheet, t.check)
  sheet.text(t.checkHow, { after: 4 })
  sheet.room(40)
  const from = sheet.y
  sheet.text(permalink, { face: 'mono', size: 8.5 })
  sheet.link(permalink, from)
  sheet.y -= 6
  if (sheet.escaped) sheet.text(t.escapes, { ink: 'quiet', size: 8 })
}
