// How often one address may ask. IPv6 addresses count by their /64, which one client has whole.

/** Milliseconds. */
export const MINUTE = 60_000
/** For all routes but the costly ones together. Paying at full speed takes about 300. */
export const REQUESTS_PER_MINUTE = 600
export const COSTLY_REQUESTS_PER_MINUTE = 120
/** The options of a route that signs, or asks the chain, before the caller has proved anything; each counts for itself. */
export const costly = { rateLimit: { max: COSTLY_REQUESTS_PER_MINUTE, timeWindow: MINUTE } }
