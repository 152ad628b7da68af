// Certificates from a real ACME server: the first, a cached one, a renewed one, one of the operator's own.
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:https'
import { connect as connectPlain, createServer as createTcpServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from 'node:tls'
import pino from 'pino'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createNotice, type Notice } from '../server/notice.ts'
import { freePort } from '../testing/free-port.ts'
import { type Pebble, selfSigned, startPebble } from '../testing/pebble.ts'
import { type AcmeSettings, obtain } from './acme.ts'
import { type Lifetime, lifetimeOf, renewalTime } from './certificate.ts'
import { CertificateKeeper, type Source } from './keeper.ts'

const HOST = '127.0.0.1'
const HOUR = 3_600_000
const accountKey = new Uint8Array(32).fill(7)

let pebble: Pebble
let notice: Notice
let noticePort: number
let folder: string
let server: Server
/** Milliseconds by which the keeper's clock is ahead. */
let skew: number
const clock = () => Date.now() + skew
const log = pino({ level: 'silent' })

beforeAll(async () => {
  noticePort = await freePort()
  pebble = await startPebble({ host: HOST, port: await freePort(), httpPort: noticePort })
  folder = await mkdtemp(join(tmpdir(), 'x4pn-tls-'))
  server = createServer({})
  await new Promise<void>((listening) => server.listen(0, HOST, listening))
})
beforeEach(async () => {
  skew = 0
  await notice?.stop()
  notice = createNotice('abuse@<example>.org')
  await notice.listen({ host: HOST, port: noticePort })
})
afterAll(async () => {
  server?.close()
  await notice?.stop()
  await pebble?.stop()
  await rm(folder, { recursive: true, force: true })
})

/** What a client gets that trusts pebble alone, or the reason why it refuses. */
function handshake(): Promise<{ until: string } | string> {
  const { port } = server.address() as { port: number }
  return new Promise((done) => {
    const socket = connect({ host: HOST, port, ca: pebble.root }, () => {
      const { valid_to: until } = socket.getPeerCertificate()
      socket.destroy()
      done({ until })
    })
    socket.once('error', ({ message }) => done(message))
  })
}

let asked = 0
const issuer = (name: string): Source => {
  const settings = {
    directory: pebble.directory,
    profile: 'shortlived',
    contact: undefined,
    authorityFile: pebble.authorityFile,
  }
  const ask = () => {
    asked++
    return obtain(settings, HOST, accountKey, notice)
  }
  return { kind: 'issuer', cache: join(folder, name), obtain: ask }
}

async function keep(source: Source): Promise<CertificateKeeper> {
  const serve = (pair: { certificate: string; privateKey: string }) =>
    server.setSecureContext({ cert: pair.certificate, key: pair.privateKey })
  const keeper = new CertificateKeeper({ host: HOST, source, serve, clock, log })
  await keeper.start()
  await keeper.look()
  keeper.stop()
  return keeper
}

const life = (keeper: CertificateKeeper): number => {
  expect(keeper.servedUntil).toBeDefined()
  return (keeper.servedUntil ?? 0) - Date.now()
}

