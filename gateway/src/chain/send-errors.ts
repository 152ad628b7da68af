// What can come of sending a transaction, and which of the endpoints' many words means which of it.
import { BaseError } from 'viem'
import { ApiError } from '../api-error.ts'
import { isAnswer } from './endpoint.ts'

/** It may still be mined: `tend` of the sender finds out. */
export class StillPendingError extends Error {
  override name = 'StillPendingError'
}

/** It was mined, and failed. */
export class RevertedError extends Error {}

function says(error: unknown, text: RegExp): boolean {
  // What an endpoint answered is the cause of our own words for it.
  const root = error instanceof ApiError ? error.cause : error
  const found = (cause: unknown) =>
    cause instanceof Error && (text.test(cause.message) || text.test(String(Object(cause).details)))
  return root instanceof BaseError && root.walk(found) !== null
}

export const isUnderpriced = (error: unknown): boolean => says(error, /underpriced|fee too low|gas price too low/i)

/** The endpoint has this very transaction already. */
export const isKnown = (error: unknown): boolean => says(error, /already known|already imported|known transaction/i)

/** Another transaction of the same key was mined meanwhile. */
export const isUsedUp = (error: unknown): boolean => says(error, /nonce too low/i)

/** The key cannot pay for its gas. */
export const isOutOfCoins = (error: unknown): boolean =>
  says(error, /insufficient funds|exceeds allowance \(0\)|exceeds the balance of the account/i)

/** The chain has looked at it and taken nothing; after any other error it may have got through. */
export const tookNothing = (error: unknown): boolean => isAnswer(error) || isUsedUp(error) || isOutOfCoins(error)
