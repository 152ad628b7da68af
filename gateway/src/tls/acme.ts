// One certificate from an ACME server (RFC 8555), for a domain name or a bare IP address (RFC 8738), proved by http-01.
import { createPrivateKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { Agent } from 'node:https'
import { isIP } from 'node:net'
import acme from 'acme-client'
import type { Certificate } from './certificate.ts'

export type AcmeSettings = {
  /** URL of the issuer's directory. */
  directory: string
  /** Lifetimes and kinds that the issuer offers; Let's Encrypt gives addresses `shortlived` only. */
  profile: string | undefined
  /** Mail address that the issuer may warn. */
  contact: string | undefined
  /** PEM file of the authority of the issuer's own HTTPS, where it is a private one. */
  authorityFile: string | undefined
}

/** Milliseconds that a request may take: an issuer that accepts and never answers must not be waited for for ever. */
const REQUEST_TIMEOUT = 30_000

/** What answers the issuer on port 80. */
export type Challenges = { set: (token: string, answer: string) => void; delete: (token: string) => void }

/**
 * @param host Name or address (without brackets) that the certificate is for.
 * @param accountScalar The ACME account's key on P-256, 32 bytes: derived like every key of the node, so that a node on a
 * new host is the same account.
 */
export async function obtain(
  { directory, profile, contact, authorityFile }: AcmeSettings,
  host: string,
  accountScalar: Uint8Array,
  challenges: Challenges,
  timeout = REQUEST_TIMEOUT,
): Promise<Certificate> {
  // acme-client has one HTTP client for the process.
  acme.axios.defaults.timeout = timeout
  if (authorityFile !== undefined) {
    acme.axios.defaults.httpsAgent = new Agent({ ca: readFileSync(authorityFile) })
  }
  const client = new acme.Client({ directoryUrl: directory, accountKey: accountKey(accountScalar), backoffMax: 5_000 })
  try {
    return await order(client, host, { profile, contact }, challenges)
  } catch (error) {
    // The library trips over an answer that never came.
    throw error instanceof TypeError ? new Error(`${directory} does not answer`, { cause: error }) : error
  }
}

async function order(
  client: acme.Client,
  host: string,
  { profile, contact }: Pick<AcmeSettings, 'profile' | 'contact'>,
  challenges: Challenges,
): Promise<Certificate> {
  // The library answers an account that exists with an update, which issuers refuse when there is nothing to change.
  await client.createAccount({ onlyReturnExisting: true }).catch(() =>
    client.createAccount({
      termsOfServiceAgreed: true,
      ...(contact === undefined ? {} : { contact: [`mailto:${contact}`] }),
    }),
  )
  const wanted = {
    identifiers: [{ type: isIP(host) ? 'ip' : 'dns', value: host }],
    ...(profile === undefined ? {} : { profile }),
  }
  const placed = await client.createOrder(wanted)
  for (const authorization of await client.getAuthorizations(placed)) {
    if (authorization.status === 'valid') continue
    const challenge = authorization.challenges.find(({ type }) => type === 'http-01')
    if (!challenge) throw new Error(`the issuer offers no http-01 challenge for ${host}`)
    challenges.set(challenge.token, await client.getChallengeKeyAuthorization(challenge))
    try {
      await client.completeChallenge(challenge)
      await client.waitForValidStatus(challenge)
    } finally {
      challenges.delete(challenge.token)
    }
  }
  const [privateKey, csr] = await acme.crypto.createCsr(
    { altNames: [host] },
    // Small and quick; every browser takes it.
    await acme.crypto.createPrivateEcdsaKey('P-256'),
  )
  const finalized = await client.finalizeOrder(placed, csr)
  return { privateKey: privateKey.toString(), certificate: await client.getCertificate(finalized) }
}

/** DER of a PKCS #8 P-256 key up to the 32 bytes of the key itself (RFC 5915, without the public half). */
const PKCS8_P256 = Buffer.from(
  '304102010030' + '1306072a8648ce3d020106082a8648ce3d030107' + '042730250201010420',
  'hex',
)

function accountKey(scalar: Uint8Array): string {
  const key = createPrivateKey({ key: Buffer.concat([PKCS8_P256, scalar]), format: 'der', type: 'pkcs8' })
  return key.export({ format: 'pem', type: 'pkcs8' }).toString()
}
