/**
 * `npm run demo`: the whole story, against a fresh registry under a clock that moves on by days.
 *
 * Every command that is printed is run, and everything that is claimed is checked: where the story
 * does not hold the program says so and exits 1.
 *
 * @module
 */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { formatTime, parseTime } from '../accord/text.ts'
import { readSettings } from '../node/config.ts'
import { type Serving, serve } from './serve.ts'
import { hold, Teller } from './teller.ts'

/** When the story begins. */
const START = parseTime('2027-01-04T09:00:00Z')!

/** Runs a registry in a folder, under the teller's clock. */
async function startRegistry(teller: Teller, root: string): Promise<Serving> {
  const settings = readSettings({
    PORT: '0',
    ACCORD_DATA_DIR: join(root, 'data'),
    ACCORD_METHODS: 'manual',
  })
  const serving = await serve({ settings, clock: () => teller.now, log: () => {} })
  teller.url = serving.url
  await writeFile(join(root, 'policy.txt'), await readFile(serving.home.policy))
  return serving
}

const DECLARE = '--declare compulsion=none-known --declare scope=all'
const LOGGED = { says: ['logged: entry'], show: /logged|receipt|^ {2}then / }

const LOOKED = `--how 'looked again, and phoned' --yes`

const DAILY = [
  ['contoso.com', '--keys $CEO2 --keys $COUNSEL2'],
  ['fabrikam.com', '--keys $FABRIKAM'],
  ['northwind.example', '--keys $NORTHWIND'],
] as const

const NOT_VERIFIED = { exit: 1, offline: true, says: ['not verified'] } as const

/** Tells the story. */
async function tell(teller: Teller, root: string): Promise<void> {
  await founding(teller)
  await enrolling(teller)
  await signing(teller)
  await ratifying(teller)
  await verifying(teller)
  await losing(teller)
  await aYearLater(teller)
  await checking(teller, root)
}

async function founding(t: Teller): Promise<void> {
  t.chapter('A registry')
  t.say('It has just been founded, on this machine. It has published three texts.')
  t.say(
    'Every machine has ACCORD_LOG and ACCORD_POLICY set; the registry signs with keys in its own folder.',
  )
  await t.run('registry', 'show', {
    says: ['tech-sector-accord', 'digital-geneva-convention', 'no-backdoor-pledge', 'none yet'],
  })
}

async function enrolling(t: Teller): Promise<void> {
  t.chapter('Three companies and a state enrol')
  t.say('Contoso has two officers on two machines: both must sign. A third key lies in a safe.')
  await t.key('contoso-ceo', 'contoso.com/ceo', 'CEO')
  await t.key('contoso-legal', 'contoso.com/general-counsel', 'COUNSEL')
  await t.key('contoso-safe', 'contoso.com/recovery', 'SAFE')
  const enrol = `enrol --name 'Contoso Ltd' --jurisdiction US --keys '$CEO:Chief Executive' --keys '$COUNSEL:General Counsel' --threshold 2 --recovery $SAFE`
  t.say('Nobody is in the registry before its own domain said so.')
  await t.run('contoso-ceo', `${enrol} -k CEO.key --yes`, {
    exit: 1,
    says: ['domain-unconfirmed', '_accord.contoso.com', 'accord confirm contoso.com'],
    show: /^(?!then the depositary|accord confirm)/,
  })
  t.say('The depositary looks by hand, and logs what was done, for everybody to read.')
  await t.run(
    'registry',
    `confirm contoso.com --keys $CEO --keys $COUNSEL --how 'phoned both officers at the number on contoso.com' --yes`,
    LOGGED,
  )
  await t.run('contoso-ceo', `${enrol} -k CEO.key --yes -o enrolment`, {
    exit: 1,
    says: ['SIGNATURES_MISSING', 'contoso.com/general-counsel'],
    show: /SIGNATURES/,
  })
  await t.hand('enrolment.note', 'contoso-ceo', 'contoso-legal')
  await t.run('contoso-legal', 'sign enrolment.note -k COUNSEL.key --yes')
  await t.hand('enrolment.note', 'contoso-legal', 'contoso-safe')
  await t.run('contoso-safe', 'sign enrolment.note -k SAFE.key --yes')
  await t.hand('enrolment.note', 'contoso-safe', 'contoso-ceo')
  await t.run('contoso-ceo', 'submit enrolment.note', LOGGED)
  t.say('The others are smaller: one officer each.')
  await enrolSmall(t, 'fabrikam', 'fabrikam.com', 'Fabrikam Inc', 'company')
  await enrolSmall(t, 'northwind', 'northwind.example', 'Northwind Traders', 'company')
  await enrolSmall(t, 'arcadia', 'arcadia.example', 'Republic of Arcadia', 'state')
}

