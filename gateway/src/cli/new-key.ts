// A new node key in a file that only its owner reads: encrypted with a password, or as it is.
import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { encryptKeystoreJsonSync } from 'ethers'
import type { Address, Hex } from 'viem'
import { generatePrivateKey, privateKeyToAddress } from 'viem/accounts'
import { UsageError } from './command.ts'

const SHORTEST_PASSWORD = 8

/** Never over a file that is there: it may hold the only copy of a key. */
export async function writeNewKey(
  path: string,
  passwordFile: string | undefined,
): Promise<{ address: Address; key: Hex }> {
  const key = generatePrivateKey()
  const address = privateKeyToAddress(key)
  const content = passwordFile === undefined ? `${key}\n` : encrypted(address, key, passwordFile)
  await writeFile(path, content, { mode: 0o600, flag: 'wx' }).catch((cause: { code?: string }) => {
    const why =
      cause.code === 'EEXIST' ? 'is there already and is not overwritten' : `cannot be written (${cause.code})`
    throw new UsageError(`${path} ${why}: name another file.`)
  })
  return { address, key }
}

function encrypted(address: Address, privateKey: Hex, passwordFile: string): string {
  let password: string
  try {
    password = readFileSync(passwordFile, 'utf8').trim()
  } catch (cause) {
    throw new UsageError(
      `The file of --password-file, ${passwordFile}, cannot be read (${(cause as { code?: string }).code}).`,
    )
  }
  if (password.length < SHORTEST_PASSWORD) {
    throw new UsageError(`The password in ${passwordFile} is shorter than ${SHORTEST_PASSWORD} characters.`)
  }
  return encryptKeystoreJsonSync({ address, privateKey }, password)
}
