// The node key from where the operator keeps it: a variable, a file, an encrypted keystore, or a command's output. What
// is found there is never shown.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { decryptKeystoreJsonSync } from 'ethers'
import type { Hex } from 'viem'
import { privateKeyToAddress } from 'viem/accounts'

export type KeySource = {
  key?: string | undefined
  file?: string | undefined
  /** Of a keystore. */
  passwordFile?: string | undefined
  /** A program and its arguments, separated by spaces; no shell. */
  command?: string | undefined
}

/** Milliseconds: it may ask a vault, or a person. */
const COMMAND_TIMEOUT = 60_000

/** Throws an `Error` that says which source is wrong and why, and quotes nothing of it. */
export function readNodeKey(source: KeySource): Hex {
  const { key, file, passwordFile, command } = source
  const given = [key, file, command].filter((one) => one !== undefined).length
  if (given === 0) {
    throw new Error('X4PN_NODE_KEY or X4PN_NODE_KEY_FILE is needed, or X4PN_NODE_KEY_COMMAND: the node key.')
  }
  if (command !== undefined && given > 1) {
    throw new Error('X4PN_NODE_KEY_COMMAND stands beside another source of the node key: keep one of them.')
  }
  if (key !== undefined) return checkedKey(key, 'X4PN_NODE_KEY')
  if (command !== undefined) return checkedKey(outputOf(command), 'The output of X4PN_NODE_KEY_COMMAND')
  return readKeyFile(file ?? '', passwordFile, 'X4PN_NODE_KEY')
}

/** A file with 0x and 64 hex digits, or a keystore. @param variable Its name without `_FILE`, for messages. */
export function readKeyFile(file: string, passwordFile: string | undefined, variable: string): Hex {
  const name = `The file of ${variable}_FILE, ${file},`
  const content = readText(file, name)
  if (!content.startsWith('{')) return checkedKey(content, name)
  if (passwordFile === undefined) {
    throw new Error(`${name} is an encrypted keystore: set ${variable}_PASSWORD_FILE to the file with its password.`)
  }
  const password = readText(passwordFile, `The file of ${variable}_PASSWORD_FILE, ${passwordFile},`)
  let opened: string
  try {
    opened = decryptKeystoreJsonSync(content, password).privateKey
  } catch {
    throw new Error(`${name} cannot be opened: it is no web3 keystore (version 3), or the password is another.`)
  }
  return checkedKey(opened, name)
}

function readText(file: string, name: string): string {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (cause) {
    // The cause's text may quote what is in it.
    const code = cause instanceof Error && 'code' in cause ? ` (${cause.code})` : ''
    throw new Error(`${name} cannot be read${code}.`)
  }
}

function outputOf(command: string): string {
  const [program = '', ...args] = command.split(' ').filter((word) => word !== '')
  try {
    return execFileSync(program, args, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
      timeout: COMMAND_TIMEOUT,
    }).trim()
  } catch (cause) {
    // Its arguments, and what it printed, may be secret.
    const { status, code } = cause as { status?: number; code?: string }
    throw new Error(`The program of X4PN_NODE_KEY_COMMAND, ${program}, failed (${code ?? `exit code ${status}`}).`)
  }
}

/** Also refuses a number that is no key of the curve. */
function checkedKey(value: string, name: string): Hex {
  try {
    if (/^0x[0-9a-fA-F]{64}$/.test(value) && privateKeyToAddress(value as Hex)) return value as Hex
  } catch {
    throw new Error(`${name} cannot be read as a key.`)
  }
  throw new Error(`${name} does not hold a key: 0x and 64 hex digits.`)
}