async function enrolSmall(
  t: Teller,
  machine: string,
  domain: string,
  name: string,
  kind: string,
): Promise<void> {
  const key = machine.toUpperCase()
  await t.key(machine, `${domain}/office`, key)
  await t.run('registry', `confirm ${domain} --keys $${key} --how 'met them' --yes`, LOGGED)
  const enrol = `enrol --name '${name}' --kind ${kind} --keys '$${key}:Office' -k ${key}.key --yes`
  await t.run(machine, enrol, LOGGED)
}

async function signing(t: Teller): Promise<void> {
  t.chapter('The companies sign the Tech Sector Accord')
  t.say('Contoso makes one reservation, and declares what the text asks for.')
  const reserve = `--reserve 'TSA-5=Not before our staff for it is complete, on 1 June 2027.'`
  await t.run(
    'contoso-ceo',
    `commit sign tech-sector-accord ${reserve} ${DECLARE} -k CEO.key --yes -o accord`,
    { exit: 1, says: ['SIGNATURES_MISSING'] },
  )
  await t.hand('accord.note', 'contoso-ceo', 'contoso-legal')
  await t.run('contoso-legal', 'show accord.note', { says: ['TSA-5', 'contoso.com/ceo'] })
  await t.run('contoso-legal', 'sign accord.note -k COUNSEL.key --yes')
  await t.run('contoso-legal', 'submit accord.note', LOGGED)
  for (const machine of ['fabrikam', 'northwind']) {
    const key = machine.toUpperCase()
    await t.run(machine, `commit sign tech-sector-accord ${DECLARE} -k ${key}.key --yes`, LOGGED)
  }
  t.say('A clause that admits no reservation admits none.')
  await t.run(
    'fabrikam',
    `commit sign no-backdoor-pledge --reserve 'NBP-1=Except on Tuesdays.' ${DECLARE} -k FABRIKAM.key --yes`,
    { exit: 1, says: ['not-reservable'] },
  )
}

async function ratifying(t: Teller): Promise<void> {
  t.chapter('A state signs the convention, is accepted, and ratifies')
  const sign = 'commit sign digital-geneva-convention -k ARCADIA.key --yes -o convention'
  const digest = /sha256:[0-9a-f]{64}/.exec(await t.run('arcadia', sign, LOGGED))![0]
  t.name('CONVENTION', digest)
  const standing = 'standing arcadia.example digital-geneva-convention'
  await t.run('arcadia', standing, { says: ['pending'], show: /commitment/ })
  t.say('The depositary accepts: the credentials were in order.')
  const accept = `notice accept $CONVENTION --reason 'full powers were deposited' --yes`
  await t.run('registry', accept, LOGGED)
  await t.run('arcadia', standing, { says: ['unratified'], show: /commitment/ })
  t.days(60)
  await t.run('arcadia', 'commit ratify digital-geneva-convention -k ARCADIA.key --yes', LOGGED)
  await t.run('arcadia', standing, { says: ['active'], show: /commitment|signed|bound/ })
}

async function verifying(t: Teller): Promise<void> {
  t.chapter('A journalist verifies, and needs nobody for it')
  await t.run('journalist', 'show contoso.com', { says: ['signs tech-sector-accord'] })
  await t.hand('accord.tlog-proof', 'contoso-legal', 'journalist')
  const receipt = await readFile(t.file('journalist', 'accord.tlog-proof'), 'utf8')
  await t.run('journalist', 'verify accord.tlog-proof', {
    offline: true,
    says: ['verified', 'Whose signatures'],
  })
  const digest = /statement in the name of contoso.com, (sha256:[0-9a-f]{64})/i
  const said = await t.run('journalist', 'verify accord.tlog-proof --json', {
    show: /^ {2}"(ok|exit)"/,
  })
  t.name('SIGNED', digest.exec(said)![1]!)
  t.say('Evidence says more: whose keys they were, and that the registry admitted it.')
  await t.run('journalist', 'evidence $SIGNED -o contoso', { says: ['contoso.com, enrolled as'] })
  await t.run('journalist', 'verify contoso.accord-evidence', { offline: true, show: /verified/ })
  const evidence = await readFile(t.file('journalist', 'contoso.accord-evidence'), 'utf8')
  await forge(t, receipt, evidence)
}

