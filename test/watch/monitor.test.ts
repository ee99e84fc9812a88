import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { formatEntry } from '../../src/accord/entry.ts'
import { DAY } from '../../src/accord/text.ts'
import { type Alarm, formatAlarm } from '../../src/client/alarm.ts'
import { fetchFrom } from '../../src/client/fetch.ts'
import { openMonitorFolder } from '../../src/node/monitor-folder.ts'
import { utf8 } from '../../src/tlog/bytes.ts'
import { formatNote, parseNote } from '../../src/tlog/note.ts'
import { parsePolicy } from '../../src/tlog/policy.ts'
import { verifyAlarm } from '../../src/verify.ts'
import {
  type Kept,
  Monitor,
  type MonitorOptions,
  type MonitorStore,
} from '../../src/watch/monitor.ts'
import { type Report, RULES } from '../../src/watch/report.ts'
import { company, START } from '../accord/cast.ts'
import { keyOf, verify } from '../accord/keys.ts'
import { World } from '../accord/kit.ts'
import {
  copyOf,
  policyOf,
  type Source,
  WITNESSES,
  type Witnessed,
  witnessedPolicyOf,
} from '../client/copy.ts'
import { listen } from '../client/server.ts'

/** A log as it is served, and whoever watches it. */
class Watch {
  readonly world: World
  readonly files = new Map<string, Uint8Array>()
  /** Every path that was asked for. */
  readonly asked: string[] = []
  readonly base: string
  readonly folder: string
  readonly over: Partial<MonitorOptions>
  readonly alarms = new Map<string, Alarm>()
  machine!: Monitor
  store!: MonitorStore & { release(): void }
  policy: string

  constructor(
    world: World,
    base: (watch: Watch) => string,
    folder: string,
    over: Partial<MonitorOptions>,
  ) {
    this.world = world
    this.folder = folder
    this.over = over
    this.policy = policyOf(world)
    this.base = base(this)
  }

  /** Serves a history up to a size. */
  async serve(
    source: Source = this.world,
    size?: number,
    witnessed: Witnessed = [],
  ): Promise<void> {
    const { files } = await copyOf(source, size, witnessed)
    this.files.clear()
    for (const [path, bytes] of files) this.files.set(path, bytes)
  }

  /** Begins to watch, or begins again after whatever happened. */
  async begin(): Promise<void> {
    this.store?.release()
    const folder = await openMonitorFolder(this.folder, [])
    this.store = {
      load: () => folder.load(),
      commit: async (kept, reports, alarms) => {
        for (const [name, alarm] of alarms) this.alarms.set(name, alarm)
        await folder.commit(kept, reports, alarms)
      },
      release: () => folder.release(),
    }
    this.machine = new Monitor({
      fetch: fetchFrom(this.base, fetch),
      policy: parsePolicy(this.policy),
      verify,
      store: this.store,
      clock: () => this.world.now,
      watched: { domains: new Set(), instruments: new Set() },
      rules: new Set(RULES),
      notice: 30,
      maxAge: DAY,
      askKeys: null,
      ...this.over,
    })
  }

  /** What a look reports, as `rule: text`. */
  async look(): Promise<string[]> {
    return (await this.machine.look()).reports.map(said)
  }

  /** Logs something, and serves it. */
  async add(...notes: string[]): Promise<void> {
    for (const note of notes) this.world.add(note)
    await this.serve()
  }
}

function said({ rule, text }: Report): string {
  return `${rule}: ${text}`
}

const only = (domain: string) => ({
  watched: { domains: new Set([domain]), instruments: new Set<string>() },
})

/** Contoso has signed, an hour ago. */
function signed(terms: object = {}): World {
  const world = new World()
  world.add(world.instrument({ terms }))
  world.join(company('contoso.com'))
  world.add(world.sign('contoso.com'))
  world.now += 3600
  return world
}

