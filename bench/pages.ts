/**
 * What a page costs with ten thousand parties: `npm run bench:pages -- [PARTIES]`.
 *
 * The log is made in memory, by the law; each page is then asked for {@link RUNS} times, in turn, from
 * the app itself, so that the time is the server's and no network's.
 *
 * @module
 */
import { cpus } from 'node:os'
import { cpuUsage } from 'node:process'
import { migrate } from '../db/migrate.ts'
import { openSqlite } from '../db/sqlite.ts'
import { encodeBase64 } from '../keys/base64.ts'
import { seedSigner } from '../keys/signer.ts'
import { isRefusal } from '../src/accord/refusal.ts'
import { DAY, formatTime } from '../src/accord/text.ts'
import { createLog } from '../src/depositary/genesis.ts'
import { openDepositary } from '../src/depositary/open.ts'
import { openSequencer } from '../src/depositary/sequencer.ts'
import { createApp } from '../src/http/app.ts'
import type { Service } from '../src/http/service.ts'
import { nodeVerify, nodeVerifyPool } from '../src/node/fast.ts'
import { utf8 } from '../src/tlog/bytes.ts'
import { company } from '../test/accord/cast.ts'
import { keyOf, type TestKey } from '../test/accord/keys.ts'
import { Speaker } from '../test/accord/speaker.ts'

const PARTIES = Number(process.argv[2] ?? 10_000)
const RUNS = 50
const AT_ONCE = 64

const speaker = new Speaker()
const sql = openSqlite(':memory:')
const signers = [signerOf(speaker.log)]
const clock = () => speaker.now
let published: string | null = null
const publication = {
  last: async () => published,
  publish: async (note: string) => {
    published = note
  },
}

function signerOf(key: TestKey) {
  return seedSigner(key.name, key.seed)
}

/** Fills the log: everybody enrols and signs; a tenth lapses. */
async function fill(): Promise<void> {
  await migrate(sql)
  const genesis = speaker.genesis()
  await createLog(sql, {
    ...{ attestation: utf8(genesis), signers, verify: nodeVerify },
    time: speaker.now,
  })
  const { origin } = speaker
  const sequencer = await openSequencer({
    sql,
    origin,
    signers,
    clock,
    verify: nodeVerify,
    publication,
  })
  const follow = (note: string) => {
    const { size, root } = sequencer.head
    speaker.follow({ size, root: encodeBase64(root) }, note)
  }
  follow(genesis)
  const add = async (notes: readonly string[]) => {
    const answers = await Promise.all(notes.map((note) => sequencer.submit(utf8(note))))
    const refused = answers.find((answer) => isRefusal(answer))
    if (refused) throw new Error(JSON.stringify(refused))
    for (const note of notes) follow(note)
  }
  await add([speaker.instrument()])
  const all = Array.from({ length: PARTIES }, (_, i) => {
    const domain = `party-${String(i).padStart(6, '0')}.example`
    const over = { keys: [keyOf(domain)], threshold: 1, recovery: null }
    return company(domain, { ...over, name: `Party ${i} of the many` })
  })
  for (let i = 0; i < all.length; i += AT_ONCE) {
    const some = all.slice(i, i + AT_ONCE)
    const checks = some.map((who) => speaker.check(who.domain, who.keys))
    speaker.now += 60
    await add([speaker.verification('', [], { checks })])
    await add(some.map((who) => speaker.enrol(who)))
    const reservations = [{ clause: 'P3', text: 'Not before the summer.' }]
    await add(
      some.map((who, j) =>
        speaker.sign(who.domain, 'accord', j % 32 === 0 ? { reservations } : {}),
      ),
    )
    speaker.now += 7200
  }
  await sequencer.close()
}

const quiet: Pick<Service, 'metrics' | 'log' | 'ticks'> = {
  metrics: { contentType: '', text: async () => '', request: () => {}, submission: () => {} },
  log: () => {},
  ticks: () => performance.now(),
} as never

const from = performance.now()
await fill()
const seconds = Math.round((performance.now() - from) / 1000)
const depositary = await openDepositary({
  ...{ sql, signers, clock, publication, verify: nodeVerify, verifyAsync: nodeVerifyPool },
  clerk: signerOf(speaker.clerk),
})
const app = createApp({
  ...{ sql, depositary, clock, origin: speaker.origin, base: 'https://registry.example' },
  ...{ policy: '', assets: new Map(), ...quiet },
} as never)

const { digest } = (await (await app.request('/v1/entries/20000')).json()) as { digest: string }
const yesterday = formatTime(speaker.now - DAY).slice(0, 10)

const PAGES = [
  '/',
  '/instruments',
  '/instruments/accord',
  '/instruments/accord?sort=name',
  '/instruments/accord?word=lapsed',
  `/instruments/accord?at=${yesterday}`,
  '/instruments/accord/v1',
  '/parties',
  '/parties/party-000042.example',
  '/search?q=party%2042',
  '/search?q=of%20the',
  '/search?q=nobody',
  '/changes',
  `/changes?from=${yesterday}`,
  `/attestations/${digest}`,
  '/log',
  '/log/entries/12345',
  '/sign?instrument=accord',
  '/trust',
  '/verify',
  '/about',
] as const

console.log(`Node ${process.version}, ${cpus().length} cores (${cpus()[0]!.model})`)
console.log(`${PARTIES} parties, ${depositary.published().size} entries, made in ${seconds} s\n`)
console.log('| page | median ms | 95 in 100, ms | processor ms | kB | kB gzipped |')
console.log('|---|---|---|---|---|---|')
for (const path of PAGES) {
  const times: number[] = []
  let bytes = 0
  const spent = cpuUsage()
  for (let i = 0; i < RUNS; i++) {
    const start = performance.now()
    const response = await app.request(path)
    bytes = (await response.arrayBuffer()).byteLength
    times.push(performance.now() - start)
    if (response.status !== 200) throw new Error(`${path}: ${response.status}`)
  }
  const { user, system } = cpuUsage(spent)
  const packed = await app.request(path, { headers: { 'accept-encoding': 'gzip' } })
  const small = (await packed.arrayBuffer()).byteLength
  const sorted = times.toSorted((a, b) => a - b)
  const [median, slow] = [sorted[RUNS / 2]!, sorted[Math.floor(RUNS * 0.95)]!]
  const processor = ((user + system) / 1000 / RUNS).toFixed(1)
  const kb = (n: number) => (n / 1000).toFixed(1)
  console.log(
    `| ${path} | ${median.toFixed(1)} | ${slow.toFixed(1)} | ${processor} | ${kb(bytes)} | ${kb(small)} |`,
  )
}
await depositary.close()
