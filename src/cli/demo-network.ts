/**
 * `npm run demo:network`: a registry, three witnesses, a mirror and a monitor on this machine, and an
 * operator who cheats.
 *
 * Every command that is printed is run, the services as processes of their own, and everything that is
 * claimed is checked: where the story does not hold the program says so and exits 1.
 *
 * @module
 */
import { rmSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { formatSecretKey } from '../../keys/signer.ts'
import { beginFounding, openHome } from '../node/home.ts'
import { writeKeyFile } from '../node/key-file.ts'
import type { Child } from './child.ts'
import { DEMO_ORIGIN, DEMO_WITNESSES, demoKey, formatDemoPolicy } from './demo-policy.ts'
import { Network, sizeAt, sizeIn, textAt, tilesAtSize, until } from './network.ts'
import { hold } from './teller.ts'

const POLICY = fileURLToPath(new URL('../../docs/demo-network.policy', import.meta.url))

const COMPANIES = [
  { machine: 'contoso', domain: 'contoso.com', name: 'Contoso Ltd' },
  { machine: 'fabrikam', domain: 'fabrikam.com', name: 'Fabrikam Inc' },
  { machine: 'northwind', domain: 'northwind.example', name: 'Northwind Traders' },
] as const
const MACHINES = COMPANIES.map(({ machine }) => machine)

const DECLARE = '--declare compulsion=none-known --declare scope=all'
const LOGGED = { says: ['logged: entry'], show: /logged/ }

/** Those who watch. */
interface Watchers {
  readonly mirror: Child
  readonly mirrorUrl: string
  readonly monitor: Child
}

/** Tells the story. */
async function tell(n: Network): Promise<void> {
  await trusting(n)
  const asked = await witnessing(n)
  const registry = await founding(n, asked)
  const watchers = await watching(n)
  await signing(n, watchers)
  await backingUp(n)
  await splitting(n, asked, watchers, registry)
  await showingTheOther(n, watchers)
  const before = await rollingBack(n, asked, watchers)
  await recovering(n, asked, watchers, before)
}

async function trusting({ teller: t }: Network): Promise<void> {
  t.chapter('A registry, three witnesses, a mirror and a monitor')
  t.say('Everybody has the policy of this network: whose log it is, and which witnesses count.')
  t.say(
    'NEVER TRUST THIS ONE WITH ANYTHING. Its secret keys are public; it is for this demo alone.',
  )
  await t.run('everybody', `policy check ${POLICY}`, { says: ['met by 2 of 3'], show: /is|needs/ })
}

/** @returns the settings of a registry that asks them */
async function witnessing(n: Network): Promise<Record<string, string>> {
  n.teller.say('A witness signs one history of a log, and no other. It forgets nothing.')
  const urls = await Promise.all(
    DEMO_WITNESSES.map(async (name) => {
      const data = n.path(name, 'witness')
      await mkdir(data, { recursive: true })
      await writeKeyFile(join(data, 'witness.key'), formatSecretKey(demoKey(name)))
      const args = ['--name', name, '--logs', POLICY, '--listen', '127.0.0.1:0']
      const witness = await n.start(name, ['witness', ...args])
      return [name, (await witness.announced<{ url: string }>()).url] as const
    }),
  )
  const urlOf = new Map<string, string>(urls)
  await writeFile(
    n.path('policy.txt'),
    formatDemoPolicy((name) => urlOf.get(name)!),
  )
  return { ACCORD_WITNESS_POLICY: n.path('policy.txt') }
}

async function founding(n: Network, asked: Record<string, string>): Promise<Child> {
  n.teller.say(
    'The registry publishes nothing, and gives no receipt, before two of them have signed.',
  )
  const home = await openHome(n.path('data'), DEMO_ORIGIN)
  await beginFounding(home)
  await writeKeyFile(join(home.keys, 'log.key'), formatSecretKey(demoKey(DEMO_ORIGIN)))
  home.release()
  return n.open('data', asked)
}

async function watching(n: Network): Promise<Watchers> {
  const { teller: t } = n
  t.say(
    'Watchers want to see all that the log signs, even where no witness does: no quorum for them.',
  )
  await writeFile(n.path('watch.txt'), formatDemoPolicy().replace(/^quorum .*/m, 'quorum none'))
  const policy = { ACCORD_POLICY: n.path('watch.txt') }
  const mirror = await n.start('mirror', ['mirror', t.url, '--follow', '--every', '1'], policy)
  const { url: mirrorUrl } = await mirror.announced<{ url: string }>()
  console.log(`  serves ${mirrorUrl}`)
  const look = ['--log', t.url, '--every', '1', '--dir', 'reports', '--from', '0']
  const monitor = await n.start('monitor', ['monitor', ...look], policy)
  return { mirror, mirrorUrl, monitor }
}

async function signing(n: Network, watchers: Watchers): Promise<void> {
  const { teller: t } = n
  t.chapter('Companies sign, all at once')
  for (const { machine, domain } of COMPANIES) {
    await t.key(machine, `${domain}/office`, machine.toUpperCase())
    const keys = `$${machine.toUpperCase()}`
    await t.run('operator', `confirm ${domain} --keys ${keys} --how 'met them' --yes`, LOGGED)
  }
  const by = (machine: string) => `-k ${machine.toUpperCase()}.key --yes`
  const nameOf = (machine: string) => COMPANIES.find((c) => c.machine === machine)!.name
  const enrol = (m: string) =>
    `enrol --name '${nameOf(m)}' --keys '$${m.toUpperCase()}:Office' ${by(m)}`
  await t.together(MACHINES, enrol, LOGGED)
  const sign = (m: string) => `commit sign tech-sector-accord ${DECLARE} ${by(m)} -o pledge`
  await t.together(MACHINES, sign, LOGGED)
  t.say('Whoever has the policy needs nobody else to check what they were given.')
  const verified = { offline: true, says: ['witnesses have cosigned'], show: /verified|cosigned/ }
  await t.together(MACHINES, () => 'verify pledge.tlog-proof', verified)
  const size = await followed(n, watchers)
  console.log(`\nThe mirror has judged and kept all ${size} entries; the monitor has told of them.`)
}

/** Waits until the mirror has what the registry has, and the monitor has told of it. */
async function followed(n: Network, { mirrorUrl, monitor }: Watchers): Promise<number> {
  const size = await sizeAt(n.teller.url)
  await until(`the mirror has ${size} entries`, async () => (await sizeAt(mirrorUrl)) === size)
  const last = `"index":${size - 1},`
  await until(`the monitor tells of ${size} entries`, () => monitor.out.includes(last))
  return size
}

async function backingUp(n: Network): Promise<void> {
  const { teller: t } = n
  t.chapter('The operator signs two histories')
  t.say('The operator keeps a second copy of everything, the keys of the log with it.')
  await mkdir(n.path('second'), { recursive: true })
  const copied = { says: ['a second'], show: /copied/ }
  await t.run('operator', `backup ${n.path('second', 'accord.sqlite')}`, copied)
  for (const name of ['origin', 'keys', 'published']) {
    await cp(n.path('data', name), n.path('second', name), { recursive: true })
  }
  await cp(n.path('second'), n.path('yesterday'), { recursive: true })
}

async function splitting(
  n: Network,
  asked: Record<string, string>,
  watchers: Watchers,
  registry: Child,
): Promise<void> {
  const { teller: t } = n
  t.say('Both copies run, and both ask the witnesses.')
  const second = await n.registry('second', asked)
  const { url } = await second.announced<{ url: string }>()
  console.log(`  serves ${url}`)
  t.say('Northwind withdraws. That is logged in the first copy …')
  const withdraw = 'commit withdraw tech-sector-accord -k NORTHWIND.key --yes'
  await t.run('northwind', withdraw, LOGGED)
  t.say('… and in the second the operator signs something else in its place.')
  const other = `confirm contoso.com --keys $CONTOSO --how 'looked again' --yes`
  await t.run('operator', `${other} --log ${url} -k ${n.path('second/keys/clerk.key')}`, {
    exit: 2,
    says: ['503', 'stopped'],
    show: /503/,
  })
  t.say('No witness has signed it: each has seen another history, and says so (422).')
  t.say('The second copy gives no receipt, raises the alarm, and signs no more:')
  await until('the alarm is in its log', () => second.err.includes('"stopped"'))
  hold(second.err.includes('does not go on from (422)'), `a refusal (422) in\n${second.err}`)
  hold((await fetch(`${url}/healthz`)).status === 503, 'the second copy is not healthy')
  t.quote(second.err, /stopped/)
  await second.stop()
  hold((await fetch(`${t.url}/healthz`)).status === 200, 'the first copy goes on')
  await followed(n, watchers)
  await registry.stop()
}

async function showingTheOther(n: Network, { mirror, monitor }: Watchers): Promise<void> {
  const { teller: t } = n
  t.say('So the operator asks no witness, and serves the second copy where the first was.')
  const liar = await n.open('second', {})
  const more = `confirm contoso.com --keys $CONTOSO --how 'looked once more' --yes`
  const own = `--policy ${n.path('data/policy.txt')} -k ${n.path('second/keys/clerk.key')}`
  await t.run('operator', `${more} ${own}`, LOGGED)
  t.say('Whoever asks for witnesses is not taken in:')
  await t.run('journalist', 'show northwind.example', {
    exit: 2,
    says: ['NOT_TRUSTED', 'got 0 of 3 witnesses'],
  })
  t.say('The mirror and the monitor see that it does not go on from what they have:')
  await until('the mirror finds the fork', () => mirror.err.includes('has forked'))
  t.quote(mirror.err, /has forked/)
  await until('the monitor finds the fork', () => monitor.out.includes('"alarm":"fork-'))
  quoteReport(n, monitor, 'has forked')
  t.say('Each has kept both checkpoints. They are a proof to anybody, offline, for ever:')
  for (const folder of [
    ['mirror', 'mirror'],
    ['monitor', 'reports'],
  ]) {
    await handAlarm(n, n.path(...folder, 'alarms'), 'fork')
    await t.run('journalist', 'verify fork.accord-alarm', {
      offline: true,
      says: ['verified', 'It cannot have had both'],
      show: /: verified|both/,
    })
  }
  await liar.stop()
}

/** Prints what a monitor reports. */
function quoteReport({ teller: t }: Network, monitor: Child, what: string): void {
  const line = monitor.out.split('\n').find((report) => report.includes(what))!
  const { text, alarm } = JSON.parse(line) as { text: string; alarm: string | null }
  t.quote([text, ...(alarm === null ? [] : [`evidence: alarms/${alarm}`])].join('\n'))
}

/** Hands an alarm of a kind in a folder to a journalist; a fork that goes on is found at each size. */
async function handAlarm(n: Network, folder: string, kind: string): Promise<void> {
  const files = (await readdir(folder)).filter((file) => file.startsWith(`${kind}-`))
  hold(files.length > 0, `an alarm of kind ${kind}`)
  await cp(join(folder, files[0]!), n.path('journalist', `${kind}.accord-alarm`))
}

/** The log before its fall; a character a byte. */
interface Before {
  readonly checkpoint: string
  readonly tiles: ReadonlyMap<string, string>
}

async function rollingBack(
  n: Network,
  asked: Record<string, string>,
  watchers: Watchers,
): Promise<Before> {
  const { teller: t } = n
  t.chapter('The operator puts an old backup back')
  t.say('The first copy is served again, and goes on; so do all others.')
  const registry = await n.open('data', asked)
  await t.run('contoso', `commit sign no-backdoor-pledge ${DECLARE} -k CONTOSO.key --yes`, LOGGED)
  const tiles = await tilesAtSize(t.url, await followed(n, watchers))
  const checkpoint = await textAt(t.url, 'checkpoint')
  await registry.stop()
  t.say('Then the whole folder of yesterday is restored, the published checkpoint with it.')
  await rm(n.path('data'), { recursive: true })
  await cp(n.path('yesterday'), n.path('data'), { recursive: true })
  t.say('The registry does not start: its witnesses have seen more (409), and so have its mirrors.')
  await refused(n, asked, /has cosigned \d+ entries; this log has/)
  await refused(n, { ...asked, ACCORD_MIRRORS: watchers.mirrorUrl }, /accord recover-log --from/)
  t.say('Started without either, it can be seen going back:')
  const back = await n.open('data', {})
  const { mirror, monitor } = watchers
  await until('the mirror sees it go back', () => mirror.err.includes('has gone back'))
  t.quote(mirror.err, /has gone back/)
  await until('the monitor sees it go back', () => monitor.out.includes('"alarm":"rollback-'))
  quoteReport(n, monitor, 'has gone back')
  t.say('That is their word, not a proof: a copy that lags looks the same. The file says so.')
  await handAlarm(n, n.path('monitor', 'reports', 'alarms'), 'rollback')
  await t.run('journalist', 'verify rollback.accord-alarm', {
    exit: 2,
    offline: true,
    says: ['testimony'],
    show: /cannot|word of/,
  })
  await back.stop()
  return { checkpoint, tiles }
}

/** A start that the registry itself refuses. */
async function refused(n: Network, env: Record<string, string>, says: RegExp): Promise<void> {
  const child = await n.registry('data', env)
  const exit = await child.ended
  hold(exit !== 0 && says.test(child.out), `a start refused, ${says}, got ${exit}: ${child.out}`)
  const { code, message } = JSON.parse(child.out) as { code: string; message: string }
  n.teller.quote(`${code}: ${message}`)
}

async function recovering(
  n: Network,
  asked: Record<string, string>,
  watchers: Watchers,
  before: Before,
): Promise<void> {
  const { teller: t } = n
  const { mirrorUrl, monitor } = watchers
  t.chapter('The log is recovered')
  await t.run('operator', `recover-log --from ${mirrorUrl}`, { says: ['entries brought back'] })
  const { checkpoint, tiles } = before
  const published = await readFile(n.path('data', 'published', 'checkpoint'), 'latin1')
  hold(published === checkpoint, 'the checkpoint is as it was')
  await n.open('data', { ...asked, ACCORD_MIRRORS: mirrorUrl })
  const after = await tilesAtSize(t.url, sizeIn(checkpoint))
  for (const [path, bytes] of tiles) hold(after.get(path) === bytes, `${path} is as it was`)
  console.log(`  the checkpoint and each of ${tiles.size} tiles are as they were, to the byte`)
  const sign = `commit sign no-backdoor-pledge ${DECLARE} -k FABRIKAM.key --yes`
  await t.run('fabrikam', sign, LOGGED)
  await followed(n, watchers)
  await until('the monitor is content', () =>
    monitor.out.includes('goes on from what was verified'),
  )
  quoteReport(n, monitor, 'goes on from what was verified')
  await t.run('journalist', 'fsck', { says: ['good'] })
  t.chapter('Who noticed what')
  t.quote(NOTICED)
}

const NOTICED = `
two histories      the witnesses, before anybody was given a receipt (422); the registry stopped
                   readers whose policy asks for witnesses: NOT_TRUSTED
                   the mirror and the monitor, each with a proof that anybody can check
an old backup      the witnesses and the mirror, before anything was signed: BEHIND
                   the mirror and the monitor, each with its own word
what was lost      came back from the mirror, to the byte`

/** The program `accord`, as it was built. */
const program = resolve(process.argv[2]!)
const root = await mkdtemp(join(tmpdir(), 'accord-network-'))
const network = new Network(root, program)
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    network.kill()
    rmSync(root, { recursive: true, force: true })
    process.exit(1)
  })
}
try {
  await tell(network)
  console.log('\nThe story holds.')
} catch (error) {
  console.error(`\n${error instanceof Error ? error.message : error}`)
  process.exitCode = 1
} finally {
  await network.end()
  await rm(root, { recursive: true })
}