async function watching(world: World, over: Partial<MonitorOptions> = {}): Promise<Watch> {
  const folder = await mkdtemp(join(tmpdir(), 'accord-monitor-'))
  const holder: { watch?: Watch } = {}
  const url = await listen((request, response) => {
    const path = (request.url ?? '').slice(1)
    holder.watch!.asked.push(path)
    const bytes = holder.watch!.files.get(path)
    response.writeHead(bytes ? 200 : 404).end(bytes)
  })
  const watch = new Watch(world, () => url, folder, over)
  holder.watch = watch
  onTestFinished(async () => {
    watch.store.release()
    await rm(folder, { recursive: true })
  })
  await watch.serve()
  await watch.begin()
  return watch
}

const CONTOSO = 'contoso.com ("The company at contoso.com")'

describe('entries', () => {
  test('that were there before are not told of; those to come are, once', async () => {
    const watch = await watching(signed())
    expect(await watch.look()).toEqual([])
    await watch.add(watch.world.withdraw('contoso.com'))
    expect(await watch.look()).toEqual([
      `entry: entry 5: ${CONTOSO} withdrew from version 1 of accord`,
      `standing: ${CONTOSO}: the commitment to accord, version 1, was active and is withdrawing`,
      `announced: from 2026-04-01T01:00:00Z on, ${CONTOSO}: the withdrawal from accord, version 1, takes effect`,
    ])
    expect(await watch.look()).toEqual([])
    await watch.begin()
    expect(await watch.look()).toEqual([])
  })

  test('are told of from where one asks', async () => {
    const watch = await watching(signed(), { from: 3 })
    const told = await watch.look()
    expect(told.filter((t) => t.startsWith('entry'))).toEqual([
      `entry: entry 3: ${CONTOSO} enrolled, with its keys`,
      `entry: entry 4: ${CONTOSO} signed version 1 of accord, until 2027-01-01T00:00:00Z`,
    ])
  })

  test('are read once: a look after another reads what is new', async () => {
    const world = signed()
    for (let i = 0; i < 300; i++) {
      const who = company(`c${i}.example`)
      world.add(world.verification(who.domain, who.keys))
    }
    const watch = await watching(world)
    await watch.look()
    expect(watch.asked.filter((p) => p === 'tile/entries/000')).toHaveLength(1)
    watch.asked.length = 0
    await watch.add(world.withdraw('contoso.com'))
    await watch.look()
    const bundles = watch.asked.filter((p) => p.startsWith('tile/entries'))
    expect(bundles).toEqual(['tile/entries/001.p/50'])
  })

  test('that concern others are left out', async () => {
    const world = signed()
    world.join(company('fabrikam.com'))
    const watch = await watching(world, only('fabrikam.com'))
    await watch.look()
    await watch.add(world.withdraw('contoso.com'))
    expect(await watch.look()).toEqual([])
    await watch.add(world.sign('fabrikam.com'))
    expect((await watch.look()).map((t) => t.split(':')[0])).toEqual(['entry', 'standing'])
  })

  test('of an instrument that is watched are told of, whoever speaks', async () => {
    const world = signed()
    world.join(company('fabrikam.com'))
    const watched = { domains: new Set<string>(), instruments: new Set(['accord']) }
    const watch = await watching(world, { watched })
    await watch.look()
    await watch.add(world.sign('fabrikam.com'), world.nextVersion())
    const told = await watch.look()
    expect(told[0]).toContain('entry 7: fabrikam.com')
    expect(told.at(-1)).toContain('published version 2 of "The accord"')
  })

  test('are told of by the rules that are asked for', async () => {
    const watch = await watching(signed(), { rules: new Set(['standing']) })
    await watch.look()
    await watch.add(watch.world.withdraw('contoso.com'))
    expect((await watch.look()).map((t) => t.split(':')[0])).toEqual(['standing'])
  })
})

