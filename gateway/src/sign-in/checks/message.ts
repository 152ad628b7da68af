// The message is EIP-4361, with the action's statement and exactly our resources.
import { parseSignInResources, signInStatements } from '@x4pn/contracts'
import { SiweMessage } from 'siwe'
import { ApiError } from '../../api-error.ts'
import type { ParsedSignIn, SignInRequest } from '../check-sign-in.ts'
import { readPlainMessage } from '../plain-message.ts'

export function parseMessage(request: SignInRequest): ParsedSignIn {
  const siwe = readPlainMessage(request.message) ?? parseSiwe(request.message)
  const binding = parseSignInResources(siwe.resources ?? [])
  if (!binding) throw new ApiError('SIGNIN_WRONG_RESOURCES', (siwe.resources ?? []).join(' '))
  if (binding.action !== request.action) throw new ApiError('SIGNIN_WRONG_ACTION', binding.action)
  if (siwe.statement !== signInStatements[binding.action]) {
    throw new ApiError('SIGNIN_WRONG_STATEMENT', siwe.statement)
  }
  return { request, siwe, binding }
}

function parseSiwe(message: string): SiweMessage {
  try {
    return new SiweMessage(message)
  } catch (cause) {
    throw new ApiError('SIGNIN_MALFORMED', undefined, { cause })
  }
}
