// Time comes in as a parameter, so that tests can hold it.

/** Unix milliseconds. */
export type Clock = () => number

export const unixSeconds = (clock: Clock): number => Math.floor(clock() / 1000)