describe('keys', () => {
  test('that are in force at once', async () => {
    const watch = await watching(signed(), only('contoso.com'))
    await watch.look()
    const next = [keyOf('contoso.com/ceo-2'), keyOf('contoso.com/gc-2')]
    await watch.add(watch.world.rotate('contoso.com', next))
    const told = await watch.look()
    expect(told[1]).toBe(
      `keys: ${CONTOSO}: other daily keys are in force: 2 of ${next.map((k) => `${k.name}+${k.id}`).join(', ')}`,
    )
  })

  test('that are recovered: announced, cancelled; announced again, and in force', async () => {
    const world = signed()
    const watch = await watching(world, only('contoso.com'))
    await watch.look()
    const found = [keyOf('contoso.com/ceo-2'), keyOf('contoso.com/gc-2')]
    world.add(world.verification('contoso.com', found))
    await watch.add(world.recover('contoso.com', found))
    const begun = await watch.look()
    expect(begun.some((t) => t.startsWith(`recovery: ${CONTOSO}: a recovery of the daily`))).toBe(
      true,
    )
    expect(begun).toContain(
      `control: ${CONTOSO}: its recovery keys are replacing its daily keys; until then no daily key signs`,
    )
    await watch.add(world.cancel('contoso.com', world.head('contoso.com')!))
    expect((await watch.look()).some((t) => t.includes('what was announced is cancelled'))).toBe(
      true,
    )
    world.days(1)
    world.add(world.verification('contoso.com', found))
    await watch.add(world.recover('contoso.com', found))
    await watch.look()
    world.days(14)
    await watch.add(world.verification('contoso.com', found))
    const done = await watch.look()
    expect(done.some((t) => t.startsWith(`keys: ${CONTOSO}: other daily keys are in force`))).toBe(
      true,
    )
    expect(done.some((t) => t.includes('cancelled'))).toBe(false)
  })

  test('that are recovered, and changed again before anybody looked, are no cancelled recovery', async () => {
    const world = signed()
    const watch = await watching(world, only('contoso.com'))
    await watch.look()
    const found = [keyOf('contoso.com/ceo-2'), keyOf('contoso.com/gc-2')]
    world.add(world.verification('contoso.com', found))
    await watch.add(world.recover('contoso.com', found))
    await watch.look()
    world.days(15)
    const next = [found[0]!, keyOf('contoso.com/gc-3')]
    await watch.add(world.rotate('contoso.com', next, { by: [...found, next[1]!] }))
    const told = await watch.look()
    expect(told.some((t) => t.includes('cancelled'))).toBe(false)
    expect(told.some((t) => t.includes('what was announced took effect'))).toBe(true)
  })

  test('of the depositary and the log are everybody’s business', async () => {
    const world = signed()
    const watch = await watching(world, only('contoso.com'))
    await watch.look()
    await watch.add(
      world.registryChange({ log: [world.log.vkey, keyOf(world.origin, 'next').vkey] }),
    )
    const told = await watch.look()
    expect(told[0]).toContain('stated who keeps this registry')
    expect(told[1]).toMatch(/^announced: from 2026-01-15T01:00:00Z on, the registry: other keys/)
    world.days(15)
    await watch.add(world.verification('contoso.com', world.daily('contoso.com')))
    expect((await watch.look()).some((t) => t.startsWith('keys: the registry: other keys'))).toBe(
      true,
    )
  })
})

test('control that is lost', async () => {
  const world = signed()
  const watch = await watching(world, only('contoso.com'))
  await watch.look()
  for (let i = 0; i < 3; i++) {
    world.days(2)
    await watch.add(world.verification('contoso.com', [keyOf('contoso.com/thief')]))
  }
  expect((await watch.look()).filter((t) => t.startsWith('control'))).toEqual([
    `control: ${CONTOSO}: control of the domain is lost: it has shown other keys, three times over three days`,
  ])
})

test('whoever signed a version learns that there is a later one', async () => {
  const watch = await watching(signed(), only('contoso.com'))
  await watch.look()
  await watch.add(watch.world.nextVersion())
  expect(await watch.look()).toEqual([
    `standing: ${CONTOSO}: version 2 of accord is published, and version 1 is what was signed`,
  ])
})

