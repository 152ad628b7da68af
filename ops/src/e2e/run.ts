// Runs `npm start` as a person would, watches what it prints, and finds what it left behind.
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { ROOT } from '../paths.ts'

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

export function runStart({ args, root = ROOT, before = [] }: RunOptions): Run {
  const mark = randomUUID()
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
      const slot = /x4pn(\d)-internet/.exec(output)?.[1]
      const found = processesWith(mark)
      if (slot === undefined) return found
      const { stdout: namespaces } = await execa('ip', ['netns', 'list'])
      const { stdout: links } = await execa('ip', ['-br', 'link'])
      const { stdout: tables } = await execa('nft', ['list', 'tables'])
      for (const [what, text] of Object.entries({ namespaces, links, tables })) {
        if (text.includes(`x4pn${slot}`)) found.push(`${what}: ${text}`)
      }
      return [...found, ...readdirSync(tmpdir()).filter((name) => name.startsWith(`x4pn${slot}-`))]
    },
  }
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
