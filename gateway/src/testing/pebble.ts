// A real ACME server, pebble, for certificates without the internet.
import { type ChildProcess, spawn } from 'node:child_process'
import { webcrypto } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { get } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import * as x509 from '@peculiar/x509'

export type Pebble = {
  directory: string
  /** PEM file of the authority of pebble's own HTTPS. */
  authorityFile: string
  /** Under which it issues, PEM: whoever trusts it trusts the certificates. */
  root: string
  stop: () => Promise<void>
}

export type PebbleOptions = {
  /** Address at which it listens. */
  host: string
  port: number
  /** At which it asks for the proof; a real issuer asks at 80. */
  httpPort: number
  /** A program and its first arguments that run pebble elsewhere, as `ip netns exec name`. */
  prefix?: string[]
}

export async function startPebble({ host, port, httpPort, prefix = [] }: PebbleOptions): Promise<Pebble> {
  const folder = await mkdtemp(join(tmpdir(), 'x4pn-pebble-'))
  const own = await selfSigned(host)
  const authorityFile = join(folder, 'own.pem')
  const configuration = join(folder, 'pebble.json')
  await writeFile(authorityFile, own.certificate)
  await writeFile(join(folder, 'own.key'), own.privateKey)
  const listen = (at: number) => `${host}:${at}`
  const pebble = {
    listenAddress: listen(port),
    managementListenAddress: listen(port + 1),
    certificate: authorityFile,
    privateKey: join(folder, 'own.key'),
    httpPort,
    tlsPort: 443,
    certificateValidityPeriod: 160 * 3600,
  }
  await writeFile(configuration, JSON.stringify({ pebble }))
  const [command = 'pebble', ...args] = [...prefix, 'pebble', '-config', configuration]
  const env = { ...process.env, PEBBLE_VA_NOSLEEP: '1', PEBBLE_WFE_NONCEREJECT: '0', PEBBLE_AUTHZREUSE: '0' }
  const child = spawn(command, args, { stdio: 'ignore', env })
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill()
      await new Promise((ended) => child.once('exit', ended))
    }
    await rm(folder, { recursive: true })
  }
  try {
    const root = await issuingRoot(`https://${listen(port + 1)}/roots/0`, own.certificate, child)
    return { directory: `https://${listen(port)}/dir`, authorityFile, root, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Asks until pebble is up. */
async function issuingRoot(url: string, ca: string, child: ChildProcess): Promise<string> {
  let failure: unknown
  child.once('error', (error) => {
    failure = error
  })
  for (let attempt = 0; attempt < 100; attempt++) {
    const answer = await new Promise<string | undefined>((done) =>
      get(url, { ca }, (response) => text(response).then(done)).once('error', () => done(undefined)),
    )
    if (answer !== undefined) return answer
    if (failure) throw failure
    await new Promise((next) => setTimeout(next, 100))
  }
  throw new Error(`pebble did not answer at ${url} within 10 seconds`)
}

/** A certificate for an address that vouches for itself, both PEM. */
export async function selfSigned(address: string): Promise<{ certificate: string; privateKey: string }> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
  const keys = (await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as CryptoKeyPair
  const certificate = await x509.X509CertificateGenerator.createSelfSigned(
    {
      name: 'CN=x4pn test',
      keys,
      signingAlgorithm: algorithm,
      extensions: [
        new x509.SubjectAlternativeNameExtension([{ type: 'ip', value: address }]),
        new x509.BasicConstraintsExtension(true),
      ],
    },
    webcrypto as Crypto,
  )
  const exported = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)
  return { certificate: certificate.toString('pem'), privateKey: x509.PemConverter.encode(exported, 'PRIVATE KEY') }
}
