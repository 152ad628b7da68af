// The resolver inside the tunnel: unbound as a child of the gateway, started again with back-off when it ends.
import { type ChildProcess, spawn } from 'node:child_process'
import { constants } from 'node:fs'
import { access, chown, mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { execa } from 'execa'
import type { Config } from '../config.ts'
import type { Log } from '../log.ts'
import { parsePool4, parsePool6 } from '../sessions/addresses.ts'
import { answers } from './probe.ts'
import { unboundConfig } from './unbound-config.ts'
import { asOwner, type Owner, unprivilegedUser } from './unprivileged.ts'

export interface Resolver {
  /** Where it answers now; empty when it does not. */
  addresses: () => string[]
  stop: () => Promise<void>
}

/** Of Debian's package dns-root-data. */
const TRUST_ANCHOR = '/usr/share/dns/root.key'
/** Milliseconds: between looks whether it answers, and for how long the start is waited for. */
const PROBE_INTERVAL = 100
const START_PATIENCE = 5_000
/** Milliseconds before it is started again, doubled each time that it does not stay. */
const FIRST_REST = 1_000
const LONGEST_REST = 60_000

export const noResolver: Resolver = { addresses: () => [], stop: async () => {} }

/** Whether there will be one: else port 53 stays closed, whatever listens there on this host. */
export async function hasResolver({ dns }: Pick<Config, 'dns'>): Promise<boolean> {
  return dns.mode === 'unbound' && !(await execa('unbound', ['-V'], { reject: false })).failed
}

/** Resolves when it answers, or when it is plain that it does not yet; it goes on trying. */
export async function startResolver(config: Config, log: Log): Promise<Resolver> {
  if (config.dns.mode === 'off') return noResolver
  if (!(await hasResolver(config))) {
    log.warn('unbound is not installed, so clients keep their own resolvers: apt-get install unbound, or X4PN_DNS=off')
    return noResolver
  }
  const unbound = new Unbound(config, log)
  await unbound.start()
  return unbound
}

class Unbound implements Resolver {
  readonly #addresses: string[]
  readonly #folder: string
  readonly #config: Config
  readonly #log: Log
  readonly #stopped = Promise.withResolvers<void>()
  #child: ChildProcess | undefined
  #answering = false
  #running: Promise<void> = Promise.resolve()
  #stopping = false

  constructor(config: Config, log: Log) {
    this.#config = config
    this.#log = log
    this.#addresses = [parsePool4(config.pool4).gateway, `${parsePool6(config.pool6)}::1`]
    // Its name is the interface's, so that a start finds and removes what a killed gateway left.
    this.#folder = join('/dev/shm', `x4pn-dns-${config.wireguard.interface}`)
  }

  addresses = (): string[] => (this.#answering ? this.#addresses : [])

  async start(): Promise<void> {
    const first = Promise.withResolvers<void>()
    this.#running = this.#supervise(first.resolve)
    await first.promise
  }

  async stop(): Promise<void> {
    this.#stopping = true
    this.#stopped.resolve()
    this.#child?.kill('SIGTERM')
    await this.#running
    await rm(this.#folder, { recursive: true, force: true })
  }

  async #supervise(started: () => void): Promise<void> {
    let rest = FIRST_REST
    while (!this.#stopping) {
      const begun = performance.now()
      let reason: string
      try {
        reason = await this.#runOnce(started)
      } catch (error) {
        reason = String(error)
      }
      this.#answering = false
      started()
      if (this.#stopping) return
      if (performance.now() - begun > LONGEST_REST) rest = FIRST_REST
      this.#log.error({ reason, seconds: rest / 1000 }, 'unbound ended: clients have no DNS until it is started again')
      await Promise.race([new Promise((next) => setTimeout(next, rest)), this.#stopped.promise])
      rest = Math.min(rest * 2, LONGEST_REST)
    }
  }

  /** @returns why it ended: its last error, or its exit code. */
  async #runOnce(started: () => void): Promise<string> {
    const owner = await unprivilegedUser()
    const path = await this.#writeConfig(owner)
    const [program = '', ...args] = [...asOwner(owner), 'unbound', '-d', '-p', '-c', path]
    const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] })
    this.#child = child
    let last: string | undefined
    // At verbosity 0 it speaks of its own failures, never of questions.
    if (child.stderr) {
      createInterface({ input: child.stderr }).on('line', (line) => {
        if (/error/.test(line)) last = line
      })
    }
    const ended = new Promise<string>((done) => {
      child.once('exit', (code, signal) => done(last ?? `it ended with ${signal ?? code}`))
      child.once('error', (error) => done(error.message))
    })
    void this.#watchStart(child, started)
    return ended
  }

  async #watchStart(child: ChildProcess, started: () => void): Promise<void> {
    const [address = ''] = this.#addresses
    const deadline = performance.now() + START_PATIENCE
    while (child.exitCode === null && child.signalCode === null && !this.#stopping) {
      if (await answers(address)) {
        this.#answering = child.exitCode === null && child.signalCode === null
        this.#log.info({ addresses: this.#addresses }, 'DNS answers inside the tunnel')
        return started()
      }
      if (performance.now() > deadline) started()
      await new Promise((next) => setTimeout(next, PROBE_INTERVAL))
    }
  }

  async #writeConfig(owner: Owner | undefined): Promise<string> {
    const { pool4, pool6, dns, exitPolicy } = this.#config
    const anchored = dns.upstream.length === 0 && (await isReadable(TRUST_ANCHOR))
    const text = unboundConfig({
      addresses: this.#addresses,
      pool4,
      pool6,
      upstream: dns.upstream,
      policy: exitPolicy,
      trustAnchor: anchored ? TRUST_ANCHOR : undefined,
    })
    const path = join(this.#folder, 'unbound.conf')
    await rm(this.#folder, { recursive: true, force: true })
    await mkdir(this.#folder, { mode: 0o700 })
    await writeFile(path, text, { mode: 0o600 })
    if (owner) for (const entry of [this.#folder, path]) await chown(entry, owner.user, owner.group)
    return path
  }
}

const isReadable = (path: string): Promise<boolean> =>
  access(path, constants.R_OK).then(
    () => true,
    () => false,
  )
