// Runs `npm start` as a person would, watches what it prints, and finds what it left behind.
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { takePlace } from '../local/slot.ts'
import { receiveBuffer } from '../local/socket-buffers.ts'
import { ROOT } from '../paths.ts'
import { waitFor } from '../wait.ts'

export type RunOptions = {
  args: string[]
  /** The checkout; this one by default. */
  root?: string
  /** Put before the command: another user, another mount namespace. */
  before?: string[]
}

export type Run = {
  /** Standard output and standard error, as they came. */
  output: () => string
  stdout: () => string
  /** Resolves when a line of `step` has been printed. */
  reached: (step: string) => Promise<void>
  /** To the whole group, as a terminal does on Ctrl-C. */
  interrupt: () => void
  exitCode: Promise<number>
  /** Processes, namespaces, interfaces and temporary folders of this run that are still there. */
  leftovers: () => Promise<string[]>
}

export async function runStart({ args, root = ROOT, before = [] }: RunOptions): Promise<Run> {
  const mark = randomUUID()
  const there = new Set(await thingsOnMachine())
  const [program = '', ...rest] = [...before, process.execPath, join(root, 'ops/bootstrap/main.mjs'), 'start', ...args]
  // Every process below inherits the mark, whatever it does to its name.
  const env = { ...process.env, RUN_MARK: mark }
  const child = spawn(program, rest, { cwd: root, detached: true, stdio: ['ignore', 'pipe', 'pipe'], env })
  let stdout = ''
  let output = ''
  child.stdout.on('data', (data) => {
    stdout += data
    output += data
  })
  child.stderr.on('data', (data) => {
    output += data
  })
  const exitCode = new Promise<number>((done) => child.once('close', (code) => done(code ?? -1)))
  return {
    output: () => output,
    stdout: () => stdout,
    exitCode,
    async reached(step) {
      const line = new RegExp(`✓ ${step} `)
      let ended = false
      void exitCode.then(() => {
        ended = true
      })
      while (!line.test(output)) {
        if (ended) throw new Error(`the run ended before ${step}:\n${output}`)
        await new Promise((next) => setTimeout(next, 50))
      }
    },
    interrupt: () => {
      if (child.pid) process.kill(-child.pid, 'SIGINT')
    },
    async leftovers() {
      // Other runs come and go beside this one: what counts is what stays, in this run's own place.
      const place = /x4pn(\d)-/.exec(output)?.[1]
      const isOthers = (thing: string) => place !== undefined && new RegExp(`x4pn[^${place}\\D]`).test(thing)
      // Held while it is looked at: the next run may have taken it at once.
      const leave =
        place === undefined ? async () => {} : await waitFor(`place ${place}`, () => takePlace(+place), 120_000)
      try {
        for (let attempt = 0; ; attempt++) {
          const now = [...(await thingsOnMachine()), ...processesWith(mark)]
          const left = now.filter((thing) => !there.has(thing) && !isOthers(thing))
          if (left.length === 0 || attempt === 20) return left
          await new Promise((next) => setTimeout(next, 500))
        }
      } finally {
        await leave()
      }
    },
  }
}

/** Where a run could leave something: each as `what: name`, whoever's it is. */
async function thingsOnMachine(): Promise<string[]> {
  const lines = async (what: string, command: string, ...args: string[]) => {
    const { stdout } = await execa(command, args)
    return stdout
      .split('\n')
      .flatMap((line) =>
        /x4pn/.test(line) ? [`${what}: ${line.split(/[ @]/)[0]} ${line.includes('table') ? line : ''}`] : [],
      )
  }
  const files = (folder: string, pattern: RegExp) => {
    const names = existsSync(folder) ? readdirSync(folder) : []
    return names.filter((name) => pattern.test(name)).map((name) => join(folder, name))
  }
  return [
    ...(await lines('namespace', 'ip', 'netns', 'list')),
    ...(await lines('interface', 'ip', '-br', 'link')),
    ...(await lines('table', 'nft', 'list', 'tables')),
    ...files(tmpdir(), /^x4pn\d-/),
    ...files('/run/wireguard', /^x4pn/),
    ...files('/dev/shm', /^x4pn/),
    ...files('/dev/shm', /^PostgreSQL/).filter((file) => !isMapped(file)),
    `receive buffer: ${await receiveBuffer()}`,
  ]
}

/** Whether a process, of whichever run, has this piece of shared memory. */
function isMapped(file: string): boolean {
  return readdirSync('/proc').some((pid) => {
    try {
      return readFileSync(`/proc/${pid}/maps`, 'utf8').includes(file)
    } catch {
      return false
    }
  })
}

function processesWith(mark: string): string[] {
  return readdirSync('/proc').flatMap((pid) => {
    try {
      if (!readFileSync(`/proc/${pid}/environ`, 'utf8').includes(mark)) return []
      return [readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')]
    } catch {
      return []
    }
  })
}
