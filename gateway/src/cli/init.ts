// `init`: makes the node key, and says what to configure and which address to fund.
import { resolve } from 'node:path'
import { type Command, needed, optional } from './command.ts'
import { writeNewKey } from './new-key.ts'

export const init: Command = {
  summary: 'Makes a node key in a new file, encrypted where a password is given, and says what to configure.',
  usage: '--key-file <new file> [--password-file <file>]',
  values: ['key-file', 'password-file'],
  flags: [],
  async run({ options }) {
    const keyFile = resolve(needed(options, 'key-file'))
    const password = optional(options, 'password-file')
    const { address } = await writeNewKey(keyFile, password)
    const environment = {
      X4PN_NODE_KEY_FILE: keyFile,
      ...(password === undefined ? {} : { X4PN_NODE_KEY_PASSWORD_FILE: resolve(password) }),
    }
    return {
      json: { node: address, environment },
      lines: [
        ...Object.entries(environment).map(([name, value]) => `${name}=${value}`),
        `# node ${address}: send it some coins for the gas of settling, then x4pn-gateway register`,
      ],
    }
  },
}
