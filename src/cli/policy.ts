/**
 * `accord policy check`: says in words whom a policy trusts, and what is weak in it.
 *
 * @module
 */
import type { Command } from 'commander'
import { formatVKey } from '../../keys/vkey.ts'
import { type Policy, parsePolicy } from '../tlog/policy.ts'
import type { Answer, Common, Run } from './answer.ts'
import { read } from './files.ts'
import type { Terminal } from './terminal.ts'

interface PolicyFlags extends Common {
  readonly online?: boolean
}

/** Adds the commands. */
export function policyCommand(program: Command, run: Run): void {
  program
    .command('policy')
    .description('policies: whom one trusts')
    .command('check')
    .argument('<file>', 'a policy (https://c2sp.org/tlog-policy)')
    .description('say whom a policy trusts, and what is weak in it')
    .option('--online', 'also ask every address whether it answers')
    .addHelpText('after', '\nExit codes: 0 nothing is weak, 1 something is, 2 it is no policy.')
    .action(run<PolicyFlags>((terminal, options, [file]) => check(terminal, options, file!)))
}

async function check(terminal: Terminal, { online }: PolicyFlags, file: string): Promise<Answer> {
  const policy = parsePolicy(await read(terminal, file))
  const silent = online ? await silentOf(terminal, policy) : []
  const warnings = [...weaknesses(policy), ...silent]
  const trusts = sentences(policy)
  return {
    lines: [...trusts, ...warnings.map((warning) => `warning: ${warning}`)],
    data: { trusts, warnings },
    exit: warnings.length > 0 ? 1 : 0,
  }
}

/** What a policy says. */
function sentences({ logs, witnesses, groups, quorum }: Policy): string[] {
  const at = (url: string | null) => (url === null ? '' : `, at ${url}`)
  return [
    ...logs.map(
      ({ vkey, url }) => `the log ${vkey.name} is known by ${formatVKey(vkey)}${at(url)}`,
    ),
    ...witnesses.map(({ name, url }) => `${name} is a witness${at(url)}`),
    ...groups.map(
      ({ name, threshold, members }) =>
        `${name} is met by ${threshold} of ${members.length}: ${members.join(', ')}`,
    ),
    quorum === null ? 'a checkpoint needs no witness' : `a checkpoint needs ${quorum}`,
  ]
}

function weaknesses(policy: Policy): string[] {
  const { logs, witnesses, quorum } = policy
  const urls = [...logs, ...witnesses].flatMap(({ url }) => (url === null ? [] : [url]))
  const hosts = witnesses.flatMap(({ url }) => hostOf(url) ?? [])
  const twice = [...new Set(hosts.filter((host, i) => hosts.indexOf(host) !== i))]
  return [
    ...(logs.length === 0 ? ['no log is trusted, so nothing is'] : []),
    ...(quorum === null
      ? ['the quorum is none: the log can show different readers different histories']
      : []),
    ...(quorum !== null && neededAtLeast(policy, quorum) < 2
      ? ['one witness alone is enough: it and the log together can deceive']
      : []),
    ...(quorum !== null && neededAtLeast(policy, quorum) >= 2 && isMetTwice(policy, quorum)
      ? [
          'two sets of witnesses without a common one can each meet the quorum: the log can have two histories cosigned, and no witness lies',
        ]
      : []),
    ...urls
      .filter((url) => hostOf(url) === null)
      .map((url) => `${url} is no http:// or https:// address`),
    ...urls
      .filter((url) => url.startsWith('http:'))
      .map((url) => `${url} is not encrypted: what is asked can be seen and held back`),
    ...twice.map((host) => `several witnesses are at ${host}: whoever runs it counts as one`),
  ]
}

/** The fewest witnesses that meet a witness or a group. */
function neededAtLeast({ groups }: Policy, name: string): number {
  const least = new Map<string, number>()
  for (const group of groups) {
    const counts = group.members.map((m) => least.get(m) ?? 1).sort((a, b) => a - b)
    least.set(
      group.name,
      counts.slice(0, group.threshold).reduce((sum, n) => sum + n, 0),
    )
  }
  return least.get(name) ?? 1
}

/** Whether two sets of witnesses that share none can each meet a witness or a group. */
function isMetTwice({ groups }: Policy, name: string): boolean {
  const twice = new Set<string>()
  for (const { name: group, threshold, members } of groups) {
    // A member that is met twice counts for both sets, any other for one of them.
    const both = members.filter((m) => twice.has(m)).length
    if (2 * Math.max(0, threshold - both) <= members.length - both) twice.add(group)
  }
  return twice.has(name)
}

function hostOf(url: string | null): string | null {
  if (url === null || !URL.canParse(url) || !/^https?:/.test(url)) return null
  return new URL(url).hostname
}

/** Any answer at all shows that somebody is there. */
async function silentOf({ fetch }: Terminal, { logs, witnesses }: Policy): Promise<string[]> {
  const urls = [
    ...logs.flatMap(({ url }) => (url === null ? [] : [`${url.replace(/\/+$/, '')}/checkpoint`])),
    ...witnesses.flatMap(({ url }) =>
      url === null ? [] : [`${url.replace(/\/+$/, '')}/add-checkpoint`],
    ),
  ]
  const asked = urls.map(async (url) => {
    try {
      const answer = await fetch(url)
      return answer.status >= 500 ? [`${url} answers ${answer.status}`] : []
    } catch {
      return [`${url} does not answer`]
    }
  })
  return (await Promise.all(asked)).flat()
}
