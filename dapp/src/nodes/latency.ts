// How far a node is: the second of two small requests, since the first one also opens the connection.
import { gatewayClient } from '@x4pn/client'

/** Milliseconds; undefined: it did not answer. */
export async function measureLatency(apiUrl: string, signal: AbortSignal): Promise<number | undefined> {
  try {
    const gateway = gatewayClient({ apiUrl, retries: 0, timeoutMs: 5_000, signal })
    await gateway.info()
    const started = performance.now()
    await gateway.info()
    return performance.now() - started
  } catch {
    return undefined
  }
}
