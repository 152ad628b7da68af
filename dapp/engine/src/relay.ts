// Lets a node send what the user signed, so that no native coin is needed. Any node may do it.
import type { Deployment } from '@x4pn/contracts'
import type { RelayRequest } from '@x4pn/gateway-api'
import type { Hash, PublicClient } from 'viem'
import { EngineError, GatewayError } from './errors.ts'
import type { GatewayClient } from './gateway-client.ts'
import type { StreamIdentity } from './records.ts'
import { wait } from './wait.ts'
import type { AuthorizedOpen } from './wallet/authorize-open.ts'
import { readStream } from './wallet/chain-state.ts'

export type RelayContext = { client: PublicClient; gateway: Pick<GatewayClient, 'relay'> }

export type RelayOptions = {
  /** Whether the chain shows it. The node's word, a transaction's hash, is worth nothing: it may be any. */
  isDone: () => Promise<boolean>
  patienceMs?: number
}

/** Has it sent, and waits until the chain shows it. Throws `RELAY_UNCONFIRMED` when it does not. */
export async function relay(
  { gateway }: Pick<RelayContext, 'gateway'>,
  request: RelayRequest,
  { isDone, patienceMs = 20_000 }: RelayOptions,
): Promise<Hash> {
  const { transaction } = await gateway.relay(request)
  if (!(await within(patienceMs, isDone))) throw new EngineError('RELAY_UNCONFIRMED', { details: transaction })
  return transaction
}

async function within(patienceMs: number, isDone: () => Promise<boolean>): Promise<boolean> {
  const deadline = Date.now() + patienceMs
  while (!(await isDone())) {
    if (Date.now() > deadline) return false
    await wait(250)
  }
  return true
}

export type RelayOpenOptions = RelayContext & {
  deployment: Deployment
  stream: StreamIdentity
  authorized: AuthorizedOpen
  /** How long an answer that never came is looked for on chain. */
  patienceMs?: number
}

/**
 * Opens the stream, however often it is asked: what the chain says counts, not whether the node's answer arrived. Once
 * it has thrown, the signed opening may still be sent until it expires. A new signature for the same stream is safe: it
 * opens once.
 */
export async function relayOpen(options: RelayOpenOptions): Promise<void> {
  const { client, deployment, stream, authorized, patienceMs = 8_000 } = options
  const isOpen = async () => (await readStream(client, deployment, stream.stream)).status === 'open'
  if (await isOpen()) return
  try {
    await relay(options, authorized, { isDone: isOpen })
  } catch (error) {
    if (!mayHaveBeenSent(error) || !(await within(patienceMs, isOpen))) throw error
  }
}

/** A refusal by the contract may mean that an earlier attempt is on its way; most other refusals come before sending. */
function mayHaveBeenSent(error: unknown): boolean {
  // `RELAY_UNCONFIRMED` has looked long enough.
  if (!(error instanceof GatewayError)) return error instanceof EngineError && error.code !== 'RELAY_UNCONFIRMED'
  return error.code === 'RELAY_REFUSED' || error.code === 'CHAIN_UNAVAILABLE' || error.code === 'INTERNAL'
}
