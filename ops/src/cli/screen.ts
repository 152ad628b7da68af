// What a person sees: one line a step, colours only on a terminal. With --json everything but the result goes to
// standard error.

export type Screen = {
  /** A step that takes a while: its name now, its time and outcome when it ends. @returns what `work` returns. */
  step: <T>(name: string, work: (say: (detail: string) => void) => Promise<T>) => Promise<T>
  line: (text?: string) => void
  /** Says so, and says nothing more about steps: they fail because they are being stopped. */
  interrupt: (text: string) => void
  /** Milliseconds by step. */
  times: Record<string, number>
  colour: (code: keyof typeof codes, text: string) => string
}

const codes = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33 } as const

/** @param width of the column of steps */
export function createScreen(out: NodeJS.WriteStream, width = 10): Screen {
  const colour: Screen['colour'] = (code, text) => (out.isTTY ? `\x1b[${codes[code]}m${text}\x1b[0m` : text)
  const line = (text = '') => out.write(`${text}\n`)
  const times: Record<string, number> = {}
  let interrupted = false
  return {
    line,
    times,
    colour,
    interrupt(text) {
      interrupted = true
      line(`\n${text}`)
    },
    async step(name, work) {
      const started = performance.now()
      let detail = ''
      if (out.isTTY && !interrupted) out.write(`  … ${name}`)
      const finish = (mark: string, text: string) => {
        const milliseconds = Math.round(performance.now() - started)
        times[name] = milliseconds
        if (interrupted) return
        const seconds = `${(milliseconds / 1000).toFixed(1)} s`.padStart(7)
        line(`${out.isTTY ? '\r\x1b[K' : ''}  ${mark} ${name.padEnd(width)} ${colour('dim', seconds)}  ${text}`)
      }
      try {
        const result = await work((text) => {
          detail = text
        })
        finish(colour('green', '✓'), detail)
        return result
      } catch (error) {
        finish(colour('red', '✗'), error instanceof Error ? error.message : String(error))
        throw error
      }
    },
  }
}
