// Whether the API is served at its public URL, with a certificate that this machine trusts, by this very node. A node that
// is listed before is one that no page can reach.
import type { EchoResponse } from '@x4pn/gateway-api'
import type { Address } from 'viem'
import type { Config } from '../config.ts'
import { UsageError } from './command.ts'

/** Milliseconds. */
const PATIENCE = 10_000

export async function requireServed({ apiUrl, tls }: Pick<Config, 'apiUrl' | 'tls'>, node: Address): Promise<void> {
  // Plain HTTP is for networks of one's own, where a page may come first and its node later.
  if (!tls) return
  const advice = 'Start the gateway, wait until `healthy --ready` says no more of a certificate, or give --unserved.'
  const answer = await fetch(`${apiUrl}/v1/echo?nonce=register`, { signal: AbortSignal.timeout(PATIENCE) }).catch(
    (error: unknown) => {
      const { cause } = error as { cause?: unknown }
      throw new UsageError(`${apiUrl} is not served (${cause instanceof Error ? cause.message : error}). ${advice}`)
    },
  )
  const { node: answering } = (await answer.json().catch(() => ({}))) as Partial<EchoResponse>
  if (answering !== node)
    throw new UsageError(`${apiUrl} is served by ${answering ?? 'something else'}, not by ${node}.`)
}
