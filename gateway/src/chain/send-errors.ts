// What can come of sending a transaction, and which of the endpoints' many words means which of it.
import { BaseError } from 'viem'
import { isAnswer } from './endpoint.ts'

/** It may still be mined: `tend` of the sender finds out. */
export class StillPendingError extends Error {
  override name = 'StillPendingError'
}

/** It was mined, and failed. */
export class RevertedError extends Error {}

const says = (error: unknown, text: RegExp): boolean =>
  error instanceof BaseError &&
  error.walk(
    (cause) => cause instanceof Error && (text.test(cause.message) || text.test(String(Object(cause).details))),
  ) !== null

export const isUnderpriced = (error: unknown): boolean => says(error, /underpriced|fee too low|gas price too low/i)

/** The endpoint has this very transaction already. */
export const isKnown = (error: unknown): boolean => says(error, /already known|already imported|known transaction/i)

/** Another transaction of the same key was mined meanwhile. */
export const isUsedUp = (error: unknown): boolean => says(error, /nonce too low/i)

/** The chain has looked at it and taken nothing; after any other error it may have got through. */
export const tookNothing = (error: unknown): boolean =>
  isAnswer(error) || isUsedUp(error) || says(error, /insufficient funds/i)