async function forge(t: Teller, receipt: string, evidence: string): Promise<void> {
  t.say('Somebody changes one byte of the statement in the receipt …')
  const extra = /^extra (.+)$/m.exec(receipt)![1]!
  const entry = Buffer.from(extra, 'base64').toString('latin1').replace('TSA-5', 'TSA-6')
  const forged = receipt.replace(extra, Buffer.from(entry, 'latin1').toString('base64'))
  await writeFile(t.file('journalist', 'forged.tlog-proof'), forged)
  await t.run('journalist', 'verify forged.tlog-proof', NOT_VERIFIED)
  t.say('… and leaves the enrolment out of the evidence.')
  const parts = evidence.split(/^(?=entry )/m)
  await writeFile(
    t.file('journalist', 'forged.accord-evidence'),
    parts.filter((_, i) => i !== parts.length - 2).join(''),
  )
  await t.run('journalist', 'verify forged.accord-evidence', NOT_VERIFIED)
}

async function losing(t: Teller): Promise<void> {
  t.chapter('Keys change, and one is stolen')
  t.say("Contoso's chief executive leaves: both officers sign, and the new one.")
  await t.key('contoso-ceo', 'contoso.com/ceo', 'NEWCEO')
  const old = (await t.run('contoso-ceo', 'vkey CEO.key')).split('+', 2).join('+')
  const rotate = `rotate --add '$NEWCEO:Chief Executive' --remove ${old} -k CEO.key -k NEWCEO.key --yes -o rotation`
  await t.run('contoso-ceo', rotate, { exit: 1, show: /SIGNAT/ })
  await t.hand('rotation.note', 'contoso-ceo', 'contoso-legal')
  await t.run('contoso-legal', 'sign rotation.note -k COUNSEL.key --yes')
  await t.run('contoso-legal', 'submit rotation.note', {
    says: ['publish exactly these now'],
    show: /logged|publish|in DNS|vkey=/,
  })
  await t.run('registry', `confirm contoso.com --keys $NEWCEO --keys $COUNSEL ${LOOKED}`, LOGGED)
  await overtaken(t)
  await stolen(t)
}

async function overtaken(t: Teller): Promise<void> {
  t.say('Fabrikam drafts a pledge, and logs a report before it hands the pledge in.')
  const draft = `draft commit sign no-backdoor-pledge -p fabrikam.com ${DECLARE} -o pledge`
  await t.run('fabrikam', draft, { show: /written/ })
  await t.run('fabrikam', 'sign pledge.statement -k FABRIKAM.key --yes')
  const report = `report tech-sector-accord --from 2027-01-04 --to 2027-03-01 --title 'Two months' --url https://fabrikam.com/report --digest sha256:${'ab'.repeat(32)}`
  await t.run('fabrikam', `${report} -k FABRIKAM.key --yes`, LOGGED)
  t.say('What follows an older statement is not logged: it is drafted again, and signed again.')
  const again = await t.run('fabrikam', 'submit pledge.note --json', {
    exit: 1,
    says: ['STALE'],
    show: /"(code|advice)"/,
  })
  t.name('AGAIN', (JSON.parse(again) as { file: string }).file)
  await t.run('fabrikam', 'sign $AGAIN -k FABRIKAM.key --yes -o again')
  await t.run('fabrikam', 'submit again.note', LOGGED)
}

