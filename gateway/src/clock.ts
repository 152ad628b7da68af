// Time comes in as a parameter, so that tests can hold it.

/** Unix milliseconds. */
export type Clock = () => number

/**
 * Whether `until` is still to come, which was set `longest` milliseconds ahead at most. One further away was set by a clock
 * that was ahead for a moment: nothing waits for that.
 */
export const isToCome = (until: number, longest: number, now: number): boolean => now < until && until - now <= longest

/**
 * Whether `at` is less than `longest` milliseconds ago. One still to come was noted by a clock that was ahead for a moment:
 * it is not recent.
 */
export const isRecent = (at: number, longest: number, now: number): boolean => isToCome(at + longest, longest, now)

export const unixSeconds = (clock: Clock): number => Math.floor(clock() / 1000)
