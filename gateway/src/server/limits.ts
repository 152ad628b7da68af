// How often one address may ask. IPv6 addresses count by their /64, which one client has whole.
import type { Config } from '../config.ts'

/** Milliseconds. */
export const MINUTE = 60_000
/** A costly route gets this part of what all others together get. */
const COSTLY_PART = 5
/** The options of a route that signs, or asks the chain, before the caller has proved anything; each counts for itself. */
export const costly = ({ requestsPerMinute }: Pick<Config, 'requestsPerMinute'>) => ({
  rateLimit: { max: Math.ceil(requestsPerMinute / COSTLY_PART), timeWindow: MINUTE },
})