describe('for a bare address', () => {
  test('it is proved on the plain port, served, and kept where nobody else can read it', async () => {
    const keeper = await keep(issuer('first'))
    expect(life(keeper)).toBeGreaterThan(159 * HOUR)
    expect(await handshake()).toEqual({ until: expect.stringMatching(/GMT$/) })
    expect((await stat(join(folder, 'first'))).mode & 0o777).toBe(0o600)
  })

  test('a restart asks for no other', async () => {
    await keep(issuer('again'))
    asked = 0
    const keeper = await keep(issuer('again'))
    expect(asked).toBe(0)
    expect(life(keeper)).toBeGreaterThan(0)
  })

  test('at a third of its life it is renewed, and new connections get the new one', async () => {
    const first = await keep(issuer('renewed'))
    const before = await handshake()
    asked = 0
    skew = 52 * HOUR
    await keep(issuer('renewed'))
    expect(asked).toBe(0)
    skew = 54 * HOUR
    // Certificates name whole seconds.
    await new Promise((next) => setTimeout(next, 1_100))
    const second = await keep(issuer('renewed'))
    expect(asked).toBe(1)
    expect(second.servedUntil).toBeGreaterThan(first.servedUntil ?? Number.MAX_VALUE)
    expect(await handshake()).not.toEqual(before)
  })

  describe('an issuer that accepts and never answers', () => {
    const silent = createTcpServer()
    let settings: AcmeSettings
    beforeAll(async () => {
      await new Promise<void>((listening) => silent.listen(0, HOST, listening))
      const { port } = silent.address() as { port: number }
      const directory = `http://${HOST}:${port}/`
      settings = { directory, profile: undefined, contact: undefined, authorityFile: undefined }
    })
    afterAll(() => silent.close())
    /** It says nothing, not even of TLS. */
    const asHttps = () => ({ ...settings, directory: settings.directory.replace('http:', 'https:') })

    test.each([
      ['plainly', () => settings],
      ['by HTTPS', asHttps],
    ])('%s is given up', async (_, of) => {
      await expect(obtain(of(), HOST, accountKey, notice, 100)).rejects.toThrow('does not answer')
    })

    test('keeps no later look from another', async () => {
      const good = issuer('after-silence')
      if (good.kind !== 'issuer') throw new Error('no issuer')
      let silences = 0
      const answers = () => (silences++ === 0 ? obtain(asHttps(), HOST, accountKey, notice, 100) : good.obtain())
      const source: Source = { ...good, obtain: answers }
      const keeper = new CertificateKeeper({ host: HOST, source, serve: () => {}, clock, log })
      await keeper.start()
      await keeper.look()
      expect(keeper.servedUntil).toBeUndefined()
      skew += 60_000
      await keeper.look()
      keeper.stop()
      expect(life(keeper)).toBeGreaterThan(0)
    })

    test('is not waited for by a stop', async () => {
      const connected = new Promise((accepted) => silent.once('connection', accepted))
      // Longer than a test may last: a stop that waited would end with none of these.
      const ask = () => obtain(asHttps(), HOST, accountKey, notice, 600_000)
      const source: Source = { kind: 'issuer', cache: join(folder, 'stuck'), obtain: ask }
      const keeper = new CertificateKeeper({ host: HOST, source, serve: () => {}, clock, log })
      await keeper.start()
      await connected
      await keeper.stop()
    })
  })

  test('what comes after a stop is neither served nor kept', async () => {
    const good = issuer('late')
    const asked = Promise.withResolvers<void>()
    const answer = Promise.withResolvers<void>()
    const served: unknown[] = []
    const late = async () => {
      asked.resolve()
      await answer.promise
      return good.kind === 'issuer' ? good.obtain() : Promise.reject(new Error('no issuer'))
    }
    const source: Source = { kind: 'issuer', cache: join(folder, 'late'), obtain: late }
    const keeper = new CertificateKeeper({ host: HOST, source, serve: (pair) => void served.push(pair), clock, log })
    await keeper.start()
    await asked.promise
    const looked = keeper.look()
    keeper.stop()
    answer.resolve()
    await looked
    expect(served).toEqual([])
    await expect(stat(join(folder, 'late'))).rejects.toThrow('ENOENT')
  })

  test('while the issuer is down the old one is served, and it is asked ever more slowly', async () => {
    const good = await keep(issuer('down'))
    skew = 60 * HOUR
    const obtainNothing = () => {
      asked++
      return Promise.reject(new Error('the issuer is down'))
    }
    const source: Source = { kind: 'issuer', cache: join(folder, 'down'), obtain: obtainNothing }
    const keeper = new CertificateKeeper({ host: HOST, source, serve: () => {}, clock, log })
    await keeper.start()
    await keeper.look()
    expect(keeper.servedUntil).toBe(good.servedUntil)
    asked = 0
    for (let minute = 0; minute < 60; minute++) {
      skew += 60_000
      await keeper.look()
    }
    keeper.stop()
    // After 1, 2, 4, 8, 16 minutes; the next would be after 32.
    expect(asked).toBe(5)
  })

  test('a proof that the issuer cannot fetch is a failure, and nothing is served', async () => {
    await notice.stop()
    const keeper = await keep(issuer('unproved'))
    expect(keeper.servedUntil).toBeUndefined()
  })

  test('a cache that is damaged, or for another host, costs a new certificate and no more', async () => {
    await writeFile(join(folder, 'damaged'), 'not a certificate')
    expect(life(await keep(issuer('damaged')))).toBeGreaterThan(0)
    const { certificate, privateKey } = await selfSigned('192.0.2.9')
    await writeFile(join(folder, 'other'), JSON.stringify({ certificate, privateKey }))
    asked = 0
    await keep(issuer('other'))
    expect(asked).toBe(1)
  })
})

