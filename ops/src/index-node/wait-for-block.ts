// Waits until the index has read the chain up to a block.
import { setTimeout as sleep } from 'node:timers/promises'

const POLL_MS = 100
const QUERY = '{ _meta { block { number } hasIndexingErrors } }'

type MetaAnswer = {
  data?: { _meta: { block: { number: number }; hasIndexingErrors: boolean } | null } | null
  errors?: { message: string }[]
}

/** Rejects when `timeoutMs` have passed, when the index has halted, and with the signal's reason when that aborts. */
export async function waitForBlock(
  queryUrl: string,
  blockNumber: bigint | number,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<void> {
  const deadline = Date.now() + timeoutMs
  let last = 'it did not answer'
  while (Date.now() < deadline) {
    signal?.throwIfAborted()
    const answer = await askMeta(queryUrl, AbortSignal.timeout(Math.max(1, deadline - Date.now())))
    const meta = answer?.data?._meta
    if (meta?.hasIndexingErrors) {
      throw new Error(`the index at ${queryUrl} halted at block ${meta.block.number}: see its log`)
    }
    if (meta && meta.block.number >= blockNumber) return
    if (meta) last = `it is at block ${meta.block.number}`
    else if (answer?.errors) last = answer.errors.map(({ message }) => message).join('; ')
    await sleep(POLL_MS)
  }
  throw new Error(`the index at ${queryUrl} did not reach block ${blockNumber} within ${timeoutMs} ms: ${last}`)
}

/** Undefined when nothing, or nothing sensible, answers: it may still be starting. */
async function askMeta(queryUrl: string, signal: AbortSignal): Promise<MetaAnswer | undefined> {
  try {
    const response = await fetch(queryUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: QUERY }),
      signal,
    })
    return (await response.json()) as MetaAnswer
  } catch {
    return undefined
  }
}
