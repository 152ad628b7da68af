// A sign-in on its way through the checks, and the checks in order, cheapest first.
import type { SignInAction, SignInBinding } from '@x4pn/contracts'
import type { Address, Hash, Hex } from 'viem'
import type { Config } from '../config.ts'
import type { NodeKeys } from '../keys.ts'
import { checkBinding } from './checks/binding.ts'
import { checkDomain } from './checks/domain.ts'
import { parseMessage } from './checks/message.ts'
import { checkNonce } from './checks/nonce.ts'
import { checkSigner } from './checks/signer.ts'
import { checkTimes } from './checks/times.ts'
import type { MessageFields } from './plain-message.ts'
import { turn } from './turn.ts'

export type SignInRequest = {
  action: SignInAction
  message: string
  signature: Hex
  user: Address
  sessionKey: Address
  /** When joining. */
  wireguardKey?: Hex
  /** host[:port] of the page's origin, or of the API without a page. */
  domain: string
}

/** What a sign-in says once it has passed. */
export type SignIn = {
  stream: Hash
  /** Unix milliseconds. */
  issuedAt: number
  address: Address
  /** False while a smart account's word is still to be asked. */
  proven: boolean
}

export type SignInContext = {
  config: Pick<Config, 'apiUrl' | 'chainId'>
  keys: Pick<NodeKeys, 'account' | 'nonceKey'>
  /** Unix milliseconds by which freshness is judged. */
  now: number
}

/** A message after parsing; the checks read it. */
export type ParsedSignIn = { request: SignInRequest; siwe: MessageFields; binding: SignInBinding }

/** Everything that needs no chain. Throws the `ApiError` of the first check that fails. */
export async function checkSignIn(request: SignInRequest, context: SignInContext): Promise<SignIn> {
  const parsed = parseMessage(request)
  checkDomain(parsed, context)
  checkTimes(parsed, context)
  const stream = checkBinding(parsed, context)
  checkNonce(parsed, context)
  await turn()
  const proven = checkSigner(parsed)
  return {
    stream,
    issuedAt: Date.parse(parsed.siwe.issuedAt ?? ''),
    address: parsed.siwe.address as Address,
    proven,
  }
}