describe('what time brings', () => {
  test('is said before, and when it is there, each once, through restarts', async () => {
    const world = signed()
    const watch = await watching(world, { ...only('contoso.com'), maxAge: 1000 * DAY })
    const told: string[] = []
    for (let day = 0; day < 440; day += 5) {
      for (const text of await watch.look()) told.push(`${day} ${text}`)
      if (day % 50 === 0) await watch.begin()
      world.days(5)
    }
    const standing = told.filter((t) => t.includes('standing: '))
    expect(
      standing.map((t) => t.replace(`${CONTOSO}: the commitment to accord, version 1, `, '')),
    ).toEqual([
      '305 standing: on 2026-12-02T00:00:00Z: is due to be renewed',
      '335 standing: since 2026-12-02T00:00:00Z: is due to be renewed',
      '335 standing: on 2027-01-01T00:00:00Z: is overdue to be renewed',
      '365 standing: since 2027-01-01T00:00:00Z: is overdue to be renewed',
      '395 standing: on 2027-03-02T00:00:00Z: lapses unless it is renewed',
      '425 standing: since 2027-03-02T00:00:00Z: has lapsed: not renewed; no reason is implied',
    ])
    expect(told.filter((t) => t.includes('control: ')).map((t) => t.split(' ')[0])).toEqual([
      '15',
      '45',
    ])
  })

  test('is said again where a renewal has moved it, and not before', async () => {
    const world = signed()
    const watch = await watching(world, { ...only('contoso.com'), maxAge: 1000 * DAY })
    world.days(340)
    const { reports } = await watch.machine.look()
    expect(reports.filter((r) => r.text.includes('due to be renewed'))).toHaveLength(2)
    // What is announced for later is said now: nothing is dated in the future.
    expect(reports.every((r) => r.at <= world.time())).toBe(true)
    await watch.add(world.renew('contoso.com'))
    expect((await watch.look()).filter((t) => t.includes('due to be renewed'))).toEqual([])
    world.days(340)
    expect((await watch.look()).filter((t) => t.includes('due to be renewed'))).toHaveLength(2)
  })

  test('is that a report is due, and that it was missed', async () => {
    const world = signed({ reporting_days: 90, due_days: 20 })
    const watch = await watching(world, { ...only('contoso.com'), notice: 5, maxAge: 1000 * DAY })
    const told: string[] = []
    for (let day = 0; day < 200; day += 1) {
      for (const text of await watch.look()) told.push(`${day} ${text}`)
      world.days(1)
    }
    const reports = told.filter((t) => / report | period /.test(t))
    expect(reports.map((t) => t.replace(`: ${CONTOSO}`, ''))).toEqual([
      '65 standing: on 2026-03-12T00:00:00Z: the report on accord, version 1, for period 1 is due',
      '70 standing: since 2026-03-12T00:00:00Z: the report on accord, version 1, for period 1 is due',
      '85 standing: on 2026-04-01T00:00:00Z: period 1 of accord, version 1, ends; without a report it is missed',
      '90 standing: since 2026-04-01T00:00:00Z: period 1 of accord, version 1, has ended without a report',
      '155 standing: on 2026-06-10T00:00:00Z: the report on accord, version 1, for period 2 is due',
      '160 standing: since 2026-06-10T00:00:00Z: the report on accord, version 1, for period 2 is due',
      '175 standing: on 2026-06-30T00:00:00Z: period 2 of accord, version 1, ends; without a report it is missed',
      '180 standing: since 2026-06-30T00:00:00Z: period 2 of accord, version 1, has ended without a report',
    ])
  })

  test('comes late to whoever begins late: the last word is said, not those before', async () => {
    const world = signed()
    world.days(500)
    const watch = await watching(world, only('contoso.com'))
    const standing = (await watch.look()).filter((t) => t.startsWith('standing'))
    expect(standing).toEqual([
      `standing: since 2027-03-02T00:00:00Z: ${CONTOSO}: the commitment to accord, version 1, has lapsed: not renewed; no reason is implied`,
    ])
  })
})

