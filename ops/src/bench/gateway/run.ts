// One part of the gateway's benchmarks, in the namespaces that its caller made: figures as JSON on standard output.
import type { Figure } from '../figure.ts'

const parts: Record<string, () => Promise<Figure[]>> = {
  receipts: async () => (await import('./receipts.ts')).benchReceipts(),
  http: async () => (await import('./http.ts')).benchHttp(),
  joins: async () => (await import('./joins.ts')).benchJoins(),
  'many-sessions': async () => (await import('./many-sessions.ts')).benchManySessions(),
  start: async () => (await import('./start.ts')).benchStart(),
}

const [name = ''] = process.argv.slice(2)
const run = parts[name]
if (!run) throw new Error(`There is no part ${name}. There are: ${Object.keys(parts).join(', ')}.`)
const figures = await run()
process.stdout.write(JSON.stringify(figures), () => process.exit(0))
