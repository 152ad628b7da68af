// `identity`: the node's id, what it commits to, and its consent to being registered by an operator.
import type { Command } from './command.ts'
import { addressOf, consentOf } from './consent.ts'

export const identity: Command = {
  summary: "Prints the node's id, its commitment, and its consent to being registered; always JSON.",
  usage: '<operator>',
  values: [],
  flags: [],
  async run({ words: [operator], config }) {
    const said = await consentOf(config().nodeKey, addressOf(operator, "an operator's"), config())
    return { json: said, lines: [JSON.stringify(said)] }
  },
}
