// The operator's key, for the commands that send its transactions with --send.
import { readKeyFile } from '../node-key.ts'
import { type Options, optional, UsageError } from './command.ts'

/** Undefined where no file is named: the transactions are printed for a cold wallet. */
export function operatorKey(options: Options) {
  const file = optional(options, 'operator-key-file')
  if (file === undefined) return undefined
  try {
    return readKeyFile(file, optional(options, 'operator-key-password-file'), '--operator-key')
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message.replaceAll('_FILE', '-file') : String(error))
  }
}
