// Time comes in as a parameter, so that tests can hold it.

/** Unix milliseconds. */
export type Clock = () => number

/**
 * Whether `until` is still to come, which was set `longest` milliseconds ahead at most. One further away was set by a clock
 * that was ahead for a moment: nothing waits for that.
 */
export const isToCome = (until: number, longest: number, now: number): boolean => now < until && until - now <= longest

export const unixSeconds = (clock: Clock): number => Math.floor(clock() / 1000)