describe('a log that cheats', () => {
  /** Two histories that part after the entries they share, signed with one key. */
  async function forked() {
    const [world, other] = [signed(), signed()]
    const watch = await watching(world)
    await watch.add(world.withdraw('contoso.com'))
    await watch.look()
    other.now += 60
    other.add(other.nextVersion())
    return { watch, world, other }
  }

  async function alarmOf(watch: Watch, look: readonly Report[]) {
    const [report, ...more] = look
    expect(more).toEqual([])
    const text = formatAlarm(watch.alarms.get(report!.alarm!)!)
    return { report: report!, text, verdict: verifyAlarm(text, watch.policy, verify) }
  }

  test('shows another tree of the same size: proven to anybody, and said once', async () => {
    const { watch, world, other } = await forked()
    await watch.serve(other)
    const look = await watch.machine.look()
    expect([look.state, look.size]).toEqual(['wrong', 6])
    const { report, verdict } = await alarmOf(watch, look.reports)
    expect(report.text).toContain('has forked')
    expect(verdict.verdict).toBe('verified')
    expect(await watch.look()).toEqual([])
    await watch.begin()
    expect(await watch.look()).toEqual([])
    await watch.serve(world)
    expect((await watch.machine.look()).state).toBe('good')
  })

  test('shows another tree that no witness has cosigned: its own signature speaks against it', async () => {
    const [world, other] = [signed(), signed()]
    const witnessed = WITNESSES.slice(0, 2).map((w) => [w, world.now] as const)
    const watch = await watching(world)
    watch.policy = witnessedPolicyOf(world)
    await watch.begin()
    await watch.serve(world, undefined, witnessed)
    await watch.look()
    other.add(other.withdraw('contoso.com'))
    await watch.serve(other)
    // What is not witnessed and contradicts nothing is told of as before.
    expect((await watch.look())[0]).toContain('witnesses')
    world.add(world.nextVersion())
    await watch.serve(world, undefined, witnessed)
    await watch.look()
    await watch.serve(other)
    const { report, verdict } = await alarmOf(watch, (await watch.machine.look()).reports)
    expect(report.text).toContain('has forked')
    expect(verdict.verdict).toBe('verified')
  })

  /** A checkpoint with one more line, by whomever, which nobody has signed. */
  function decorate(watch: Watch, { name, id }: { name: string; id: string }, fill: number): void {
    const note = parseNote(watch.files.get('checkpoint')!)
    const signatures = [...note.signatures, { name, id, blob: new Uint8Array(72).fill(fill) }]
    watch.files.set('checkpoint', utf8(formatNote({ ...note, signatures })))
  }

  test.each(['a line that no witness of the policy has signed', 'a witness’s word'])(
    'is proven to have forked whatever stands under it: %s',
    async (what) => {
      const { watch, world, other } = await forked()
      const witnessed = WITNESSES.slice(0, 2).map((w) => [w, world.now] as const)
      watch.policy = witnessedPolicyOf(world)
      await watch.begin()
      await watch.serve(world, undefined, witnessed)
      await watch.look()
      await watch.serve(other, undefined, witnessed.slice(0, 1))
      const bad = parsePolicy(watch.policy).witnesses[1]!.vkey
      if (what !== 'a witness’s word') decorate(watch, bad, 1)
      const { text, verdict } = await alarmOf(watch, (await watch.machine.look()).reports)
      expect(verdict.verdict).toBe('verified')
      // Who cosigned the fork is in the evidence, too.
      expect(text.split(`\u2014 ${WITNESSES[0]!.name} `)).toHaveLength(3)
    },
  )

  test('is one fork, however its checkpoint is decorated', async () => {
    const { watch, other } = await forked()
    await watch.serve(other)
    expect(await watch.look()).toHaveLength(1)
    for (const fill of [1, 2, 3]) {
      await watch.serve(other)
      decorate(watch, { name: 'nobody.example', id: '0000000a' }, fill)
      expect(await watch.look()).toEqual([])
    }
    expect(watch.alarms.size).toBe(1)
  })

  test('goes on from another tree', async () => {
    const { watch, other } = await forked()
    other.add(other.verification('contoso.com', other.daily('contoso.com')))
    await watch.serve(other)
    const { verdict, text } = await alarmOf(watch, (await watch.machine.look()).reports)
    expect([verdict.verdict, text.includes('\nroot ')]).toEqual(['verified', true])
  })

  test('goes back to a tree that never was a prefix', async () => {
    const { watch, world, other } = await forked()
    await watch.add(world.cancelWithdrawal('contoso.com'))
    await watch.look()
    await watch.serve(other)
    const { report, verdict } = await alarmOf(watch, (await watch.machine.look()).reports)
    expect([report.text.includes('forked'), verdict.verdict]).toEqual([true, 'verified'])
  })

  test('goes back: both checkpoints are kept, and the file says whose word it is', async () => {
    const { watch } = await forked()
    await watch.serve(watch.world, 5)
    const look = await watch.machine.look()
    const { report, verdict } = await alarmOf(watch, look.reports)
    expect(report.text).toContain('has gone back: it served a tree of 6 entries, and now one of 5')
    expect([verdict.verdict, verdict.reason?.code]).toEqual(['cannot tell', 'testimony'])
    await watch.serve()
    const [resolved] = (await watch.machine.look()).reports
    expect(resolved!.text).toContain('goes on from what was verified before')
  })

  test('goes back while nobody looks: whoever begins again still knows what it saw', async () => {
    const { watch } = await forked()
    await watch.serve(watch.world, 3)
    await watch.begin()
    const { report, verdict } = await alarmOf(watch, (await watch.machine.look()).reports)
    expect(report.text).toContain('a tree of 6 entries, and now one of 3')
    expect(verdict.reason?.code).toBe('testimony')
    expect(await watch.look()).toEqual([])
  })

  test('does not serve the tree that it signed: nothing is known, and nothing is believed', async () => {
    const { watch, other } = await forked()
    other.add(other.verification('contoso.com', other.daily('contoso.com')))
    await watch.serve(other)
    const checkpoint = watch.files.get('checkpoint')!
    watch.files.clear()
    watch.files.set('checkpoint', checkpoint)
    expect(await watch.machine.look()).toMatchObject({ state: 'unknown', size: 6, reports: [] })
    await watch.serve(other)
    expect((await watch.look())[0]).toContain('has forked')
  })

  test('is never followed: what it says elsewhere is not told', async () => {
    const { watch, other } = await forked()
    other.add(other.verification('contoso.com', other.daily('contoso.com')))
    await watch.serve(other)
    expect((await watch.look()).some((t) => t.startsWith('entry'))).toBe(false)
  })

  test('logs what its law refuses: told of up to there, and then it is said', async () => {
    const watch = await watching(signed())
    await watch.look()
    const { world } = watch
    world.add(world.withdraw('contoso.com'))
    const unlawful = formatEntry({ time: world.now, attestation: utf8(world.sign('contoso.com')) })
    await watch.serve({
      origin: world.origin,
      log: world.log,
      entries: [...world.entries, unlawful],
    })
    const look = await watch.machine.look()
    expect(look.state).toBe('wrong')
    expect(look.reports.map((r) => r.rule)).toEqual(['entry', 'standing', 'announced', 'log'])
    expect(look.reports.at(-1)).toMatchObject({
      index: 6,
      text: expect.stringContaining('refuses'),
    })
    expect(await watch.look()).toEqual([])
    await watch.begin()
    expect(await watch.look()).toEqual([])
  })

  test('is another one, or bears no signature of the policy’s', async () => {
    const watch = await watching(signed())
    await watch.look()
    const { origin, entries } = watch.world
    await watch.serve({ origin, entries, log: keyOf(origin, 'a stranger') })
    expect((await watch.look())[0]).toMatch(/^log: .*no log of the policy has signed/)
  })

  test('serves a tile that is not what it signed', async () => {
    const watch = await watching(signed())
    await watch.look()
    await watch.add(watch.world.withdraw('contoso.com'))
    const path = 'tile/entries/000.p/6'
    const bytes = watch.files.get(path)!.slice()
    bytes[bytes.length - 5]! ^= 1
    watch.files.set(path, bytes)
    expect((await watch.machine.look()).state).toBe('wrong')
    await watch.serve()
    const told = await watch.look()
    expect(told.some((t) => t.startsWith('entry: entry 5'))).toBe(true)
    expect(told.at(-1)).toMatch(/^log: .*no more: log\/BROKEN/)
  })
})

