// Keeps the API's certificate good: from the cache at a start, from the issuer when it is missing or due, from the
// operator's own files when they change. A failure is tried again ever more slowly; what is served meanwhile stays.
import { readFile } from 'node:fs/promises'
import { type Clock, isToCome } from '../clock.ts'
import type { Log } from '../log.ts'
import { type Certificate, lifetimeOf, readCached, renewalTime, requireUsable, writeCached } from './certificate.ts'

/** Milliseconds between looks at the clock, or at the operator's files. */
const LOOK_INTERVAL = 60_000
/** Milliseconds after a first failure; doubled up to the most. Let's Encrypt takes five failed proofs an hour. */
const FIRST_REST = 60_000
const LONGEST_REST = 6 * 3_600_000

/** Where certificates come from. */
export type Source =
  | { kind: 'issuer'; cache: string; obtain: () => Promise<Certificate> }
  | { kind: 'files'; certificate: string; privateKey: string }

export type KeeperParts = {
  host: string
  source: Source
  /** Puts it in force for new connections; running ones go on. */
  serve: (pair: Certificate) => void
  clock: Clock
  log: Log
}

export class CertificateKeeper {
  readonly #parts: KeeperParts
  #serving: Certificate | undefined
  #rest = FIRST_REST
  #notBefore = 0
  #timer: NodeJS.Timeout | undefined
  #looking: Promise<void> | undefined
  #stopped = false

  constructor(parts: KeeperParts) {
    this.#parts = parts
  }

  /** Unix milliseconds at which the certificate that is served ends; undefined: none is served. */
  get servedUntil(): number | undefined {
    return this.#serving && lifetimeOf(this.#serving).until
  }

  /** Resolves when what was cached is served; what is due is asked for from here on. */
  async start(): Promise<void> {
    const { source, host, log } = this.#parts
    if (source.kind === 'issuer') {
      const cached = await readCached(source.cache, host).catch((error: unknown) =>
        log.error(
          { cache: source.cache, error: String(error) },
          'the cached certificate is of no use: a new one is asked for',
        ),
      )
      if (cached) this.#serve(cached)
    }
    void this.look()
    this.#timer = setInterval(() => void this.look(), LOOK_INTERVAL)
  }

  /** Waits for no look: what comes of one that is under way, of an issuer or of files, is neither served nor kept. */
  stop(): void {
    this.#stopped = true
    clearInterval(this.#timer)
  }

  /** One look: renews what is due. Never rejects, and never runs twice at once. */
  look(): Promise<void> {
    this.#looking ??= this.#once().finally(() => {
      this.#looking = undefined
    })
    return this.#looking
  }

  async #once(): Promise<void> {
    const { clock, log } = this.#parts
    const now = clock()
    if (isToCome(this.#notBefore, LONGEST_REST, now)) return
    try {
      await this.#renewIfDue(now)
      this.#rest = FIRST_REST
    } catch (error) {
      // Nobody asks again.
      if (this.#stopped) return
      this.#notBefore = now + this.#rest
      log.error({ error: String(error), againInSeconds: this.#rest / 1000 }, 'no new certificate')
      this.#rest = Math.min(this.#rest * 2, LONGEST_REST)
    }
  }

  async #renewIfDue(now: number): Promise<void> {
    const { source, host, log } = this.#parts
    if (source.kind === 'files') {
      const [certificate, privateKey] = await Promise.all([
        readFile(source.certificate, 'utf8'),
        readFile(source.privateKey, 'utf8'),
      ])
      if (this.#stopped) return
      if (certificate === this.#serving?.certificate && privateKey === this.#serving.privateKey) return
      requireUsable({ certificate, privateKey }, host)
      return this.#serve({ certificate, privateKey })
    }
    if (this.#serving && now < renewalTime(lifetimeOf(this.#serving))) return
    const pair = await source.obtain()
    if (this.#stopped) return
    requireUsable(pair, host)
    this.#serve(pair)
    await writeCached(source.cache, pair).catch((error: unknown) =>
      log.error(
        { cache: source.cache, error: String(error) },
        'the certificate is not kept: a restart asks for another',
      ),
    )
  }

  #serve(pair: Certificate): void {
    const { serve, log, host } = this.#parts
    serve(pair)
    this.#serving = pair
    log.info({ host, until: new Date(lifetimeOf(pair).until).toISOString() }, 'certificate served')
  }
}
