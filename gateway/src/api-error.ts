// An error with a code of the API's table. Whatever else is thrown becomes INTERNAL.
import { type ErrorBody, type ErrorCode, errorTable } from '@x4pn/gateway-api'

export class ApiError extends Error {
  override name = 'ApiError'
  readonly code: ErrorCode

  /** @param details The value that was wrong; never a secret and never a client's address. */
  constructor(code: ErrorCode, details?: string, options?: ErrorOptions) {
    super(details ?? errorTable[code].message, options)
    this.code = code
  }

  get status(): number {
    return errorTable[this.code].status
  }

  body(): ErrorBody {
    const { message, fix } = errorTable[this.code]
    const details = this.message === message ? {} : { details: this.message }
    return { error: { code: this.code, message, fix, ...details } }
  }
}
