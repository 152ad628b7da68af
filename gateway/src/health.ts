// What the running gateway knows of itself, for the operator's port. Each part writes down when it last did its work.
import type { Gateway } from './gateway.ts'

export type Health = {
  /** Unix milliseconds; 0 never. */
  meteredAt: number
  /** Milliseconds that never jump, as `performance.now()`: the last reading of the counters. */
  usageReadAt: number
  /** Unix milliseconds; at first the start. */
  chainReadAt: number
  /** Nobody new is taken in: the gateway is about to end. */
  draining: boolean
}

/** @param now Unix milliseconds: what hangs on the chain's word gets its time from the start on. */
export const newHealth = (now: number): Health => ({
  meteredAt: 0,
  usageReadAt: performance.now(),
  chainReadAt: now,
  draining: false,
})

/** Milliseconds: the kernel cuts after four seconds without a reading, and the chain is read every other second. */
const METER_LATE = 5_000
const CHAIN_LATE = 120_000

/** Whether it does its work at all. A silent chain or an issuer that is down are no reason to be restarted. */
export const isAlive = ({ clock, health }: Gateway): boolean => clock() - health.meteredAt <= METER_LATE

/** Why no new client should be sent here; empty: ready. */
export function notReady(gateway: Gateway, certificateUntil: number | undefined): string[] {
  const { clock, health, record, config } = gateway
  const now = clock()
  const reasons: string[] = []
  if (!isAlive(gateway)) reasons.push('the tunnel is not metered: nobody is served')
  if (!record) reasons.push('the node was never found in the registry: register it, or look at X4PN_RPC_URLS')
  if (now - health.chainReadAt > CHAIN_LATE)
    reasons.push('the chain has not answered for two minutes: nobody new can join')
  if (config.tls && (certificateUntil ?? 0) < now) reasons.push('no valid certificate is served: see the log')
  if (health.draining) reasons.push('draining')
  return reasons
}
