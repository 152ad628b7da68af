// One paid session under observation: what the demo and the end-to-end tests both do with a client and a gateway.
import { bytesForAmount } from '@x4pn/gateway-api'
import type { Client } from '../client/client.ts'
import type { Base } from '../local/network.ts'
import { sleep, waitFor } from '../wait.ts'
import { kernelCount } from './kernel.ts'

/** How still an interface is when nothing but signs of life passes, bytes in a second. */
const STILL = 50_000

export async function interfaceBytes(client: Client): Promise<number> {
  const { rx, tx } = await client.ask('interfaceCount')
  return Number(rx) + Number(tx)
}

/** Waits until traffic has ended. @returns milliseconds it took. */
export const waitUntilStill = (client: Client, timeout: number): Promise<number> =>
  stillFor(() => interfaceBytes(client), timeout)

/** The same for any count of bytes. */
export async function stillFor(count: () => Promise<number>, timeout: number): Promise<number> {
  const started = Date.now()
  let before = await count()
  let stillSince: number | undefined
  for (;;) {
    await sleep(250)
    const now = await count()
    const still = now - before < STILL / 4
    before = now
    if (!still) stillSince = undefined
    else if (stillSince === undefined) stillSince = Date.now() - 250
    else if (Date.now() - stillSince >= 1_000) return stillSince - started
    if (Date.now() - started > timeout) throw new Error(`traffic went on for ${timeout / 1000} s`)
  }
}

/** Waits until more than signs of life pass again. @returns milliseconds it took. */
export async function waitUntilFlowing(client: Client, timeout: number): Promise<number> {
  const started = Date.now()
  const before = await interfaceBytes(client)
  await waitFor('traffic again', async () => (await interfaceBytes(client)) - before > 512 * 1024, timeout, 50)
  return Date.now() - started
}

/** Bytes that the kernel let pass beyond what the last receipt and the allowance cover; negative: still within. */
export async function bytesBeyondCredit(
  { slot }: Pick<Base, 'slot'>,
  stream: string,
  lastSigned: bigint,
  terms: { pricePerGiB: bigint; allowance: bigint },
): Promise<number> {
  const used = await kernelCount(slot.namespaces.node, slot.interfaces.node, stream)
  return Number(used - bytesForAmount(lastSigned + terms.allowance, terms.pricePerGiB))
}