describe('a log that is stale', () => {
  test('since it is not to be reached', async () => {
    const watch = await watching(signed())
    await watch.look()
    watch.files.clear()
    watch.world.now += DAY / 2
    expect(await watch.machine.look()).toMatchObject({ state: 'unknown', reports: [] })
    watch.world.now += DAY
    const look = await watch.machine.look()
    expect(look.state).toBe('wrong')
    expect(look.reports[0]!.text).toContain(
      'since 2026-01-01T01:00:00Z it has had no fresh checkpoint',
    )
    const text = formatAlarm(watch.alarms.get(look.reports[0]!.alarm!)!)
    expect(verifyAlarm(text, watch.policy, verify).reason?.code).toBe('testimony')
    expect(await watch.look()).toEqual([])
    await watch.serve()
    expect((await watch.look())[0]).toContain('no more: log/stale')
  })

  test('since no witness has cosigned it for too long, though it answers', async () => {
    const world = signed()
    const watch = await watching(world)
    watch.policy = witnessedPolicyOf(world)
    await watch.begin()
    const cosigned: Witnessed = WITNESSES.map((w) => [w, START + 3600])
    await watch.serve(world, undefined, cosigned)
    expect((await watch.machine.look()).state).toBe('good')
    world.now += 2 * DAY
    expect((await watch.machine.look()).reports[0]!.text).toContain('is stale')
    await watch.serve(
      world,
      undefined,
      WITNESSES.map((w) => [w, world.now]),
    )
    expect((await watch.machine.look()).state).toBe('good')
  })
})