async function stolen(t: Teller): Promise<void> {
  t.say('Somebody has copied both daily keys of Contoso.')
  await mkdir(t.file('thief', ''), { recursive: true })
  await t.steal('NEWCEO.key', 'contoso-ceo', 'thief')
  await t.steal('COUNSEL.key', 'contoso-legal', 'thief')
  t.say('The safe brings new ones; the domain shows them, and nothing else.')
  await t.key('contoso-safe', 'contoso.com/ceo', 'CEO2')
  await t.key('contoso-safe', 'contoso.com/general-counsel', 'COUNSEL2')
  await t.run('registry', `confirm contoso.com --keys $CEO2 --keys $COUNSEL2 ${LOOKED}`, LOGGED)
  const recover = `recover --keys '$CEO2:Chief Executive' --keys '$COUNSEL2:General Counsel' --threshold 2 -k SAFE.key -k CEO2.key -k COUNSEL2.key --yes`
  await t.run('contoso-safe', recover, { says: ['in effect from'], show: /logged|in effect/ })
  const show = 'show contoso.com'
  await t.run('journalist', show, { says: ['recovers: 2 of'], show: /pending|control/ })
  const withdraw = 'commit withdraw tech-sector-accord -k NEWCEO.key -k COUNSEL.key --yes'
  t.say('The thief can sign nothing meanwhile …')
  await t.run('thief', withdraw, { exit: 1, says: ['recovering'], show: /REFUSED/ })
  t.days(15)
  t.say('… and nothing afterwards.')
  await t.run('thief', withdraw, { exit: 1, says: ['key-not-eligible'], show: /REFUSED/ })
  await t.run('journalist', show, { says: ['confirmed'], show: /control|keys/ })
}

async function aYearLater(t: Teller): Promise<void> {
  t.chapter('A year later: one renews, one withdraws, one does nothing')
  t.days(275)
  const word = { show: /commitment/ }
  const ask = (domain: string) => `standing ${domain} tech-sector-accord`
  await t.run('journalist', ask('contoso.com'), { ...word, says: ['due'] })
  t.say('Contoso renews. Its reservation has served its time; it is not made again.')
  const renew = `commit renew tech-sector-accord ${DECLARE} -k CEO2.key -k COUNSEL2.key --yes`
  await t.run('contoso-safe', renew, LOGGED)
  t.say('Fabrikam withdraws. It stays bound for the notice that the text asks for.')
  await t.run(
    'fabrikam',
    `commit withdraw tech-sector-accord --reason 'We no longer make such products.' -k FABRIKAM.key --yes`,
    LOGGED,
  )
  await t.run('journalist', ask('fabrikam.com'), { ...word, says: ['withdrawing'] })
  t.days(100)
  t.say('The depositary looks at the domains again.')
  for (const [domain, keys] of DAILY) {
    await t.run('registry', `confirm ${domain} ${keys} ${LOOKED}`, LOGGED)
  }
  const all = { show: /commitment|renewed|version|reservation|control/ }
  await t.run('journalist', ask('contoso.com'), { ...all, says: ['active', 'confirmed'] })
  await t.run('journalist', ask('fabrikam.com'), { ...all, says: ['withdrawn'] })
  t.say('Northwind did nothing. The list does not forget it, and does not guess why.')
  await t.run('journalist', ask('northwind.example'), {
    ...all,
    says: ['lapsed', 'no reason is implied'],
  })
  t.say('And what held then holds still: as of a day, by the log as it was known at a size.')
  await t.run('journalist', `${ask('northwind.example')} --at 2027-06-01`, {
    ...all,
    says: ['active'],
  })
}

async function checking(t: Teller, root: string): Promise<void> {
  t.chapter('Nobody is taken at their word')
  t.say("The registry's own answers are compared with a replay of its log.")
  for (const domain of ['contoso.com', 'fabrikam.com', 'northwind.example']) {
    const at = formatTime(t.now)
    const said = await t.run('journalist', `standing ${domain} tech-sector-accord --json`, {
      show: /^ {6}"word": "(active|withdrawn|lapsed)/,
    })
    const path = `/v1/parties/${domain}/standing?instrument=tech-sector-accord&at=${at}`
    const answer = (await (await fetch(t.url + path)).json()) as { standing: object }
    const same = JSON.stringify(JSON.parse(said).standing) === JSON.stringify(answer.standing)
    hold(same, `${domain} stands by the API as by the log, got ${JSON.stringify(answer)}`)
    console.log('  the same as the registry says')
  }
  await t.run('journalist', 'fsck', { says: ['good'] })
  await t.run('registry', `fsck --db ${join(root, 'data', 'accord.sqlite')}`, { says: ['good'] })
}

const root = await mkdtemp(join(tmpdir(), 'accord-demo-'))
const teller = new Teller(root, () => START)
try {
  const serving = await startRegistry(teller, root)
  try {
    await tell(teller, root)
    console.log('\nThe story holds.')
  } finally {
    await serving.close()
  }
} catch (error) {
  console.error(`\n${error instanceof Error ? error.message : error}`)
  process.exitCode = 1
} finally {
  await rm(root, { recursive: true })
}
