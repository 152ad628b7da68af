// All commands, by name.
import type { Command } from './command.ts'
import { doctor } from './doctor.ts'
import { drain } from './drain.ts'
import { healthy } from './healthy.ts'
import { identity } from './identity.ts'
import { init } from './init.ts'
import { register } from './register.ts'
import { rotateKey } from './rotate-key.ts'
import { run } from './run.ts'
import { status } from './status.ts'
import { withdraw } from './withdraw.ts'

export const commands: Record<string, Command> = {
  run,
  init,
  register,
  status,
  withdraw,
  'rotate-key': rotateKey,
  drain,
  doctor,
  healthy,
  identity,
}

export function help(name?: string): string {
  const command = name === undefined ? undefined : commands[name]
  if (command) {
    return `x4pn-gateway ${name} ${command.usage}\n\n${command.summary}\n\nWith --json: one JSON object.`
  }
  const width = Math.max(...Object.keys(commands).map(({ length }) => length))
  const lines = Object.entries(commands).map(([each, { summary }]) => `  ${each.padEnd(width)}  ${summary}`)
  return [
    'x4pn-gateway [command] [options]: a node of X4PN.',
    '',
    ...lines,
    '',
    'x4pn-gateway <command> --help says more. The configuration is in X4PN_* variables, or in the file that X4PN_CONFIG',
    'names (NAME=value lines, or JSON); gateway/README.md lists them.',
  ].join('\n')
}
