// "The chain did not answer" is an error of its own, and never "unpaid".
import { ApiError } from '../api-error.ts'

export async function answered<T>(call: Promise<T>): Promise<T> {
  try {
    return await call
  } catch (cause) {
    if (cause instanceof ApiError) throw cause
    // The first line alone: further ones may hold an endpoint's URL, which may hold a key.
    throw new ApiError('CHAIN_UNAVAILABLE', cause instanceof Error ? cause.message.split('\n')[0] : undefined, {
      cause,
    })
  }
}