describe('a log that is frozen', () => {
  async function frozen(quorum: string, witnessed: (now: number) => readonly Witnessed[]) {
    const world = signed()
    const watch = await watching(world)
    watch.policy = witnessedPolicyOf(world).replace('quorum g', quorum)
    await watch.begin()
    const [first, later] = witnessed(world.now)
    await watch.serve(world, undefined, first)
    expect((await watch.machine.look()).state).toBe('good')
    await watch.serve(world, undefined, later)
    world.now += 2 * DAY
    return (await watch.machine.look()).reports[0]!.text
  }
  const at = (...times: number[]): Witnessed => times.map((time, i) => [WITNESSES[i]!, time])

  test('is stale where its checkpoint has no cosignature any more, though none is asked for', async () => {
    expect(await frozen('quorum none', (now) => [at(now, now), []])).toContain('is stale')
  })

  test('is stale where one witness dates its cosignature years ahead', async () => {
    const ahead = (now: number) => at(now, now + 3650 * DAY)
    expect(await frozen('quorum g', (now) => [ahead(now), ahead(now)])).toContain('is stale')
  })
})

describe('clocks', () => {
  test('a cosignature without a time accuses nobody', async () => {
    const world = signed()
    const watch = await watching(world)
    watch.policy = witnessedPolicyOf(world)
    await watch.begin()
    const cosigned: Witnessed = WITNESSES.map((w, i) => [w, i === 0 ? 0 : world.now])
    await watch.serve(world, undefined, cosigned)
    await watch.look()
    world.add(world.withdraw('contoso.com'))
    await watch.serve(world, undefined, cosigned)
    expect((await watch.look()).filter((t) => t.startsWith('time-alarm'))).toEqual([])
  })

  test('an entry that is dated after those who cosigned it', async () => {
    const world = signed()
    const watch = await watching(world)
    watch.policy = witnessedPolicyOf(world)
    await watch.begin()
    await watch.serve(
      world,
      undefined,
      WITNESSES.map((w) => [w, world.now]),
    )
    await watch.look()
    world.add(world.withdraw('contoso.com'))
    await watch.serve(
      world,
      undefined,
      WITNESSES.map((w) => [w, world.now - 301]),
    )
    const told = (await watch.look()).filter((t) => t.startsWith('time-alarm'))
    expect(told).toEqual([
      'time-alarm: entry 5 is dated 2026-01-01T01:00:00Z by the registry, but w1 had cosigned a tree that holds it at 2026-01-01T00:54:59Z',
    ])
  })

  test('an entry that is dated before a tree without it was cosigned', async () => {
    const world = signed()
    const watch = await watching(world)
    watch.policy = witnessedPolicyOf(world)
    await watch.begin()
    await watch.serve(
      world,
      undefined,
      WITNESSES.map((w) => [w, world.now + 301]),
    )
    await watch.look()
    world.add(world.withdraw('contoso.com'))
    await watch.serve(
      world,
      undefined,
      WITNESSES.map((w) => [w, world.now + 310]),
    )
    const told = (await watch.look()).filter((t) => t.startsWith('time-alarm'))
    expect(told[0]).toContain('but w1 still cosigned a tree without it at 2026-01-01T01:05:01Z')
  })

  test('within the skew that the rules allow nothing is said', async () => {
    const world = signed()
    const watch = await watching(world)
    watch.policy = witnessedPolicyOf(world)
    await watch.begin()
    await watch.serve(
      world,
      undefined,
      WITNESSES.map((w) => [w, world.now + 300]),
    )
    await watch.look()
    world.add(world.withdraw('contoso.com'))
    await watch.serve(
      world,
      undefined,
      WITNESSES.map((w) => [w, world.now - 300]),
    )
    expect((await watch.look()).filter((t) => t.startsWith('time-alarm'))).toEqual([])
  })
})

