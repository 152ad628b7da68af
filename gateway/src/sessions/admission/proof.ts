// A smart account's word (ERC-1271), where the signature was not simply the address's own. After the stream's check: a
// stranger without a stream makes nobody run an account's code. Whoever owns a stream is deployed, so no ERC-6492.
import { ApiError } from '../../api-error.ts'
import type { Gateway } from '../../gateway.ts'
import type { SignIn, SignInRequest } from '../../sign-in/check-sign-in.ts'
import type { Vouched } from '../session.ts'

/** Whether there is code, and what it says. */
const CALLS = 2

/** @returns what the account vouched for, to be asked about again; undefined where a key signed. */
export async function requireProof(
  { chain, clients, clock }: Gateway,
  signIn: SignIn,
  { message, signature, client }: SignInRequest & { client: string },
): Promise<Vouched | undefined> {
  if (signIn.proven) return undefined
  clients.spend(client, CALLS)
  if (!(await chain.vouches(signIn.address, message, signature))) {
    throw new ApiError('SIGNIN_BAD_SIGNATURE', signIn.address)
  }
  return { message, signature, askedAt: clock(), revoked: false }
}