describe("the operator's own", () => {
  const source = (): Source => ({
    kind: 'files',
    certificate: join(folder, 'cert.pem'),
    privateKey: join(folder, 'key.pem'),
  })
  const write = async (pair: { certificate: string; privateKey: string }) => {
    await writeFile(join(folder, 'cert.pem'), pair.certificate)
    await writeFile(join(folder, 'key.pem'), pair.privateKey)
  }

  test('is read anew when it changes', async () => {
    await write(await selfSigned(HOST))
    const served: string[] = []
    const parts = { host: HOST, source: source(), clock, log }
    const keeper = new CertificateKeeper({ ...parts, serve: ({ certificate }) => served.push(certificate) })
    await keeper.start()
    await keeper.look()
    await keeper.look()
    expect(served).toHaveLength(1)
    await write(await selfSigned(HOST))
    await keeper.look()
    expect(new Set(served).size).toBe(2)
    // Half of a change: the old pair stays.
    await writeFile(join(folder, 'key.pem'), (await selfSigned(HOST)).privateKey)
    await keeper.look()
    expect(served).toHaveLength(2)
    keeper.stop()
  })

  test('that are read when a stop comes are not served', async () => {
    await write(await selfSigned(HOST))
    const served: unknown[] = []
    const parts = { host: HOST, source: source(), clock, log }
    const keeper = new CertificateKeeper({ ...parts, serve: (pair) => void served.push(pair) })
    await keeper.start()
    keeper.stop()
    await keeper.look()
    expect(served).toEqual([])
  })

  test('for another address is not served', async () => {
    await write(await selfSigned('192.0.2.9'))
    expect((await keep(source())).servedUntil).toBeUndefined()
  })
})

test('renewal leaves two thirds of its life', () => {
  const lifetime: Lifetime = { from: 0, until: 160 * HOUR }
  expect(renewalTime(lifetime) / HOUR).toBeCloseTo(53.33, 2)
})

test('lifetimes are read from the leaf', async () => {
  const { from, until } = lifetimeOf(await selfSigned(HOST))
  expect(until).toBeGreaterThan(from)
})

/** The first line of the answer to a request for exactly this target. */
function raw(target: string): Promise<string> {
  return new Promise((done, failed) => {
    const socket = connectPlain(noticePort, HOST, () => socket.write(`GET ${target} HTTP/1.1\r\nhost: x\r\n\r\n`))
    socket.once('data', (data) => {
      done(String(data).split('\r\n', 1)[0] ?? '')
      socket.destroy()
    })
    socket.once('error', failed)
  })
}

test('the plain port says what this address is and where to complain, and nothing else', async () => {
  const ask = (path: string, init?: RequestInit) => fetch(`http://${HOST}:${noticePort}${path}`, init)
  const page = await (await ask('/anything')).text()
  expect(page).toContain('VPN exit')
  expect(page).toContain('abuse@&#60;example&#62;.org')
  expect((await ask('/.well-known/acme-challenge/nothing')).status).toBe(404)
  expect((await ask('/', { method: 'POST' })).status).toBe(405)
  // As nobody but a stranger writes them.
  for (const target of ['//', '*', 'http://[', '/%', '\\\\'])
    expect(await raw(target)).toMatch(/^HTTP\/1\.1 (200|400|404)/)
  expect((await ask('/')).status).toBe(200)
})