describe('domains asked from here', () => {
  test('contradict a check that was logged, or do not', async () => {
    const world = signed()
    const shown = new Map<string, readonly string[]>()
    const watch = await watching(world, {
      askKeys: async ({ domain }) => [
        { check: { method: 'https', outcome: 'unreachable', keys: [] } },
        { check: { method: 'dns', outcome: 'answered', keys: [...(shown.get(domain) ?? [])] } },
      ],
    })
    await watch.look()
    const keys = world.daily('contoso.com')
    shown.set('contoso.com', keys.map((k) => k.vkey).reverse())
    await watch.add(world.verification('contoso.com', keys))
    expect((await watch.look()).filter((t) => t.startsWith('contradiction'))).toEqual([])
    shown.set('contoso.com', [keyOf('contoso.com/thief').vkey])
    await watch.add(world.verification('contoso.com', keys, { check: { at: world.time() } }))
    const [told] = (await watch.look()).filter((t) => t.startsWith('contradiction'))
    expect(told).toContain('the depositary logged that contoso.com showed')
    expect(told).toContain(keyOf('contoso.com/thief').vkey)
  })
})

test('domains that are still to be asked are asked after a restart', async () => {
  const world = signed()
  const watch = await watching(world, {
    askKeys: async () => [
      { check: { method: 'dns', outcome: 'answered', keys: [keyOf('thief').vkey] } },
    ],
  })
  await watch.look()
  const names = Array.from({ length: 20 }, (_, i) => `d${i}.example`)
  const checks = names.map((name) => world.check(name, [keyOf(name)]))
  await watch.add(world.verification('', [], { checks }))
  const told = async () => (await watch.look()).filter((t) => t.startsWith('contradiction')).length
  const first = await told()
  await watch.begin()
  expect([first, await told(), await told()]).toEqual([16, 4, 0])
})

test('a store that cannot keep loses nothing: the next look says it', async () => {
  const world = signed()
  const watch = await watching(world)
  await watch.look()
  const { store } = watch
  const kept: Kept[] = []
  let full = true
  const commit: MonitorStore['commit'] = async (next, reports, alarms) => {
    if (full) throw new Error('no space left on device')
    kept.push(next)
    await store.commit(next, reports, alarms)
  }
  const folder: MonitorStore = { load: () => store.load(), commit }
  const machine = new Monitor({
    fetch: fetchFrom(watch.base, fetch),
    policy: parsePolicy(watch.policy),
    ...{ verify, store: folder, clock: () => world.now, askKeys: null },
    watched: { domains: new Set(), instruments: new Set() },
    ...{ rules: new Set(RULES), notice: 30, maxAge: DAY },
  })
  await watch.add(world.withdraw('contoso.com'))
  await expect(machine.look()).rejects.toThrow('no space left')
  full = false
  expect((await machine.look()).reports.map((r) => r.rule)).toEqual([
    'entry',
    'standing',
    'announced',
  ])
  expect(kept.at(-1)!.size).toBe(6)
})
