/**
 * The command `accord`: every command wired to its work.
 *
 * @module
 */
import { Command, CommanderError } from 'commander'
import about from '../../package.json' with { type: 'json' }
import { runIn, showFailure } from './answer.ts'
import { attestMount } from './attest.ts'
import { cardCommand } from './card.ts'
import { checkDomainCommand } from './check-domain.ts'
import { commitmentCommands } from './commitment.ts'
import { depositaryCommands } from './depositary.ts'
import { draftMount } from './draft.ts'
import { enrolmentCommands } from './enrolment.ts'
import { exportCommand } from './export.ts'
import { CliError } from './failure.ts'
import { fsckCommand } from './fsck.ts'
import { importCommand } from './import.ts'
import { initCommand } from './init.ts'
import { keygenCommands } from './keygen.ts'
import { mirrorCommand } from './mirror.ts'
import { monitorCommand } from './monitor.ts'
import { policyCommand } from './policy.ts'
import { recoverLogCommand } from './recover-log.ts'
import { renewCommands } from './renew.ts'
import { serveCommand } from './serve.ts'
import { showCommand } from './show.ts'
import { signCommands } from './sign.ts'
import { standingCommand } from './standing.ts'
import type { Terminal } from './terminal.ts'
import { upkeepCommands } from './upkeep.ts'
import { verifyCommands } from './verify.ts'
import { witnessCommand } from './witness.ts'

/**
 * Runs a command line.
 *
 * @param args - without the names of the interpreter and the program
 * @returns the exit code: 0 good, 1 not good, 2 could not tell
 */
export async function accord(args: readonly string[], terminal: Terminal): Promise<number> {
  let exit = 2
  const program = frame(terminal)
  addCommands(program, terminal, (code) => {
    exit = code
  })
  quiet(program)
  try {
    await program.parseAsync(args, { from: 'user' })
    return exit
  } catch (error) {
    if (error instanceof CommanderError && error.code.startsWith('commander.help')) {
      return error.exitCode === 0 ? 0 : 2
    }
    if (error instanceof CommanderError && error.code === 'commander.version') return 0
    return showFailure(terminal, error, args.includes('--json'), 'accord')
  }
}

function frame(terminal: Terminal): Command {
  return new Command('accord')
    .description('The public registry of technology commitments.')
    .version(about.version)
    .option('--log <address>', "a registry's address, or a folder with a copy (ACCORD_LOG)")
    .option('--policy <file>', 'a file that says whom to trust (ACCORD_POLICY)')
    .option('--json', 'answer in JSON')
    .addHelpText('after', '\nExit codes: 0 good, 1 not good, 2 could not tell.')
    .configureOutput({
      writeOut: (text) => terminal.out(text),
      writeErr: (text) => terminal.talk(text),
      outputError: () => {},
    })
}

function addCommands(program: Command, terminal: Terminal, ended: (exit: number) => void): void {
  const run = runIn(terminal, ended)
  keygenCommands(program, run)
  const drafts = program.command('draft').description('write a statement to sign elsewhere')
  for (const [parent, mount] of [
    [drafts, draftMount(run)],
    [program, attestMount(run)],
  ] as const) {
    enrolmentCommands(parent, mount)
    commitmentCommands(parent, mount)
    depositaryCommands(parent, mount)
  }
  renewCommands(program, drafts, run)
  cardCommand(program, run)
  signCommands(program, run)
  verifyCommands(program, run)
  standingCommand(program, run)
  checkDomainCommand(program, run)
  showCommand(program, run)
  fsckCommand(program, run)
  monitorCommand(program, run)
  mirrorCommand(program, run)
  witnessCommand(program, run)
  policyCommand(program, run)
  initCommand(program, run)
  serveCommand(program, run)
  upkeepCommands(program, run)
  recoverLogCommand(program, run)
  exportCommand(program, run)
  importCommand(program, run)
  helpCommand(program)
}

/** `accord help commit sign`: help on a command of any depth. */
function helpCommand(program: Command): void {
  program
    .helpCommand(false)
    .command('help')
    .argument('[command...]', 'a command, as it is typed')
    .description('show the help of a command')
    .action((names: readonly string[]) => commandAt(program, names).help())
}

function commandAt(program: Command, names: readonly string[]): Command {
  return names.reduce((parent, name) => {
    const found = parent.commands.find((c) => c.name() === name)
    if (!found) throw new CliError('USAGE', `no command ${names.join(' ')}`)
    return found
  }, program)
}

/** Commander throws instead of ending the process, in every command. */
function quiet(command: Command): void {
  command.exitOverride().allowExcessArguments(false)
  command.commands.forEach(quiet)
}
